/** What a reader must know of one period before anything else, as words without markup: four numbers, why, and what else stands in the way. */
import { balanceSteps, rowSteps, type Step } from '../model/bridge.ts';
import type { Finding, FindingCode, Severity } from '../model/finding.ts';
import type { PeriodBefore } from '../model/gate.ts';
import { forecastOfResult } from '../model/month.ts';
import { periodFolder, periodPath } from '../model/layout.ts';
import { type Amount, formatMoney, moneyOf, noAmount } from '../model/money.ts';
import type { Totals } from '../model/judgement.ts';
import type { Result } from '../model/result.ts';
import { type Cause, causeOwner, causeSentence, causeWords, explainedSteps, unexplainedCauses } from './causes.ts';
import { isCompared, sideWords, weakAmounts } from './headline-words.ts';
import { currencyOf, grouped, headline, percentOf, plainMoney, signedMoney } from './show-money.ts';
import type { Show } from './wording/template.ts';
import { stepWording, labelOf } from './wording/step-wording.ts';

export interface NumberRow {
  readonly name: string;
  readonly now: string;
  /** '' where the period before does not say it, or where there is none. */
  readonly before: string;
}

/** Expected, charged, invoice, unexplained, and every other amount that the headline names. */
export function numberRows(result: Result, before: PeriodBefore | null): NumberRow[] {
  const { totals, counts, period, bridge } = result;
  const currency = currencyOf(period.currency);
  const beside = (count: number | undefined, noun: string): string => (count === undefined ? '' : ` (${grouped(count)} ${noun})`);
  const retries = bridge.find(({ step }) => step === 'retry')?.amount ?? noAmount;
  const old = (show: (totals: Totals) => string): string => (before === null ? '' : show(before.totals));
  const money = (amount: Totals['expected'], none = 'not known'): string => (amount === null ? none : plainMoney(amount, currency));
  return [
    { name: 'Expected', now: money(totals.expected) + beside(counts?.application.requests, 'requests'), before: old(({ expected }) => money(expected)) },
    {
      name: 'Charged',
      now:
        money(totals.provider_charged) +
        beside(counts?.provider.charges, result.assurance === 'invoice' ? 'lines of the invoice' : result.buckets === undefined ? 'charges' : 'sums'),
      before: old(({ provider_charged: sum }) => money(sum)),
    },
    {
      ...lastWitness(result, money),
      before: old((sums) => (isPrepaid(result) ? money(sums.balance_drawdown ?? null, 'none') : money(sums.invoice_total, 'none'))),
    },
    { name: 'Unexplained', now: unexplainedCell(totals, currency), before: old((sums) => unexplainedCell(sums, currency)) },
    ...(retries === '0' ? [] : [{ name: 'Retries', now: shareCell(retries, totals, currency), before: '' }]),
    ...rateRows(result),
    ...forecastRows(result, currency),
    ...weakAmounts(result).map(({ amount, name }) => ({ name, now: plainMoney(amount, currency), before: '' })),
  ];
}

/** Whether the period ends at a balance, and not at an invoice. */
export function isPrepaid({ totals, period }: Pick<Result, 'totals' | 'period'>): boolean {
  return period.stage === 'prepaid' || totals.balance_drawdown !== undefined;
}

/** The invoice, or what a balance fell by. */
function lastWitness(result: Result, money: (amount: Amount | null, none?: string) => string): Pick<NumberRow, 'name' | 'now'> {
  const { totals, period } = result;
  if (isPrepaid(result)) return { name: labelOf('balance_drawdown'), now: money(totals.balance_drawdown ?? null) };
  return { name: 'Invoice', now: money(totals.invoice_total, period.stage === 'usage' ? 'none yet' : 'not known') };
}

/** At which rate the rows, and the charges behind the invoice, stand in the currency of the invoice. */
function rateRows({ fx, evidence_fx: ofRows = [], period }: Result): NumberRow[] {
  // Where all is shown in the currency of the invoice, rows were converted into the period's before that.
  const own = currencyOf(fx?.from ?? period.currency);
  const rates = ofRows.map(({ from, rate, on }) => ({
    name: `Rows in ${currencyOf(from)}`,
    now: `${rate} ${own} for 1 ${currencyOf(from)}, of ${on}`,
    before: '',
  }));
  if (fx === undefined) return rates;
  const { from, to, reference, rate } = fx;
  const billed = `${reference} ${currencyOf(to)} for 1 ${currencyOf(from)} by the policy, ${rate} on the invoice`;
  return [...rates, { name: 'Exchange rate', now: billed, before: '' }];
}

/** Where a period that still runs will end. */
function forecastRows(result: Result, currency: string): NumberRow[] {
  const forecast = forecastOfResult(result);
  if (forecast === null) return [];
  const [about, low, high] = [forecast.amount, forecast.low, forecast.high].map((amount) => plainMoney(amount, currency));
  return [{ name: 'Charged by the end', now: `about ${about}, between ${low} and ${high}`, before: '' }];
}

function unexplainedCell(totals: Totals, currency: string): string {
  const { unexplained_gross: gross, provider_charged: charged } = totals;
  if (gross === null) return 'not known';
  const share = charged === null || gross === '0' ? null : percentOf(gross, charged);
  const sides = gross === '0' ? '' : `: ${sideWords(totals, currency)}`;
  return `${plainMoney(gross, currency)}${share === null ? '' : ` (${share})`}${sides}`;
}

function shareCell(amount: Amount, { provider_charged: charged }: Totals, currency: string): string {
  const share = charged === null ? null : percentOf(amount, charged);
  return `${plainMoney(amount, currency)}${share === null ? '' : ` (${share})`}`;
}

export interface WhyRow {
  readonly amount: string;
  /** The step in words, with models and services. */
  readonly what: string;
  readonly sentence: string;
  readonly count: string;
  readonly owner: string;
  readonly next: string;
  /** A request by which to see it, for `trueup explain`; null where none is known. */
  readonly sample: string | null;
  /** The file of the ledger that shows it; null where the rows of evidence do. */
  readonly file: string | null;
}

export interface Why {
  /** The largest first. */
  readonly rows: readonly WhyRow[];
  /** `11 more causes hold USD 0.62 together`; null = there are none. */
  readonly rest: string | null;
  /** `Explained: …`; null = nothing is. */
  readonly explained: string | null;
}

/** At most `most` rows; foreign names go through `show`. Nothing where too little was compared. */
export function whyOf(result: Result, most: number, show: Show): Why {
  if (!isCompared(result)) return { rows: [], rest: null, explained: null };
  const currency = currencyOf(result.period.currency);
  const causes = unexplainedCauses(result);
  const others = causes.slice(most);
  const sum = others.reduce((all, { size }) => all.plus(size), moneyOf(noAmount));
  const rest = `${others.length} more ${others.length === 1 ? 'cause holds' : 'causes hold'} ${headline(formatMoney(sum), currency)}${others.length === 1 ? '' : ' together'}`;
  return {
    rows: causes.slice(0, most).map((cause) => whyRow(cause, result, show)),
    rest: others.length === 0 ? null : rest,
    explained: explainedWords(result, currency),
  };
}

function whyRow(cause: Cause, { period, bridge }: Result, show: Show): WhyRow {
  const isBesideRows = !(rowSteps as readonly Step[]).includes(cause.step);
  const document = (balanceSteps as readonly Step[]).includes(cause.step) ? 'statement' : 'invoice';
  // One of several invoices has a file of its own, which only its findings name.
  const isOneFile = bridge.every((row) => row.invoice_id === undefined);
  return {
    amount: signedMoney(cause.amount, currencyOf(period.currency)),
    what: causeWords(cause, show),
    sentence: causeSentence(cause),
    count: isBesideRows ? '' : grouped(cause.count),
    owner: causeOwner(cause, show),
    next: stepWording[cause.step].next,
    sample: isBesideRows ? null : (cause.samples[0] ?? null),
    file: isBesideRows && isOneFile ? periodPath({ folder: periodFolder(period.id) }, document) : null,
  };
}

const mostExplained = 5;

function explainedWords(result: Result, currency: string): string | null {
  const steps = explainedSteps(result);
  if (steps.length === 0) return null;
  const shown = steps.slice(0, mostExplained).map(({ step, amount }) => `${lower(labelOf(step, amount))} ${signedMoney(amount, currency)}`);
  const more = steps.length - shown.length;
  return `Explained: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Findings that only say again what a step of the bridge says. */
const saidByStep: ReadonlyMap<FindingCode, string> = new Map([
  ['unexplained-step', ''],
  ['residual', 'residual'],
  ['leak', 'unlinked'],
  ['missing-token-usage', 'missing_usage'],
  ['unpriced', 'unpriced'],
]);

const thresholds: readonly FindingCode[] = ['threshold-total', 'threshold-model', 'threshold-category', 'threshold-counts'];

/** What makes the verdict what it is beside the money that the causes explain, gravest and dearest first, as `findings` come. */
export function obstaclesOf({ verdict }: Pick<Result, 'verdict'>, findings: readonly Finding[], causes: readonly Pick<Cause, 'step'>[]): Finding[] {
  const steps = new Set<string>(causes.map(({ step }) => step));
  const weighty: readonly Severity[] = verdict === 'warn' ? ['warn', 'quarantine'] : ['fail', 'inconclusive'];
  return findings.filter(({ code, severity }) => {
    const step = saidByStep.get(code);
    // Causes say what the sums are made of; of a sum that is explained only its threshold speaks.
    const isSaid = code === 'unexplained-step' || (step !== undefined && steps.has(step)) || (causes.length > 0 && thresholds.includes(code));
    return weighty.includes(severity) && !isSaid;
  });
}

function lower(words: string): string {
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

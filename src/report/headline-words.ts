/** What the first line says of a period and what decided: what is unexplained, what was compared with what, what of it is weaker than rows. Plain words, no foreign text. */
import { isSubtotal } from '../model/bridge.ts';
import type { Finding, FindingCode } from '../model/finding.ts';
import type { Decision, Totals } from '../model/judgement.ts';
import type { GateVerdict } from '../model/gate.ts';
import { type Amount, formatMoney, Money, moneyOf, noAmount } from '../model/money.ts';
import type { Result } from '../model/result.ts';
import { periodName } from './period-words.ts';
import { currencyOf, grouped, headline, percentOf, plainMoney } from './show-money.ts';
import { wording } from './wording.ts';
import { labelOf } from './wording/step-wording.ts';
import type { Show } from './wording/template.ts';

/** Codes of findings that say that nothing, or too little, was compared: then no sum is explained. */
const notCompared: readonly FindingCode[] = ['nothing-to-reconcile', 'coverage-low', 'linkage-low'];

/** Codes of findings that the sums at the head of the line speak of. */
const saidBySums: readonly FindingCode[] = ['threshold-total', 'threshold-model', ...notCompared];

/** Whether the sums of the period say anything: there are sums, and enough of both sides met. */
export function isCompared({ totals, findings }: Pick<Result, 'totals' | 'findings'>): boolean {
  return (
    totals.unexplained_gross !== null && totals.provider_at_snapshot !== null && !findings.some((found) => notCompared.includes(found.code) || isCut(found))
  );
}

/** A final period that the provider's finality cuts: what was compared is a part that nobody asked for. */
function isCut({ code, severity }: Pick<Finding, 'code' | 'severity'>): boolean {
  return code === 'provider-not-final' && severity === 'inconclusive';
}

/** Why a period fails, or cannot be judged, where it is something else than its sums that decides; null = its sums, or nothing. */
export function reasonWords({ verdict, findings }: Pick<Result, 'verdict' | 'findings'>): string | null {
  const codes = new Set(findings.filter(({ severity }) => severity === verdict && (verdict === 'fail' || verdict === 'inconclusive')).map(({ code }) => code));
  const [first, ...others] = codes;
  if (first === undefined || saidBySums.some((code) => codes.has(code))) return null;
  const { title } = wording[first];
  return `${title.charAt(0).toLowerCase()}${title.slice(1)}${others.length === 0 ? '' : ` and ${others.length} more`}`;
}

/** The verdict as a sentence: its head, which is what to do, and what follows it. Neither ends with a full stop. */
export interface VerdictWords {
  readonly head: string;
  readonly rest: string;
}

/** `Do not approve May 2026` and `USD 5.24 of 37.27 charged (14.1 %) has no explanation; …`. */
export function verdictWords(result: Result, show: Show): VerdictWords {
  const reason = reasonWords(result);
  const parts = [
    ...(reason === null ? [] : [reason]),
    ...(isCompared(result) ? sumWords(result) : [notComparedWords(result)]),
    ...weakWords(result, 'amounts'),
  ];
  return { head: headOf(result.verdict, periodName(result.period, show)), rest: parts.filter((part) => part !== '').join('; ') };
}

/** What a verdict says to do about what is named. */
export function headOf(verdict: GateVerdict, name: string): string {
  return {
    pass: `${name} adds up`,
    warn: `${name} adds up, with warnings`,
    fail: `Do not approve ${name}`,
    inconclusive: `${name} cannot be judged`,
    'not-applicable': 'Nothing to judge',
  }[verdict];
}

/** The same of several; `names` is their number with its noun. */
export function headOfSeveral(verdict: GateVerdict, names: string): string {
  return verdict === 'pass' || verdict === 'warn' ? headOf(verdict, names).replace(' adds up', ' add up') : headOf(verdict, names);
}

function notComparedWords({ totals, findings, counts }: Result): string {
  const codes = new Set(findings.map(({ code }) => code));
  if (codes.has('nothing-to-reconcile')) return 'no rows';
  if (codes.has('coverage-low') && counts !== null) {
    if (counts.linked_charges === 0) return 'no charge could be held against a counted request';
    return `only ${grouped(counts.linked_charges)} of ${grouped(counts.comparable)} charges could be held against a counted request`;
  }
  if (totals.unexplained_gross === null) return 'the money could not be compared';
  return codes.has('linkage-low') ? 'too few rows link to compare the money' : 'no more than a part of the money could be compared';
}

/** What was compared, and what of it has no explanation: the latter first where there is some. */
function sumWords(result: Result): string[] {
  const gross = result.totals.unexplained_gross ?? noAmount;
  if (gross === '0') return [explainedWords(result), retryWords(result)];
  // Whoever is to approve is told what the sums rest on.
  return [unexplainedWords(result), result.verdict === 'pass' || result.verdict === 'warn' ? comparedWords(result) : ''];
}

/** "All explained" is said only where the ups and the downs are both nothing and no request is left over, and of no period that fails. */
function explainedWords(result: Result): string {
  const approved = result.verdict === 'pass' || result.verdict === 'warn';
  const left = result.decision.find(({ fact }) => fact === 'unexplained_counts')?.value ?? noAmount;
  const money = approved ? (left === noAmount ? 'all explained' : 'all of the money explained') : 'nothing of it unexplained';
  const counts = left === noAmount ? '' : `, ${grouped(Number(left))} ${left === '1' ? 'request or charge' : 'requests or charges'} without explanation`;
  return `${comparedWords(result)}, ${money}${counts}`;
}

function unexplainedWords({ totals, period }: Pick<Result, 'totals' | 'period'>): string {
  const currency = currencyOf(period.currency);
  const gross = totals.unexplained_gross ?? noAmount;
  const whole = totals.provider_charged ?? noAmount;
  const share = percentOf(gross, whole);
  return `${headline(gross, currency)} of ${plainMoney(whole, currency)} charged${share === null ? '' : ` (${share})`} has no explanation: ${sideWords(totals, currency)}`;
}

/** Both sides of what is unexplained: `0.00 net, 200.00 up and 200.00 down`, or `all of it up`. */
export function sideWords({ unexplained_gross: gross, unexplained_net: net }: Totals, currency: string): string {
  const [all, sum] = [moneyOf(gross ?? noAmount), moneyOf(net ?? noAmount)];
  if (all.equals(sum.abs())) return `all of it ${sum.isNegative() ? 'down' : 'up'}`;
  const [up, down] = [all.plus(sum).div(2), all.minus(sum).div(2)].map((side) => plainMoney(formatMoney(side), currency));
  return `${plainMoney(net ?? noAmount, currency)} net, ${up} up and ${down} down`;
}

/** Our requests and the provider's money, and the witnesses that they were held against. */
function comparedWords(result: Result): string {
  const { counts, totals, period } = result;
  if (counts === null || totals.provider_charged === null || counts.application.requests + counts.provider.charges === 0) return '';
  const currency = currencyOf(period.currency);
  const witnesses = [
    ...(counts.gateway === null ? [] : ["the gateway's log"]),
    ...(result.assurance === 'invoice'
      ? []
      : [`${grouped(counts.provider.charges)} ${result.buckets === undefined ? 'charges' : counts.provider.charges === 1 ? 'sum' : 'sums'}`]),
    ...(totals.balance_drawdown === undefined ? [] : [balanceWords(totals.balance_drawdown, currency)]),
    ...(totals.invoice_total === null ? [] : [`an invoice of ${headline(totals.invoice_total, currency)}`]),
  ];
  return `${grouped(counts.application.requests)} requests, ${headline(totals.provider_charged, currency)} charged, compared with ${listed(witnesses)}`;
}

const widthWords: Readonly<Record<NonNullable<Result['buckets']>['width'], string>> = { '1h': 'hour', '1d': 'day', '1M': 'month', period: 'period' };
const dimensionWords: Readonly<Record<NonNullable<Result['buckets']>['by'][number], string>> = {
  key_ref: 'key',
  model_billed: 'model',
  service_tier: 'service tier',
  region: 'region',
};

/** `by day and model, not by request`: what sums cannot show. */
function grainWords({ width, by }: NonNullable<Result['buckets']>): string {
  return `by ${listed([widthWords[width], ...by.map((dimension) => dimensionWords[dimension])])}, not by request`;
}

/** It rises where more came onto it than is written down. */
function balanceWords(drawdown: Amount, currency: string): string {
  const fell = moneyOf(drawdown);
  return `a balance that ${fell.isNegative() ? 'rose' : 'fell'} by ${headline(formatMoney(fell.abs()), currency)}`;
}

function retryWords({ bridge, totals }: Result): string {
  const retries = bridge.find(({ step }) => step === 'retry')?.amount ?? noAmount;
  const share = percentOf(retries, totals.provider_charged ?? noAmount);
  return retries === '0' || share === null ? '' : `${share} retries`;
}

/** What the verdict rests on that no row of two witnesses shows. Without amounts where they may not be said. */
export function weakWords(result: Pick<Result, 'findings' | 'counts' | 'totals' | 'bridge' | 'period' | 'buckets'>, say: 'amounts' | 'words'): string[] {
  const currency = currencyOf(result.period.currency);
  const { judged_end_utc: judged, end_utc: end } = result.period;
  return [
    ...weakAmounts(result).map(({ amount, words }) => `${say === 'words' ? 'money' : headline(amount, currency)} ${words}`),
    ...(result.buckets === undefined ? [] : [grainWords(result.buckets)]),
    ...(judged === end ? [] : [`judged through ${judged}`]),
  ];
}

export interface WeakAmount {
  readonly amount: Amount;
  /** As the name of a row. */
  readonly name: string;
  /** What follows the amount in a sentence. */
  readonly words: string;
}

/** The money of a verdict that rests on less than two witnesses. */
export function weakAmounts({ findings, counts, totals, bridge }: Pick<Result, 'findings' | 'counts' | 'totals' | 'bridge'>): WeakAmount[] {
  const unreported = findings.find(({ code, severity }) => code === 'amount-unreported' && severity !== 'info');
  const excepted = bridge.filter(({ step }) => !isSubtotal(step)).map((row) => moneyOf(row.excepted).abs());
  const covered = formatMoney(excepted.reduce((sum, next) => sum.plus(next), new Money(0)));
  return [
    { amount: unreported?.amount ?? noAmount, name: 'Priced by us alone', words: 'priced by our snapshot, not confirmed by the provider' },
    {
      amount: counts?.provider_counted.count ? counts.provider_counted.expected : noAmount,
      name: 'Counted by the provider',
      words: "expected by the provider's token counts alone",
    },
    { amount: covered, name: 'Excepted', words: 'covered by exceptions' },
    { amount: totals.quarantined ?? noAmount, name: 'Quarantined', words: 'quarantined' },
  ].filter(({ amount }) => amount !== '0');
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** What a threshold is a threshold of: `total`, `model:…`, `service:…`, `category:<step>`, `finding:<code>`, `counts`, `linkage`, `coverage`. */
export function scopeWords(scope: string, show: Show): string {
  const [kind = '', ...rest] = scope.split(':');
  const name = rest.join(':');
  if (kind === 'category') return labelOf(name);
  if (kind === 'finding') return Object.hasOwn(wording, name) ? wording[name as FindingCode].title : show(name);
  if (kind === 'model' || kind === 'service') return `${kind} ${show(name)}`;
  return Object.hasOwn(wholeWords, kind) ? (wholeWords[kind] ?? '') : show(scope);
}

const wholeWords: Readonly<Record<string, string>> = { total: 'the whole', counts: 'the counts', linkage: 'how much links', coverage: 'how much was compared' };

const factWords: Readonly<Record<Decision['fact'], string>> = {
  unexplained_gross: 'unexplained (gross)',
  unexplained_counts: 'unexplained requests and charges',
  step_amount: 'in this step',
  unlinked_charges: 'charges without a request of ours',
  unlinked_requests: 'requests without a charge',
  uncompared_charges: 'charges held against no counted request',
  finding: 'found',
};

/** The value against its limit. */
export function factOf(decision: Decision, show: Show): string {
  const { fact, value, threshold, rule, outcome, override } = decision;
  const words = `${show(value)} ${factWords[fact]}`;
  if (fact === 'finding') return words;
  const limit = `${outcome === 'pass' ? 'not above' : 'above'} ${show(threshold)}`;
  const origin = `${decision.default ? ', the default' : ''}${override === null ? '' : `, by override ${show(override)}`}`;
  return `${words}, ${limit} (${show(rule)}${origin})`;
}

/** What it takes to turn this one threshold. */
export function changeOf({ fact, level, outcome, distance }: Decision, show: Show): string {
  if (outcome === 'pass') return `more than ${show(distance)} more would ${level === 'inconclusive' ? 'leave it open' : level}`;
  return fact === 'finding' ? `${show(distance)} fewer would clear it` : `${show(distance)} less would clear it`;
}

/** Where the threshold stands. */
export function placeOf({ source, scope, fact, default: isDefault }: Decision): string {
  if (source !== null) return source.line === 0 ? source.file : `${source.file}:${source.line}`;
  if (fact === 'finding') return 'rules';
  const key = scope === 'linkage' ? 'policy.min_linked' : scope === 'coverage' ? 'policy.min_compared' : 'policy.categories';
  return isDefault ? `the default; ${key} is not stated` : key;
}

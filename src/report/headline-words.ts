/** What the first line says of a period and what decided: what is unexplained, what was compared with what, what of it is weaker than rows. Plain words, no foreign text. */
import type { Finding, FindingCode } from '../model/finding.ts';
import type { Decision } from '../model/judgement.ts';
import { type Amount, formatMoney, Money, moneyOf, noAmount } from '../model/money.ts';
import type { Result } from '../model/result.ts';
import { headline } from './show-money.ts';
import { wording } from './wording.ts';
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

/**
 * The whole line after the verdict: `all of USD 45.00 explained; 5,411 requests, USD 45.00 charged, compared with …`; `place` follows the first part,
 * which is what decides.
 */
export function moneyWords(result: Result, place = ''): string {
  const reason = reasonWords(result);
  const [first, ...others] = [...(reason === null ? [] : [reason]), isCompared(result) ? unexplainedWords(result) : notComparedWords(result)];
  const parts = [`${first ?? ''}${place}`, ...others, comparedWords(result), ...weakWords(result, 'amounts')];
  return parts.filter((part) => part !== '').join('; ');
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

/** "All explained" is said only where the ups and the downs are both nothing, and of no period that fails. */
function unexplainedWords({ totals, period, verdict }: Result): string {
  const { unexplained_gross: gross, unexplained_net: net, provider_at_snapshot: provider } = totals;
  const currency = currencyOf(period.currency);
  const whole = headline(provider ?? noAmount, currency);
  if (gross === '0') return verdict === 'pass' || verdict === 'warn' ? `all of ${whole} explained` : `nothing of ${whole} unexplained`;
  const [up, down] = [
    moneyOf(gross ?? noAmount)
      .plus(net ?? 0)
      .div(2),
    moneyOf(gross ?? noAmount)
      .minus(net ?? 0)
      .div(2),
  ];
  const sides = `net ${headline(net ?? noAmount, currency)}, ${headline(formatMoney(up), currency)} up and ${headline(formatMoney(down), currency)} down`;
  return `${headline(gross ?? noAmount, currency)} of ${whole} unexplained (${sides})`;
}

/** Our requests and the provider's money, and the witnesses that they were held against. */
function comparedWords({ counts, totals, period }: Result): string {
  if (counts === null || totals.provider_charged === null || counts.application.requests + counts.provider.charges === 0) return '';
  const currency = currencyOf(period.currency);
  const witnesses = [
    ...(counts.gateway === null ? [] : [`${grouped(counts.gateway.attempts)} attempts of the gateway`]),
    `${grouped(counts.provider.charges)} charges of the provider`,
    ...(totals.invoice_total === null ? [] : [`an invoice of ${headline(totals.invoice_total, currency)}`]),
  ];
  return `${grouped(counts.application.requests)} requests, ${headline(totals.provider_charged, currency)} charged, compared with ${listed(witnesses)}`;
}

/** What the verdict rests on that no row of two witnesses shows. Without amounts where they may not be said. */
export function weakWords({ findings, counts, totals, bridge, period }: Result, say: 'amounts' | 'words'): string[] {
  const amount = (value: Amount): string => (say === 'words' ? 'money' : headline(value, currencyOf(period.currency)));
  const unreported = findings.find(({ code, severity }) => code === 'amount-unreported' && severity !== 'info');
  const excepted = bridge.filter(({ step }) => !step.includes('provider_') && !step.startsWith('invoice_')).map((row) => moneyOf(row.excepted).abs());
  const covered = excepted.reduce((sum, next) => sum.plus(next), new Money(0));
  return [
    ...(unreported === undefined ? [] : [`${amount(unreported.amount ?? noAmount)} priced by our snapshot, not confirmed by the provider`]),
    ...(counts === null || counts.provider_counted.count === 0
      ? []
      : [`${amount(counts.provider_counted.expected)} expected by the provider's token counts alone`]),
    ...(covered.isZero() ? [] : [`${amount(formatMoney(covered))} covered by exceptions`]),
    ...(totals.quarantined === null || totals.quarantined === '0' ? [] : [`${amount(totals.quarantined)} quarantined`]),
    ...(period.judged_end_utc === period.end_utc ? [] : [`judged through ${period.judged_end_utc}`]),
  ];
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** Thousands set apart by commas. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

function currencyOf(text: string): string {
  return text.replace(/[^A-Z]/g, '').slice(0, 3);
}

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

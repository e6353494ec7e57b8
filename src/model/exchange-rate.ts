/** A rate between two currencies that a document of the ledger states, and how far it may be from the one that the policy takes for right (SPEC §13). Pure. */
import { finding, type Finding, type Source } from './finding.ts';
import type { Day } from './instant.ts';
import { formatMoney, Money } from './money.ts';
import type { Policy } from './policy.ts';

export interface ExchangeRate {
  readonly from: string;
  /** Units of the document's currency for one unit of `from`. */
  readonly rate: Money;
  readonly on: Day;
  /** A file of the period's folder, with its hash, or a URL without one. */
  readonly basis: string;
  readonly sha256: string | null;
  readonly source: Source;
}

/** What one unit of each currency whose amounts enter the sums of a period is in the period's own, that itself among them. */
export function ratesInto({ currency, fx }: { readonly currency: string; readonly fx: readonly ExchangeRate[] }): ReadonlyMap<string, Money> {
  return new Map([[currency, new Money(1)], ...fx.map(({ from, rate }) => [from, rate] as const)]);
}

/** The files of the period's folder that the rates are from. */
export function filesOfRates(rates: readonly ExchangeRate[]): string[] {
  return rates.flatMap(({ basis, sha256 }) => (sha256 === null ? [] : [basis]));
}

/** Whether a rate is no further from its reference than so many percent of it. */
export function isTolerated(rate: Money, reference: Money, tolerancePercent: Money): boolean {
  return rate.minus(reference).abs().times(100).lessThanOrEqualTo(tolerancePercent.times(reference));
}

/** The rates of rows that a policy does not hold for right: neither a period nor a drill vouches for its own. `words` name the period, where it has a name. */
export function ratesNotHeld(
  { currency, fx }: { readonly currency: string; readonly fx: readonly ExchangeRate[] },
  policy: Pick<Policy, 'fx'>,
  words: Readonly<Record<string, string>>,
): Finding[] {
  return fx.flatMap(({ from, rate, source }) => {
    const stated = policy.fx.get(from);
    const reference = stated?.evidenceReference ?? null;
    const args = { ...words, from, to: currency, rate: formatMoney(rate) };
    if (stated === undefined || reference === null) return [finding('evidence-rate', 'fail', { args: { ...args, problem: 'rate-without-reference' }, source })];
    if (isTolerated(rate, reference, stated.tolerancePercent)) return [];
    const bound = { reference: formatMoney(reference), tolerance: formatMoney(stated.tolerancePercent) };
    return [finding('evidence-rate', 'fail', { args: { ...args, ...bound }, source })];
  });
}

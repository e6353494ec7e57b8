/** The declared rounding of charges in the currency of a period: a provider rounds in the currency that it bills in (SPEC §13). Pure. */
import { ratesInto } from './exchange-rate.ts';
import type { Contract, Period, Rounding } from './ledger.ts';

/**
 * A cost of the period ends on a multiple of quantum × rate exactly where the same cost in the other currency ends on one of the quantum, so that nothing
 * is divided. null where none is declared, or its currency has no rate: then no rounding explains anything.
 */
export function roundingIn({ rounding }: Pick<Contract, 'rounding'>, period: Pick<Period, 'currency' | 'fx'>): Rounding | null {
  if (rounding === null) return null;
  const { quantum, mode, minimum, currency = period.currency } = rounding;
  const rate = ratesInto(period).get(currency);
  if (rate === undefined) return null;
  return { quantum: quantum.times(rate), mode, minimum: minimum === null ? null : minimum.times(rate) };
}

/** Rules on the rates by which rows in other currencies enter the sums of a period. */
import type { LedgerDraft } from '../draft.ts';
import { readAsPeriods } from './period-rules.ts';
import { isTolerated } from '../../model/exchange-rate.ts';
import { finding, type Finding } from '../../model/finding.ts';
import { formatMoney } from '../../model/money.ts';

/** Neither a period nor a drill vouches for its own rates: each is held to the policy's, within the tolerance there. */
export function evidenceRatesHeld(draft: LedgerDraft): Finding[] {
  const policy = draft.settings?.value.policy;
  if (policy === undefined) return [];
  return readAsPeriods(draft).flatMap(({ value: period, words }) =>
    period.fx.flatMap(({ from, rate, source }) => {
      const stated = policy.fx.get(from);
      const reference = stated?.evidenceReference ?? null;
      const args = { ...words, from, to: period.currency, rate: formatMoney(rate) };
      if (stated === undefined || reference === null)
        return [finding('evidence-rate', 'fail', { args: { ...args, problem: 'rate-without-reference' }, source })];
      if (isTolerated(rate, reference, stated.tolerancePercent)) return [];
      const bound = { reference: formatMoney(reference), tolerance: formatMoney(stated.tolerancePercent) };
      return [finding('evidence-rate', 'fail', { args: { ...args, ...bound }, source })];
    }),
  );
}

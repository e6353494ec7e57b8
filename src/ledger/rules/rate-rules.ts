/** Rules on the rates by which rows in other currencies enter the sums of a period. */
import type { LedgerDraft } from '../draft.ts';
import { readAsPeriods } from './period-rules.ts';
import { ratesNotHeld } from '../../model/exchange-rate.ts';
import type { Finding } from '../../model/finding.ts';

/** Each is held to the policy's, within the tolerance there. */
export function evidenceRatesHeld(draft: LedgerDraft): Finding[] {
  const policy = draft.settings?.value.policy;
  return policy === undefined ? [] : readAsPeriods(draft).flatMap(({ value, words }) => ratesNotHeld(value, policy, words));
}

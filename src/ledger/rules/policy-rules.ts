/** Rules on `trueup.yaml`. */
import { finding } from '../../model/finding.ts';
import type { Finding } from '../../model/finding.ts';
import type { LedgerDraft } from '../draft.ts';
import { placeOf } from '../yaml-document.ts';

/** A policy that has no fail threshold lets any amount through. */
export function policyComplete({ settings }: LedgerDraft): Finding[] {
  if (settings === null) return [];
  const { value, document } = settings;
  return (['total', 'counts'] as const)
    .filter((level) => value.policy[level].fail === null)
    .map((level) => finding('policy-incomplete', 'fail', { args: { missing: `${level}.fail` }, source: placeOf(document, ['policy', level]) }));
}

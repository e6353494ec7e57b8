/** Findings about money that nobody can vouch for: `rules` may quarantine them and nothing less (SPEC §5). */
import type { FindingCode } from './finding-code.ts';

export const failClosedCodes: readonly FindingCode[] = [
  'unknown-model',
  'missing-token-usage',
  'client-stopped-usage',
  'unpriced',
  'unverified-pricing',
  'unverified-billing-rule',
  'placeholder',
];

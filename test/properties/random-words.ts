/** The few words that random ledgers are made of: few, so that rows collide often. */
import { type Instant, parseInstant } from '../../src/model/instant.ts';

export const billableModels = ['nano', 'mini', 'big', 'haiku'] as const;
/** Never in any snapshot. */
export const unpricedModel = 'unheard-of';
export const requestedModels = ['nano-alias', 'mini-alias', 'big-alias', 'haiku-alias'] as const;
/** Never in any mapping. */
export const unmappedModel = 'ghost-alias';
/** U+FF5E sorts before U+1F600 by code point and after it by UTF-16 unit. */
export const services = ['chat', 'batch, "nightly"', '\u{FF5E}search', '\u{1F600}search'] as const;
export const costCenters = ['cc-1', 'cc-2', '=cc-3'] as const;
export const keyRefs = ['key-a', 'key-b'] as const;
export const account = 'acct_redacted';
export const otherAccount = 'acct_other';
export const environment = 'production';

/** Moments that lie on, before and after every bound that random ledgers have. */
export const moments = [
  '2026-05-01T00:00:00Z',
  '2026-05-04T09:30:00Z',
  '2026-05-09T23:59:59.999999Z',
  '2026-05-10T00:00:00Z',
  '2026-05-14T23:59:59Z',
  '2026-05-15T00:00:00Z',
  '2026-05-17T12:00:00Z',
  '2026-05-20T11:59:59Z',
  '2026-05-20T12:00:00Z',
  '2026-05-24T18:00:00Z',
  '2026-05-31T12:00:00Z',
  '2026-05-31T23:59:59Z',
] as const;
/** Late enough that a charge may come after the end. */
export const lateMoments = ['2026-05-31T12:00:00Z', '2026-05-31T23:00:00Z', '2026-05-31T23:59:59Z'] as const;
export const momentsOutside = ['2026-04-30T23:59:59.999999Z', '2026-06-01T00:00:00Z', '2026-06-01T08:00:00Z'] as const;

export function instantOf(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(`not an instant: ${text}`);
  return instant;
}

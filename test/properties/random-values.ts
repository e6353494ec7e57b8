/** Random counts, amounts and times, as an export writes them: at the bounds of prices and mappings, and sometimes wrong. */
import { formatInstant } from '../../src/model/instant.ts';
import type { Random } from './random.ts';
import { instantOf } from './random-words.ts';

export type TokenTexts = Record<
  'input_tokens' | 'cached_input_tokens' | 'cache_write_tokens' | 'cache_write_1h_tokens' | 'output_tokens' | 'reasoning_tokens',
  string | null
>;

/** What a client that stopped could not count. */
export const noTokens: TokenTexts = {
  input_tokens: null,
  cached_input_tokens: null,
  cache_write_tokens: null,
  cache_write_1h_tokens: null,
  output_tokens: null,
  reasoning_tokens: null,
};

export function randomTokens(random: Random, noise: number): TokenTexts {
  const part = (): string | null => (random.chance(75) ? null : String(random.pick([0, 0, 1, 40, 60])));
  const tokens: TokenTexts = {
    input_tokens: String(random.pick([0, 10, 100, 160, 199, 200, 200, 201, 1000, 1001, 5000])),
    cached_input_tokens: part(),
    cache_write_tokens: part(),
    cache_write_1h_tokens: part(),
    output_tokens: String(random.pick([0, 5, 60, 80, 100, 7000])),
    reasoning_tokens: part(),
  };
  const fits = BigInt(tokens.input_tokens ?? '0') >= 160n && BigInt(tokens.output_tokens ?? '0') >= 60n;
  // Parts that do not fit are a data error; it shall stay an exception.
  if (!fits && !random.chance(noise / 2)) {
    tokens.cached_input_tokens = tokens.cache_write_tokens = tokens.cache_write_1h_tokens = tokens.reasoning_tokens = null;
  }
  if (BigInt(tokens.input_tokens ?? '0') < 180n && tokens.cached_input_tokens === '60' && tokens.cache_write_tokens === '60')
    tokens.cache_write_1h_tokens = null;
  if (random.chance(2)) tokens.input_tokens = random.pick(['1000000000000', '999999999999', '1000000000000000']);
  if (random.chance(noise / 4)) tokens.input_tokens = null;
  if (random.chance(noise / 4)) tokens.output_tokens = null;
  if (random.chance(noise / 8))
    tokens[random.pick(['input_tokens', 'output_tokens', 'cached_input_tokens'] as const)] = random.pick(['-1', '1.5', 'many', '1000000000000001']);
  return tokens;
}

export function randomAmount(random: Random): string {
  if (random.chance(30)) return random.pick(['0', '0.00', '-0.25', '-12.5', '-0.000000000000000001']);
  if (random.chance(20)) return `${random.below(100)}.${Array.from({ length: 18 }, () => random.below(10)).join('')}`;
  return random.pick(['0.01', '1.5', '12.50', '250', '1000.000001', '8.6e-05', '2.5E+1']);
}

/** Around a moment: at it, or some seconds after it; written in several ways. */
export function randomTime(random: Random, moment: string, attempt: number): string {
  const at = instantOf(moment) + BigInt(random.pick([0, 0, 0, 1, 30]) + (attempt - 1) * 60) * 1_000_000n;
  const text = formatInstant(at);
  if (random.chance(90)) return text;
  if (random.chance(50) && !text.includes('.')) return text.replace('Z', random.pick(['.000Z', '.0000009Z']));
  return formatInstant(at + 7_200_000_000n).replace('Z', '+02:00');
}

export function shifted(text: string | null, seconds: bigint): string {
  return formatInstant(instantOf(text ?? '') + seconds * 1_000_000n);
}

/** Short words for what built-in formats say often: places of values, what counts hold, amounts printed from floating point. */
import type { Format, TokenInclusion, ValueSource } from '../../model/evidence.ts';

export function column(name: string): ValueSource {
  return { column: name, path: null };
}

/** Inside a column that holds JSON. */
export function inside(name: string, path: string): ValueSource {
  return { column: name, path };
}

/** Input with every cache class and output with reasoning, as OpenAI counts. */
export const allIncluded: TokenInclusion = { when: null, inputIncludes: ['cached_input', 'cache_write', 'cache_write_1h'], outputIncludesReasoning: true };

/** Input without any cache class and output with reasoning, as Anthropic counts. */
export const cacheApart: TokenInclusion = { when: null, inputIncludes: [], outputIncludesReasoning: true };

/** Exact to a millionth of a millionth; what rounding moves is said (`float-shift`). */
export const floatMoney: Format['money'] = { divisor: '1', negate: [], float: { decimals: 12 } };

/** The first digit of an HTTP status. */
export const httpClass = (name: string): ValueSource => ({ ...column(name), capture: String.raw`^([1-5])\d\d$` });
export const httpStatuses: Format['statuses'] = { '2': 'success', '4': 'error', '5': 'error' };

/** Whether a key of one's own paid: `is_byok`, as gateways in front of several providers write it. */
export const keyOfOnesOwn: ValueSource = { ...column('is_byok'), lookup: { true: 'byok', false: 'wallet' } };

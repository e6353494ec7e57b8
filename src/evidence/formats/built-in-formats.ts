/** The formats that need no file in the ledger, and the tool's own among them. */
import { newApi } from './new-api.ts';
import { type CanonicalColumn, canonicalColumns, type Format, type ValueSource } from '../../model/evidence.ts';

function underOwnName(column: CanonicalColumn): readonly [CanonicalColumn, readonly ValueSource[]] {
  return [column, [{ column, path: null }]];
}

/** Input counts include every cache class and output counts include reasoning, as OpenAI and OpenTelemetry count. */
export const trueup: Format = {
  name: 'trueup',
  columns: Object.fromEntries(canonicalColumns.map(underOwnName)),
  constants: {},
  timestamp: { kind: 'iso', zone: null },
  statuses: {},
  kinds: {},
  inclusion: [{ when: null, inputIncludes: ['cached_input', 'cache_write', 'cache_write_1h'], outputIncludesReasoning: true }],
  money: { divisor: '1', negate: [] },
  filter: [],
};

/** By the order in which documentation lists them. */
export const builtInFormats: readonly Format[] = [trueup, newApi];

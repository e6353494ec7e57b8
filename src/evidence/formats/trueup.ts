/** The canonical export: every column under its own name, ISO timestamps with an offset, money in its currency. */
import type { CanonicalColumn, Format, ValueSource } from '../../model/evidence.ts';
import { canonicalColumns } from '../../model/evidence.ts';

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

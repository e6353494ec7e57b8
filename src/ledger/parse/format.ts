/** A format file as model, with every default written out. */
import type { CanonicalColumn, Format, TokenInclusion, ValueSource } from '../../model/evidence.ts';
import type { FormatFile } from '../schemas/format.ts';

export function parseFormat(file: FormatFile): Format {
  return {
    name: file.name,
    columns: columnsOf(file.columns),
    ...(file.added === undefined ? {} : { added: columnsOf(file.added) }),
    constants: definedOf(file.constants ?? {}),
    timestamp: { kind: file.timestamp?.kind ?? 'iso', zone: file.timestamp?.zone ?? null },
    statuses: file.statuses ?? {},
    kinds: file.kinds ?? {},
    inclusion: inclusionOf(file),
    money: moneyOf(file.money ?? {}),
    filter: file.filter ?? [],
  };
}

function moneyOf(money: NonNullable<FormatFile['money']>): Format['money'] {
  const { divisor = '1', negate = [], zero_is_none: zeroIsNone, decimals } = money;
  return { divisor, negate, ...(decimals === undefined ? {} : { float: { decimals } }), ...(zeroIsNone === undefined ? {} : { zeroIsNone }) };
}

function columnsOf(columns: FormatFile['columns']): Format['columns'] {
  const entries = Object.entries(definedOf<ValueSource | ValueSource[]>(columns));
  return Object.fromEntries(entries.map(([column, sources]) => [column, Array.isArray(sources) ? sources : [sources]]));
}

function inclusionOf(file: FormatFile): TokenInclusion[] {
  const single = {
    when: undefined,
    input_includes: file.input_includes ?? [],
    output_includes: file.output_includes ?? [],
    cache_write_includes: file.cache_write_includes,
  };
  const rules = file.inclusion ?? [single];
  return rules.map((rule) => ({
    when: rule.when ?? null,
    inputIncludes: rule.input_includes,
    outputIncludesReasoning: rule.output_includes.includes('reasoning'),
    ...(rule.cache_write_includes?.includes('cache_write_1h') ? { cacheWriteIncludes1h: true as const } : {}),
  }));
}

function definedOf<Value>(map: Readonly<Partial<Record<CanonicalColumn, Value | undefined>>>): Partial<Record<CanonicalColumn, Value>> {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined)) as Partial<Record<CanonicalColumn, Value>>;
}

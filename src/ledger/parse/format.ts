/** A format file as model, with every default written out. */
import type { CanonicalColumn, Format, TokenInclusion, ValueSource } from '../../model/evidence.ts';
import type { FormatFile } from '../schemas/format.ts';

export function parseFormat(file: FormatFile): Format {
  return {
    name: file.name,
    columns: columnsOf(file.columns),
    constants: definedOf(file.constants ?? {}),
    timestamp: { kind: file.timestamp?.kind ?? 'iso', zone: file.timestamp?.zone ?? null },
    statuses: file.statuses ?? {},
    kinds: file.kinds ?? {},
    inclusion: inclusionOf(file),
    money: { divisor: file.money?.divisor ?? '1', negate: file.money?.negate ?? [] },
    filter: file.filter ?? [],
  };
}

function columnsOf(columns: FormatFile['columns']): Format['columns'] {
  const entries = Object.entries(definedOf<ValueSource | ValueSource[]>(columns));
  return Object.fromEntries(entries.map(([column, sources]) => [column, Array.isArray(sources) ? sources : [sources]]));
}

function inclusionOf(file: FormatFile): TokenInclusion[] {
  const rules = file.inclusion ?? [{ input_includes: file.input_includes ?? [], output_includes: file.output_includes ?? [] }];
  return rules.map((rule) => ({
    when: 'when' in rule ? (rule.when ?? null) : null,
    inputIncludes: rule.input_includes,
    outputIncludesReasoning: rule.output_includes.includes('reasoning'),
  }));
}

function definedOf<Value>(map: Readonly<Partial<Record<CanonicalColumn, Value | undefined>>>): Partial<Record<CanonicalColumn, Value>> {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined)) as Partial<Record<CanonicalColumn, Value>>;
}

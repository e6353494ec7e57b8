/** A format as the text of a format file: what docs/formats.md says, written out (JSON is YAML). */
import type { Format, RowCondition, TokenInclusion, ValueSource } from '../../../src/model/evidence.ts';

export function formatFile(format: Format): string {
  return JSON.stringify({
    name: format.name,
    columns: mapped(format.columns),
    ...(format.added === undefined ? {} : { added: mapped(format.added) }),
    constants: format.constants,
    timestamp: { kind: format.timestamp.kind, ...(format.timestamp.zone === null ? {} : { zone: format.timestamp.zone }) },
    statuses: format.statuses,
    kinds: format.kinds,
    inclusion: format.inclusion.map(ruleOf),
    money: {
      divisor: format.money.divisor,
      negate: format.money.negate,
      ...(format.money.zeroIsNone === undefined ? {} : { zero_is_none: format.money.zeroIsNone }),
    },
    filter: format.filter.map(conditionOf),
  });
}

function mapped(columns: Format['columns']): Record<string, string[]> {
  return Object.fromEntries(Object.entries(columns).map(([column, sources]) => [column, sources.map(sourceText)]));
}

function sourceText({ column, path }: ValueSource): string {
  return path === null ? column : `${column}:${path}`;
}

function conditionOf({ source, ...test }: RowCondition): object {
  return { source: sourceText(source), ...test };
}

function ruleOf(rule: TokenInclusion): object {
  return {
    ...(rule.when === null ? {} : { when: conditionOf(rule.when) }),
    input_includes: rule.inputIncludes,
    output_includes: rule.outputIncludesReasoning ? ['reasoning'] : [],
    ...(rule.cacheWriteIncludes1h ? { cache_write_includes: ['cache_write_1h'] } : {}),
  };
}

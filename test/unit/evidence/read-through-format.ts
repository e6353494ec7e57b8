/** Reads one row through a Format in plain TypeScript: the meaning that compiled SQL must have, small enough to check by eye. */
import {
  type CanonicalColumn,
  canonicalColumns,
  type Format,
  type RowCondition,
  type TokenClass,
  type TokenInclusion,
  type ValueSource,
} from '../../../src/model/evidence.ts';
import { formatMoney, Money, parseMoney } from '../../../src/model/money.ts';

/** A CSV row (all text) or a JSON line. */
export type SourceRow = Readonly<Record<string, unknown>>;

export interface ReadRow {
  /** True when the filter leaves the row out. */
  readonly filtered: boolean;
  /** Canonical text; null = empty. Status, kind and money are translated, token counts are as the source counts them. */
  readonly values: Readonly<Record<CanonicalColumn, string | null>>;
  /** Disjoint counts; null = not reported. */
  readonly tokens: Readonly<Record<TokenClass, bigint | null>>;
}

export function readThroughFormat(format: Format, row: SourceRow): ReadRow {
  const raw = Object.fromEntries(canonicalColumns.map((column) => [column, rawText(format, column, row)])) as Record<CanonicalColumn, string | null>;
  const kind = translated(raw.kind, format.kinds);
  const values = { ...raw, kind, status: translated(raw.status, format.statuses), charged_amount: amountOf(format, raw.charged_amount, kind) };
  return { filtered: !format.filter.every((condition) => holds(condition, row)), values, tokens: tokensOf(format, values, row) };
}

function rawText(format: Format, column: CanonicalColumn, row: SourceRow): string | null {
  const own = (format.columns[column] ?? []).map((source) => textOf(source, row)).find((text) => text !== null);
  const text = own ?? format.constants[column] ?? null;
  const added = (format.added?.[column] ?? []).map((source) => textOf(source, row)).filter((more) => more !== null);
  return text === null ? null : added.length === 0 ? text : added.reduce((sum, more) => sum + BigInt(more), BigInt(text)).toString();
}

/** Objects may be JSON text or JSON; empty text and JSON null are null. */
function textOf(source: ValueSource, row: SourceRow): string | null {
  let value: unknown = row[source.column];
  if (source.path !== null) {
    if (typeof value === 'string') value = value === '' ? null : (JSON.parse(value) as unknown);
    for (const step of source.path.split('.').slice(1)) value = isRecord(value) ? value[step] : null;
  }
  if (value === undefined || value === null || value === '') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function translated(text: string | null, words: Readonly<Record<string, string>>): string | null {
  return text === null ? null : (words[text] ?? text);
}

function amountOf(format: Format, text: string | null, kind: string | null): string | null {
  const amount = text === null ? null : parseMoney(text);
  if (amount === null || (amount.isZero() && format.money.zeroIsNone?.some((none) => none === kind))) return null;
  const sign = format.money.negate.some((negated) => negated === kind) ? -1 : 1;
  return formatMoney(amount.div(new Money(format.money.divisor)).times(sign));
}

function holds(condition: RowCondition, row: SourceRow): boolean {
  const text = textOf(condition.source, row);
  if (!('in' in condition)) throw new Error('only lists of values are read here');
  return text !== null && condition.in.includes(text);
}

function tokensOf(format: Format, values: Readonly<Record<CanonicalColumn, string | null>>, row: SourceRow): Record<TokenClass, bigint | null> {
  const rule = format.inclusion.find(({ when }) => when === null || holds(when, row));
  if (rule === undefined) throw new Error(`${format.name}: no inclusion rule fits`);
  const count = (column: CanonicalColumn): bigint | null => (values[column] === null ? null : BigInt(values[column]));
  const long = count('cache_write_1h_tokens');
  const writes = without(count('cache_write_tokens'), rule.cacheWriteIncludes1h ? long : null);
  const parts = { cached_input: count('cached_input_tokens'), cache_write: writes, cache_write_1h: long };
  const reasoning = count('reasoning_tokens');
  return {
    input: uncached(count('input_tokens'), parts, rule),
    ...parts,
    output: without(count('output_tokens'), rule.outputIncludesReasoning ? reasoning : null),
    reasoning,
  };
}

type Parts = Readonly<Record<TokenInclusion['inputIncludes'][number], bigint | null>>;

function uncached(input: bigint | null, parts: Parts, rule: TokenInclusion): bigint | null {
  return rule.inputIncludes.reduce((rest, part) => without(rest, parts[part]), input);
}

function without(whole: bigint | null, part: bigint | null): bigint | null {
  return whole === null ? null : whole - (part ?? 0n);
}

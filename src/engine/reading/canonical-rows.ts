/** Compiles a format to SQL: from the raw text of one file to validated canonical rows. */
import { plainNumber } from './amount-text.ts';
import { columnType, type CountColumn, decimalsColumn, isAmount, isCount } from './column-types.ts';
import { explodedRows, hasBrokenParts, hasForeignParts } from './parts-text.ts';
import {
  addedTexts,
  canonicalText,
  classTexts,
  conditionHolds,
  countedElsewhere,
  explodedPlace,
  isJson,
  rawRows,
  readColumns,
  unreadQuantityMark,
} from './source-text.ts';
import { amountDecimals, amountOf, amountText, countOf, floatShift, roundingStages, textOf, trimmedAmount, typedColumn } from './typed-column.ts';
import { identifier, joinSql, literal, sql, type Sql } from '../sql.ts';
import {
  bucketColumns,
  type CanonicalColumn,
  canonicalColumns,
  type EvidenceFile,
  type Format,
  type InputPart,
  isOfProvider,
  type EvidenceLayer,
  providerColumns,
  requiredOf,
  type TokenInclusion,
} from '../../model/evidence.ts';

/** `flaw` of a row: 0 = none, 1 + the index of the canonical column that could not be read, or one of these. */
export const malformedJson = 100;
export const controlCharacter = 101;
export const unknownClass = 102;
export const unreadQuantity = 103;
export const brokenPart = 104;
export const foreignPart = 105;

/** The separator of row content in digests; no value may hold it. */
export const unitSeparator = 'chr(31)';

/** Asked for with every statement about a file, which is read under one format and as one layer. */
const knownFilled = new WeakMap<EvidenceFile, { readonly layer: EvidenceLayer; readonly format: Format; readonly columns: readonly CanonicalColumn[] }>();

/** The canonical columns that a file fills under a format; some mean something only in provider rows. */
export function filledColumns(layer: EvidenceLayer, file: EvidenceFile, format: Format): readonly CanonicalColumn[] {
  const known = knownFilled.get(file);
  if (known !== undefined && known.layer === layer && known.format === format) return known.columns;
  const isRead = (column: CanonicalColumn): boolean => {
    if (providerColumns.includes(column)) return isOfProvider(layer);
    return format.grain === 'bucket' || !(bucketColumns as readonly CanonicalColumn[]).includes(column);
  };
  const columns = canonicalColumns.filter((column) => isRead(column) && canonicalText(column, file, format) !== null);
  knownFilled.set(file, { layer, format, columns });
  return columns;
}

export interface Reading {
  /** `serial` also reads files whose quoted newlines confuse the parallel reader. */
  readonly reading: 'parallel' | 'serial';
  /** `kept`: the original text of every filled column comes along. */
  readonly originals?: 'kept';
  /** `apart`: each row is followed by one for every other model of its parts, which has `part_number` above 0, `part_model` and counts; all else means something in the first alone. */
  readonly parts?: 'apart';
  /** `kept`: `is_total` and `is_repeat` come along, and the text of each amount. */
  readonly roles?: 'kept';
}

/**
 * The canonical rows of one file, in file order: its filled columns typed, the decimals of its amounts, `tokens_flawed` (its counts cannot be trusted),
 * `skipped` (the format's filter leaves it out) and `flaw`; `float_shift` where amounts are rounded.
 */
export function canonicalRows(layer: EvidenceLayer, file: EvidenceFile, format: Format, how: Reading): Sql {
  const filled = filledColumns(layer, file, format);
  const counts = filled.filter(isCount);
  const texts = filled.map((column) => sql`${canonicalText(column, file, format) ?? 'null'} as ${textOf(column)}`);
  const added = counts.flatMap((column) => addedTexts(column, file, format).map((text, index) => sql`${text} as ${identifier(`added:${column}:${index}`)}`));
  const conditional = format.inclusion.filter((rule) => rule.when !== null);
  const rules = conditional.map(
    (rule, index) => sql`${rule.when === null ? 'true' : conditionHolds(rule.when, file, format)} as ${identifier(`rule:${index}`)}`,
  );
  const kept = joinSql(
    [
      ...format.filter.map((condition) => conditionHolds(condition, file, format)),
      ...(format.skip ?? []).map((condition) => sql`not ${conditionHolds(condition, file, format)}`),
    ],
    ' and ',
  );
  const classes = classTexts(file, format);
  const parts = classes === null ? [] : [sql`${classes.name} as class_name`, sql`${plainNumber(classes.quantity, format.numbers)} as class_quantity`];
  const place = explodedPlace(file, format);
  const exploded =
    place === null
      ? []
      : [
          sql`${hasBrokenParts(place.explode, place.model)} as has_broken_parts`,
          sql`${isCharged(layer, format) ? 'false' : hasForeignParts(place.explode, place.model)} as has_foreign_parts`,
        ];
  const numbering = how.parts === 'apart' && place !== null ? [sql`part_number`, sql`part_model`] : [];
  const raw = rawRows(file, format, how.reading);
  const roles = [...parts, ...exploded, ...numbering, sql`${isTotal(file, format)} as is_total`, sql`${isRepeatedHeader(file, format)} as is_repeat`];
  const typed = filled.map((column) => sql`${typedColumn(column, format)} as ${identifier(isCount(column) ? `read:${column}` : column)}`);
  const amounts = filled.filter(isAmount);
  const decimals = amounts.map((column) => sql`case when ${column} is not null then ${amountDecimals(column, format)} end as ${decimalsColumn(column)}`);
  const trimmed = amounts.map((column) => sql`${trimmedAmount(column, format)} as ${amountText(column)}`);
  const stages = roundingStages(amounts, format);
  const rounding = stages.map(
    (columns, index) => sql`rounding_${index} as (\n  select *, ${joinSql(columns)}\n  from ${index === 0 ? 'texts' : sql`rounding_${index - 1}`}\n),\n`,
  );
  const shift = filled.includes('charged_amount') ? floatShift(format) : null;
  const shifts = shift === null ? [] : [sql`${shift.units} as float_shift`];
  const counted = counts.map((column) => sql`${countedColumn(column, counts, file, format)} as ${column}`);
  const unmetered = filled.includes('meters') ? sql` or coalesce(contains(meters, '=${unreadQuantityMark}'), false)` : sql``;
  const flawed = sql`${tokensFlawed(counts, file, format)}${unmetered} as tokens_flawed`;
  return sql`with raw as (
  ${numbering.length === 0 || place === null ? raw : explodedRows(raw, place.explode, { model: place.model, counted: countedElsewhere(file, format) })}
),
texts as (
  select ${joinSql([...texts, ...added, ...rules, ...roles, sql`${kept === '' ? 'false' : sql`not (${kept})`} or is_total or is_repeat as skipped`, 'malformed'])}
  from raw
),
${joinSql(rounding, '')}trimmed as (
  select ${joinSql(['*', ...trimmed])}
  from ${stages.length === 0 ? 'texts' : sql`rounding_${stages.length - 1}`}
),
typed as (
  select *, ${joinSql([...typed, ...decimals, ...shifts])}
  from trimmed
),
counted as (
  select *, ${joinSql([...counted, flawed])}
  from typed
)
select ${joinSql([...filled, ...amounts.map(decimalsColumn), ...(classes === null ? [] : classColumns(format)), ...(shift === null ? [] : [sql`float_shift`]), ...numbering, 'tokens_flawed', 'skipped', sql`${flawOf(layer, filled, file, format)} as flaw`])}${how.originals === 'kept' ? sql`, ${joinSql(filled.map(textOf))}` : ''}${how.roles === 'kept' ? sql`, ${joinSql(['is_total', 'is_repeat', ...amounts.map(amountText)])}` : ''}
from counted`;
}

/** Whether each row is a call that the provider charges: then parts of another model are charges as well. A log has no charges, and a sum no parts. */
export function isCharged(layer: EvidenceLayer, { grain }: Pick<Format, 'grain'>): boolean {
  return layer === 'provider' && grain !== 'bucket';
}

/** `part_class` and `part_quantity` of a row that counts one class. */
function classColumns({ rowsAre }: Format): Sql[] {
  const cases = Object.entries(rowsAre?.classMap ?? {}).map(([from, to]) => sql`when ${literal(from)} then ${literal(to)}`);
  return [sql`case class_name ${joinSql(cases, ' ')} end as part_class`, sql`${countOf(sql`class_quantity`)} as part_quantity`];
}

function isTotal(file: EvidenceFile, format: Format): Sql {
  return format.totalRow === undefined ? sql`false` : conditionHolds(format.totalRow, file, format);
}

/** A row of CSV that says the header again. */
function isRepeatedHeader(file: EvidenceFile, format: Format): Sql {
  const columns = format.file?.repeatedHeader === true && !isJson(file) ? readColumns(file, format) : [];
  return columns.length === 0
    ? sql`false`
    : joinSql(
        columns.map((column) => sql`coalesce(${identifier(column)} = ${literal(column)}, false)`),
        ' and ',
      );
}

function read(column: CountColumn): Sql {
  return identifier(`read:${column}`);
}

function addedCount(column: CountColumn, index: number, format: Format): Sql {
  return countOf(plainNumber(identifier(`added:${column}:${index}`), format.numbers));
}

/** One inclusion rule after the other; a row that none of them speaks of has no trustworthy counts. */
function byRule(format: Format, expression: (rule: TokenInclusion) => Sql, unruled: 'null' | 'true' = 'null'): Sql {
  const conditional = format.inclusion.filter((rule) => rule.when !== null);
  const otherwise = format.inclusion.find((rule) => rule.when === null);
  if (conditional.length === 0) return otherwise === undefined ? sql`null` : expression(otherwise);
  const last = otherwise === undefined ? unruled : expression(otherwise);
  return sql`case ${joinSql(
    conditional.map((rule, index) => sql`when ${identifier(`rule:${index}`)} then ${expression(rule)}`),
    ' ',
  )} else ${last} end`;
}

const partColumns: Readonly<Record<InputPart, CountColumn>> = {
  cached_input: 'cached_input_tokens',
  cache_write: 'cache_write_tokens',
  cache_write_1h: 'cache_write_1h_tokens',
};

/** A canonical count: input with every cache class, output with reasoning, cache writes without the 1h ones. */
function countedColumn(column: CountColumn, counts: readonly CountColumn[], file: EvidenceFile, format: Format): Sql {
  const own = joinSql([read(column), ...addedTexts(column, file, format).map((_, index) => sql`coalesce(${addedCount(column, index, format)}, 0)`)], ' + ');
  if (column === 'input_tokens') {
    return byRule(format, (rule) => joinSql([own, ...missingParts(rule, counts).map((part) => sql`coalesce(${part}, 0)`)], ' + '));
  }
  if (column === 'cache_write_tokens') return byRule(format, (rule) => cacheWrite(rule, counts, own));
  if (column === 'output_tokens' && counts.includes('reasoning_tokens')) {
    return byRule(format, (rule) => (rule.outputIncludesReasoning ? own : sql`${own} + coalesce(${read('reasoning_tokens')}, 0)`));
  }
  return own;
}

function missingParts(rule: TokenInclusion, counts: readonly CountColumn[]): Sql[] {
  const parts = (Object.keys(partColumns) as InputPart[]).filter((part) => !rule.inputIncludes.includes(part));
  return parts
    .filter((part) => counts.includes(partColumns[part]))
    .map((part) => (part === 'cache_write' ? cacheWrite(rule, counts, read('cache_write_tokens')) : read(partColumns[part])));
}

function cacheWrite(rule: TokenInclusion, counts: readonly CountColumn[], own: Sql): Sql {
  return rule.cacheWriteIncludes1h && counts.includes('cache_write_1h_tokens') ? sql`(${own} - coalesce(${read('cache_write_1h_tokens')}, 0))` : own;
}

/** True where a count is no whole number, or where the parts exceed the whole they belong to. */
function tokensFlawed(counts: readonly CountColumn[], file: EvidenceFile, format: Format): Sql {
  // A total that cannot be read spoils nothing: no rule uses it.
  const used = counts.filter((column) => column !== 'total_tokens');
  const unread = used.map((column) => sql`(${textOf(column)} is not null and ${read(column)} is null)`);
  const unreadAdded = used.flatMap((column) =>
    addedTexts(column, file, format).map((_, index) => {
      return sql`(${identifier(`added:${column}:${index}`)} is not null and ${addedCount(column, index, format)} is null)`;
    }),
  );
  const canonical = (column: CountColumn): Sql => (counts.includes(column) ? sql`coalesce(${countedColumn(column, counts, file, format)}, 0)` : sql`0`);
  const wholes = [
    ...(counts.includes('input_tokens') && counts.some((column) => Object.values(partColumns).includes(column))
      ? [sql`coalesce(${countedColumn('input_tokens', counts, file, format)} < ${joinSql(Object.values(partColumns).map(canonical), ' + ')}, false)`]
      : []),
    ...(counts.includes('output_tokens') && counts.includes('reasoning_tokens')
      ? [sql`coalesce(${countedColumn('output_tokens', counts, file, format)} < ${canonical('reasoning_tokens')}, false)`]
      : []),
    ...(counts.includes('cache_write_tokens') ? [sql`${canonical('cache_write_tokens')} < 0`] : []),
  ];
  const unruled = counts.length > 0 && format.inclusion.every((rule) => rule.when !== null) ? [byRule(format, () => sql`false`, 'true')] : [];
  return joinSql([...unread, ...unreadAdded, ...wholes, ...unruled], ' or ') || sql`false`;
}

function unknownParts(file: EvidenceFile, format: Format): Sql[] {
  if (explodedPlace(file, format) !== null) return [sql`when has_broken_parts then ${brokenPart}`, sql`when has_foreign_parts then ${foreignPart}`];
  if (classTexts(file, format) === null) return [];
  const known = Object.keys(format.rowsAre?.classMap ?? {}).map(literal);
  const isKnown = known.length === 0 ? sql`false` : sql`class_name in (${joinSql(known)})`;
  return [sql`when not ${isKnown} then ${unknownClass}`, sql`when ${countOf(sql`class_quantity`)} is null then ${unreadQuantity}`];
}

function flawOf(layer: EvidenceLayer, filled: readonly CanonicalColumn[], file: EvidenceFile, format: Format): Sql {
  const texts = filled.filter((column) => columnType(column) === 'varchar');
  const content =
    joinSql(
      texts.map((column) => sql`contains(${column}, ${unitSeparator})`),
      ' or ',
    ) || 'false';
  const unread = filled
    .filter((column) => !isCount(column) && !texts.includes(column))
    .map(
      (column) =>
        sql`when ${isAmount(column) ? amountOf(textOf(column), format) : textOf(column)} is not null and ${column} is null then ${flawNumber(column)}`,
    );
  const missing = requiredOf(layer, format).map((column) => {
    const absent = filled.includes(column) ? sql`${column} is null` : 'true';
    const only = column === 'model_billed' && filled.includes('kind') ? ` and coalesce(kind, 'charge') = 'charge'` : '';
    return sql`when ${absent}${only} then ${flawNumber(column)}`;
  });
  return sql`(case when skipped then 0 when malformed then ${malformedJson} ${joinSql([...unread, ...missing, ...unknownParts(file, format)], ' ')} when ${content} then ${controlCharacter} else 0 end)::utinyint`;
}

function flawNumber(column: CanonicalColumn): number {
  return canonicalColumns.indexOf(column) + 1;
}

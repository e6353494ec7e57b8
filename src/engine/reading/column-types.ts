/** The engine's types of the canonical columns. */
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import { type CanonicalColumn, columnDefaults, countColumns, covers, kinds, statuses } from '../../model/evidence.ts';

export type CountColumn = (typeof countColumns)[number];

type ColumnType = 'bigint' | 'boolean' | 'hugeint' | 'integer' | 'row_cover' | 'row_kind' | 'row_status' | 'varchar';

const typed: Partial<Record<CanonicalColumn, ColumnType>> = {
  timestamp_utc: 'bigint',
  kind: 'row_kind',
  covered_by: 'row_cover',
  status: 'row_status',
  attempt: 'integer',
  charged_amount: 'hugeint',
  stated_amount: 'hugeint',
  stream: 'boolean',
  stream_completed: 'boolean',
  client_stopped: 'boolean',
  requests: 'bigint',
};

export function isCount(column: CanonicalColumn): column is CountColumn {
  return (countColumns as readonly string[]).includes(column);
}

/** Amounts of money; each is a scaled integer, and the column beside it says how many of its digits are decimals. */
export const amountColumns = ['charged_amount', 'stated_amount'] as const satisfies readonly CanonicalColumn[];
export type AmountColumn = (typeof amountColumns)[number];

export function isAmount(column: CanonicalColumn): column is AmountColumn {
  return (amountColumns as readonly string[]).includes(column);
}

const decimalsColumns = { charged_amount: 'charged_decimals', stated_amount: 'stated_decimals' } as const satisfies Record<AmountColumn, string>;

export function decimalsColumn(column: AmountColumn): (typeof decimalsColumns)[AmountColumn] {
  return decimalsColumns[column];
}

/** Columns that are never empty in what is compared: a row that leaves one out says the same as a row that writes its default. */
export const defaultedColumns = Object.keys(columnDefaults) as readonly (keyof typeof columnDefaults)[];

export function withDefault(column: keyof typeof columnDefaults): Sql {
  return sql`coalesce(${column}, '${columnDefaults[column]}') as ${column}`;
}

/** Microseconds, counts, enums, scaled integers (`charged_amount` × 10^`charged_decimals`), flags; everything else is text. */
export function columnType(column: CanonicalColumn): ColumnType {
  return typed[column] ?? (isCount(column) ? 'bigint' : 'varchar');
}

/** Words that every row carries, and take one byte each. */
export const enums = {
  cost_state: ['ok', 'unpriced', 'missing', 'unmapped'],
  role_name: ['primary', 'fallback'],
  link_kind: ['request', 'gateway', 'none'],
  aside_reason: ['period', 'account', 'environment', 'key', 'model'],
  row_status: statuses,
  row_kind: kinds,
  row_cover: covers,
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type EnumName = keyof typeof enums;

/** The statements that create the enums. */
export const createTypes: readonly Sql[] = (Object.keys(enums) as EnumName[]).map(
  (name) => sql`create type ${name} as enum (${joinSql(enums[name].map(literal))})`,
);

/** A column of an enum as a number in the order of its words, which not every engine knows; null stays null. */
export function enumOrder(name: EnumName, column: Sql): Sql {
  return sql`case ${column} ${joinSql(
    enums[name].map((word, place) => sql`when ${literal(word)} then ${place}`),
    ' ',
  )} end`;
}

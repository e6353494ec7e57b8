/** The engine's types of the canonical columns. */
import { kinds, statuses, tokenColumns } from '../../model/evidence.ts';
import type { CanonicalColumn } from '../../model/evidence.ts';
import { literal } from '../database.ts';

const countColumns = [...tokenColumns, 'total_tokens'] as const satisfies readonly CanonicalColumn[];
export type CountColumn = (typeof countColumns)[number];

const typed: Partial<Record<CanonicalColumn, string>> = {
  timestamp_utc: 'bigint',
  kind: 'row_kind',
  status: 'row_status',
  attempt: 'integer',
  charged_amount: 'hugeint',
  stated_amount: 'hugeint',
  stream: 'boolean',
  stream_completed: 'boolean',
  client_stopped: 'boolean',
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

export function decimalsColumn(column: AmountColumn): string {
  return column.replace('_amount', '_decimals');
}

/** Microseconds, counts, enums, scaled integers (`charged_amount` × 10^`charged_decimals`), flags; everything else is text. */
export function columnType(column: CanonicalColumn): string {
  return typed[column] ?? (isCount(column) ? 'bigint' : 'varchar');
}

/** The statements that create the enums: words that every row carries take one byte each. */
export const createTypes: readonly string[] = [
  `create type cost_state as enum ('ok', 'unpriced', 'missing', 'unmapped')`,
  `create type role_name as enum ('primary', 'fallback')`,
  `create type link_kind as enum ('request', 'gateway', 'none')`,
  `create type aside_reason as enum ('period', 'account', 'environment', 'model')`,
  `create type row_status as enum (${statuses.map(literal).join(', ')})`,
  `create type row_kind as enum (${kinds.map(literal).join(', ')})`,
];

/** Parsed ledger files as plain data, taken apart and put together again: what a comparison of two ledgers is made of. */
import { isDeepStrictEqual } from 'node:util';
import type { Ledger, LedgerFile } from '../../model/ledger.ts';
import type { Source } from '../../model/finding.ts';

export type Data = Readonly<Record<string, unknown>>;

/** The file of that name; undefined when the ledger has none. */
export function fileOf(ledger: Ledger, name: string): LedgerFile | undefined {
  return ledger.files.find((file) => file.name === name);
}

/** The content of a file as data; undefined when the ledger has no such file. */
export function documentOf(ledger: Ledger, name: string): unknown {
  return fileOf(ledger, name)?.document;
}

/** A member of a mapping; undefined where there is none. */
export function memberOf(data: unknown, key: string): unknown {
  return isData(data) && Object.hasOwn(data, key) ? data[key] : undefined;
}

/** The members of a list; none where there is no list. */
export function elementsOf(data: unknown): readonly unknown[] {
  return Array.isArray(data) ? (data as readonly unknown[]) : [];
}

/** The mapping without these members. */
export function without(data: unknown, keys: readonly string[]): unknown {
  return isData(data) ? Object.fromEntries(Object.entries(data).filter(([key]) => !keys.includes(key))) : data;
}

/** The mapping with the member set; undefined takes it away. */
export function withMember(data: unknown, key: string, value: unknown): Data {
  const rest = Object.entries(isData(data) ? data : {}).filter(([name]) => name !== key);
  return Object.fromEntries(value === undefined ? rest : [...rest, [key, value]]);
}

/** Equal as data: the order of keys does not count, the text of every scalar does. */
export function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(plain(one), plain(other));
}

/** Equal as data when the order of elements does not count either. */
export function isSameSet(one: readonly unknown[], other: readonly unknown[]): boolean {
  const left = one.map(spelled).sort();
  const right = other.map(spelled).sort();
  return isDeepStrictEqual(left, right);
}

function spelled(data: unknown): string {
  return JSON.stringify(data, (_, value: unknown) => (isData(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value));
}

/** Objects of the parser have no prototype, composed ones have. */
function plain(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(plain);
  return isData(data) ? Object.fromEntries(Object.entries(data).map(([key, value]) => [key, plain(value)])) : data;
}

function isData(data: unknown): data is Data {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/** The same value; every place in it names its file alone. */
export function withoutPlaces<Value>(value: Value): Value {
  return visit(value) as Value;
}

function visit(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(visit);
  // Amounts are objects of a class and hold no places.
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  if (isPlace(value)) return { file: value.file, line: 0, column: 0 };
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, visit(member)]));
}

function isPlace(value: object): value is Source {
  return Object.keys(value).length === 3 && 'file' in value && 'line' in value && 'column' in value;
}

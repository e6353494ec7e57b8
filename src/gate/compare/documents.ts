/** Parsed ledger files as plain data, taken apart, held against each other and put together again: what a comparison of two ledgers is made of. */
import { isDeepStrictEqual } from 'node:util';
import type { Ledger, LedgerFile } from '../../model/ledger.ts';
import type { Source } from '../../model/finding.ts';
import type { RuleDifference } from '../../model/gate.ts';

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
function isSameSet(one: readonly unknown[], other: readonly unknown[]): boolean {
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

/** Lists whose elements have names of their own: the members that make the name, and whether their order says something. */
const namedLists: Readonly<Record<string, { readonly by: readonly string[]; readonly ordered: boolean }>> = {
  exceptions: { by: ['id'], ordered: true },
  overrides: { by: ['services', 'models'], ordered: true },
  budget: { by: ['services', 'models'], ordered: false },
  rounding: { by: ['models'], ordered: true },
  items: { by: ['area'], ordered: false },
  ignored_files: { by: ['file'], ordered: false },
  mappings: { by: ['internal_name', 'requested_model'], ordered: false },
};

/** Lists that are sets. */
const sets: readonly string[] =
  'services models keys account_ref required request_ids files negate zero_is_none filter in input_includes output_includes cache_write_includes'.split(' ');

/** A text of a whole element is for reading, not for reading back. */
const longestText = 300;

/** Every value that differs. A member that only one side has is one difference per value in it, an element of a named list is one difference whole. */
export function ruleDifferences(before: unknown, after: unknown, path: readonly string[] = []): RuleDifference[] {
  if (isSame(before, after)) return [];
  const [was, is] = [before, after].map((side) => (side === undefined ? null : side));
  const list = namedLists[path.at(-1) ?? ''];
  const lists = [was, is].filter((side) => side !== null);
  if (list !== undefined && lists.every((side) => Array.isArray(side) && side.every(isMapping)))
    return elementDifferences(elementsOf(was), elementsOf(is), path);
  if (lists.every(isMapping)) {
    const keys = new Set(lists.flatMap((side) => Object.keys(side as object)));
    return [...keys].flatMap((key) => ruleDifferences(memberOf(was, key), memberOf(is, key), [...path, key]));
  }
  if (Array.isArray(was) && Array.isArray(is) && sets.includes(path.at(-1) ?? '') && isSameSet(was, is)) return [];
  return [differenceAt(path, before, after)];
}

function elementDifferences(before: readonly unknown[], after: readonly unknown[], path: readonly string[]): RuleDifference[] {
  const { by, ordered } = namedLists[path.at(-1) ?? ''] ?? { by: [], ordered: true };
  const [was, is] = [byName(before, by), byName(after, by)];
  const names = [...new Set([...was.keys(), ...is.keys()])];
  const differences = names.flatMap((name) => {
    const [one, other] = [was.get(name), is.get(name)];
    const at = [...path, name];
    return one === undefined || other === undefined ? [differenceAt(at, one, other)] : ruleDifferences(one, other, at);
  });
  const common = (list: ReadonlyMap<string, unknown>): string[] => [...list.keys()].filter((name) => was.has(name) && is.has(name));
  const [first, then] = [common(was), common(is)];
  return ordered && !isSame(first, then) ? [...differences, differenceAt([...path, 'order'], first, then)] : differences;
}

/** Elements of one name are told apart by their place among themselves. */
function byName(elements: readonly unknown[], by: readonly string[]): Map<string, unknown> {
  const named = new Map<string, unknown>();
  for (const element of elements) {
    const parts = by.flatMap((key) => (memberOf(element, key) === undefined ? [] : [textOf(memberOf(element, key)).replace(/^\[|\]$/g, '')]));
    const name = parts.length === 0 ? '(all)' : parts.join(' ');
    let own = name;
    for (let count = 2; named.has(own); count += 1) own = `${name} (${count})`;
    named.set(own, element);
  }
  return named;
}

function differenceAt(path: readonly string[], was: unknown, is: unknown): RuleDifference {
  const text = (side: unknown): string | null => (side === undefined ? null : textOf(side).slice(0, longestText));
  return { path, was, is, before: text(was), after: text(is) };
}

/** A value as it could stand in a line of YAML. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (!isMapping(value)) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, member]) => `${key}: ${textOf(member)}`)
    .join(', ')} }`;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

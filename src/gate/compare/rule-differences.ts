/** Where two states of the rules differ: one difference per value, list elements found by their names, each side as short text. Pure. */
import type { RuleDifference } from '../../model/gate.ts';
import { elementsOf, isSame, isSameSet, memberOf } from './documents.ts';

/** Lists whose elements have names of their own: the members that make the name, and whether their order says something. */
const namedLists: Readonly<Record<string, { readonly by: readonly string[]; readonly ordered: boolean }>> = {
  exceptions: { by: ['id'], ordered: true },
  overrides: { by: ['services', 'models'], ordered: true },
  rounding: { by: ['models'], ordered: true },
  items: { by: ['area'], ordered: false },
  ignored_files: { by: ['file'], ordered: false },
  mappings: { by: ['internal_name', 'requested_model'], ordered: false },
};

/** Lists that are sets. */
const sets: readonly string[] =
  'services models required request_ids files negate zero_is_none filter in input_includes output_includes cache_write_includes'.split(' ');

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

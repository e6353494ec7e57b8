/** Holds the names that a file has against the names that its format reads: those it needs, and those that the engine finds later. */
import { findLookAlikes } from './look-alikes.ts';
import { findingOf, listNames, notable, type Problem, unreadable } from './problem.ts';
import { conditionsOf, type EvidenceFile, type Format, type EvidenceLayer, meterOf, requiredOf, valueSources } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';

/**
 * `names` are the CSV header or the keys of the first JSON lines. What the engine would read as empty columns without a
 * word is a problem here; names that the format does not use are only one in `trueup`, where every name has a meaning.
 */
export function checkNames(names: readonly string[], format: Format, layer: EvidenceLayer): Problem[] {
  const used = usedNames(format);
  const alike = lookAlikes(names, used);
  if (alike.length > 0) return alike;
  const misspelt = misspeltNames(names, used);
  if (!names.some((name) => used.has(name)) && misspelt.length === 0) {
    return [unreadable('evidence-header', 'no-header', { format: format.name, found: listNames(names), delimiter: likelyDelimiter(names) })];
  }
  return [
    ...duplicateNames(names, used),
    ...misspelt.map(({ found, expected }) => misspeltColumn(found, expected, format)),
    ...missingNames(new Set([...names, ...misspelt.map(({ expected }) => expected)]), format, layer),
    ...(format.name === 'trueup' ? unknownNames(names, used, misspelt) : []),
  ];
}

/** Of the keys of one row of JSON: those that the format would overlook although they are meant for it. */
function checkKeys(keys: readonly string[], format: Format): Problem[] {
  const used = usedNames(format);
  const meters = format.name === 'trueup' ? unknownMeters(keys.filter((key) => !used.has(key))) : [];
  return [...lookAlikes(keys, used), ...misspeltNames(keys, used).map(({ found, expected }) => misspeltColumn(found, expected, format)), ...meters];
}

/** Whether the name that they are taken for is there too or not: which of the two holds the money? */
function lookAlikes(names: readonly string[], used: ReadonlySet<string>): Problem[] {
  return findLookAlikes(names, used, simplified).map(({ found, expected, characters }) =>
    unreadable('evidence-header', 'look-alike-column', { expected, found, characters: characters.join(', '), position: String(names.indexOf(found) + 1) }),
  );
}

function misspeltColumn(found: string, expected: string, format: Format): Problem {
  return unreadable('evidence-header', 'misspelt-column', { found, expected, format: format.name });
}

interface Misspelling {
  readonly found: string;
  readonly expected: string;
}

/** Every name that the format looks at, for values and for conditions. */
export function usedNames(format: Format): ReadonlySet<string> {
  return new Set(valueSources(format).map(({ column }) => column));
}

function conditionNames(format: Format): string[] {
  return [...new Set(conditionsOf(format).map(({ source }) => source.column))];
}

/** SQL does not tell names apart by case, so two names that the format reads may not differ in case alone. */
function duplicateNames(names: readonly string[], used: ReadonlySet<string>): Problem[] {
  const key = (name: string): string => (used.has(name) ? name.toLowerCase() : name);
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const name of names) {
    if (seen.has(key(name))) repeated.add(name);
    seen.add(key(name));
  }
  const harmless = [...repeated].filter((name) => !used.has(name));
  return [
    ...[...repeated].filter((name) => used.has(name)).map((column) => unreadable('evidence-header', 'duplicate-column', { column })),
    ...(harmless.length === 0 ? [] : [notable('evidence-header', 'duplicate-column', { columns: listNames(harmless) })]),
  ];
}

/** Names that are one of ours but for case, blanks or dashes: the engine would not see them, or see them by accident. */
function misspeltNames(names: readonly string[], used: ReadonlySet<string>): Misspelling[] {
  const bySimplified = new Map([...used].map((name) => [simplified(name), name]));
  return names.flatMap((found) => {
    const expected = bySimplified.get(simplified(found));
    // Blanks around a name make no other name of it: beside the right one it stands there twice.
    const isAnother = expected !== undefined && names.includes(expected) && found.trim() !== expected;
    return expected === undefined || used.has(found) || isAnother ? [] : [{ found, expected }];
  });
}

function simplified(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}

function missingNames(names: ReadonlySet<string>, format: Format, layer: EvidenceLayer): Problem[] {
  const needed = requiredOf(layer, format).filter((column) => format.constants[column] === undefined);
  const columns = needed.flatMap((column) => {
    const sources = (format.columns[column] ?? []).map((source) => source.column);
    if (sources.some((source) => names.has(source))) return [];
    const problem = sources.length === 0 ? 'unmapped-column' : 'missing-column';
    return [unreadable('evidence-header', problem, { column, sources: listNames(sources), format: format.name })];
  });
  const conditions = conditionNames(format)
    .filter((name) => !names.has(name))
    .map((name) => unreadable('evidence-header', 'missing-condition-column', { column: name, format: format.name }));
  return [...columns, ...conditions];
}

function unknownNames(names: readonly string[], used: ReadonlySet<string>, misspelt: readonly Misspelling[]): Problem[] {
  const explained = new Set(misspelt.map(({ found }) => found));
  const unknown = [...new Set(names.filter((name) => !used.has(name) && !explained.has(name)))];
  const meters = unknownMeters(unknown);
  const others = unknown.filter((name) => meterOf(name) === null);
  return [...meters, ...(others.length === 0 ? [] : [notable('evidence-header', 'unknown-column', { columns: listNames(others) })])];
}

/** Quantities that no snapshot of the ledger speaks of would cost nothing without a word. */
function unknownMeters(names: readonly string[]): Problem[] {
  const unknown = names.filter((name) => meterOf(name) !== null);
  return unknown.length === 0 ? [] : [unreadable('evidence-header', 'unknown-meter', { columns: listNames(unknown) })];
}

/** A header that is one single name is most likely split by something else than commas. */
function likelyDelimiter(names: readonly string[]): string {
  const [only, ...others] = names;
  if (only === undefined || others.length > 0) return '';
  return [';', '\t', '|'].find((mark) => only.includes(mark)) ?? '';
}

/** A file must have every column that it needs; a row of JSON may lack any, and must only not hide one. */
export function namesChecked(file: EvidenceFile, names: readonly string[], format: Format, of: 'file' | 'row'): Finding[] {
  const problems = of === 'file' ? checkNames(names, format, file.layer) : checkKeys(names, format);
  return problems.map((problem) => findingOf(problem, file.layer, file.name));
}

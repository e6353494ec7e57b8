/** JSON as a table: finds the list whose elements are rows, the values beside it, and the places inside a row. Pure. */
import { toVerify } from '../../model/placeholder.ts';
import { canonicalOf, claimsOf, type Meaning } from './column-names.ts';
import type { Sample } from './read-sample.ts';
import { listed, quoted, type SampleColumn, type SampleTable } from './sample-table.ts';
import { isDay } from '../../model/instant.ts';
import type { DraftLine } from '../../model/format-draft.ts';
import { UserError } from '../../model/user-error.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** A list of objects, or an object of objects, somewhere in the documents. */
interface Place {
  /** `$.data[*]`; null where the documents themselves are the rows. */
  readonly path: string | null;
  readonly isKeyed: boolean;
  readonly rows: Row[];
}

interface Row {
  readonly value: JsonObject;
  /** The name of the member, where the rows are keyed. */
  readonly key: string | null;
  /** Scalars around it: path → value. */
  readonly beside: ReadonlyMap<string, unknown>;
}

const deepest = 6;
const mostColumns = 500;
/** Values of one object that are looked at for rows below it, and lists that may be rows. */
const mostBeside = 50;
const mostPlaces = 1000;
/** What an envelope says of itself, and not of its rows. */
const ofAnswers: readonly Meaning[] = ['status', 'kind', 'class', 'quantity', 'requests', 'request_id'];

/** Throws a `UserError` where nothing in the sample is a list of rows. */
export function jsonTable({ head, tail }: Sample, container: 'json' | 'jsonl'): SampleTable {
  const { documents, areRows } = documentsOf(head, tail === '', container);
  const places = areRows ? linesPlace(documents) : [];
  for (const document of documents) visit(document, { path: '$', key: null, isKeyed: false, beside: new Map(), depth: 0 }, places);
  const { best, rivals } = choose(places);
  if (rivals.length > 1) return ambiguous(rivals, best, tail === '');
  return tableOf(best, tail === '', []);
}

/** `areRows`: the documents may be rows themselves, as lines or as the elements of one list. */
function documentsOf(text: string, isWhole: boolean, container: 'json' | 'jsonl'): { readonly documents: readonly unknown[]; readonly areRows: boolean } {
  const whole = container === 'json' ? (parsed(text) ?? (isWhole ? undefined : parsed(closed(text)))) : undefined;
  if (Array.isArray(whole) && whole.every(isObject)) return { documents: whole, areRows: true };
  if (whole !== undefined) return { documents: [whole], areRows: false };
  const documents = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : (parsed(line) ?? [])));
  if (documents.length === 0) throw new UserError('The file holds no JSON that could be read.', 'Check that the export is complete, or name it by what it is.');
  return { documents, areRows: container === 'jsonl' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A document that was cut, ended behind the last object that is whole. */
function closed(text: string): string {
  const open: string[] = [];
  let inString = false;
  let best = '';
  let end = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (inString) {
      if (sign === '\\') at += 1;
      else if (sign === '"') inString = false;
    } else if (sign === '"') inString = true;
    else if (sign === '{' || sign === '[') open.push(sign === '{' ? '}' : ']');
    else if (sign === '}' || sign === ']') {
      open.pop();
      if (sign === '}') [best, end] = [open.toReversed().join(''), at + 1];
    }
  }
  return text.slice(0, end) + best;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Documents that are rows themselves: lines, or the elements of one list. */
function linesPlace(documents: readonly unknown[]): Place[] {
  const rows = documents.filter(isObject).map((value): Row => ({ value, key: null, beside: new Map() }));
  return rows.length === 0 ? [] : [{ path: null, isKeyed: false, rows }];
}

interface Spot {
  readonly path: string;
  readonly key: string | null;
  readonly isKeyed: boolean;
  readonly beside: ReadonlyMap<string, unknown>;
  readonly depth: number;
}

function visit(value: unknown, spot: Spot, places: Place[]): void {
  if (spot.depth > deepest) return;
  const depth = spot.depth + 1;
  if (Array.isArray(value)) {
    for (const element of value) enter(element, { ...spot, path: `${spot.path}[*]`, depth }, places);
    return;
  }
  if (!isObject(value)) return;
  const members = Object.entries(value);
  const scalars = members.filter(([key, member]) => step(key) !== null && isScalar(member)).slice(0, mostBeside);
  const beside = new Map([...spot.beside, ...scalars.map(([key, member]) => [`${spot.path}${step(key)}`, member] as const)]);
  if (isKeyedByDay(members)) {
    for (const [key, member] of members) enter(member, { path: `${spot.path}.*`, key, isKeyed: true, beside: spot.beside, depth }, places);
    return;
  }
  for (const [key, member] of members) {
    const next = step(key);
    if (next !== null && !isScalar(member)) visit(member, { ...spot, path: spot.path + next, beside, depth }, places);
  }
}

/** An element may be a row, and may hold lists of its own. */
function enter(element: unknown, spot: Spot, places: Place[]): void {
  if (isObject(element)) {
    let place = places.find(({ path }) => path === spot.path);
    if (place === undefined && places.length < mostPlaces) places.push((place = { path: spot.path, isKeyed: spot.isKeyed, rows: [] }));
    place?.rows.push({ value: element, key: spot.key, beside: spot.beside });
  }
  visit(element, spot, places);
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function isKeyedByDay(members: readonly (readonly [string, unknown])[]): boolean {
  return members.length > 0 && members.every(([key, member]) => isDay(key) && !isScalar(member));
}

/** A key as a step of a path; null for one that a format cannot write. */
function step(key: string): string | null {
  if (/^[\p{L}\p{N}_-]+$/u.test(key)) return `.${key}`;
  return key === '' || /\p{Cc}|["\\]/u.test(key) ? null : `."${key}"`;
}

/** The longest list whose elements have names of rows; where two are as long, the one with more such names. */
function choose(places: readonly Place[]): { readonly best: Place; readonly rivals: readonly Place[] } {
  const rated = places.map((place) => ({ place, known: knownIn(place) })).filter(({ known }) => known >= 2);
  const sorted = rated.toSorted(
    (a, b) => Number(b.place.path === null) - Number(a.place.path === null) || b.place.rows.length - a.place.rows.length || b.known - a.known,
  );
  const [first] = sorted;
  if (first === undefined)
    throw new UserError('Nothing in the file is a list of rows with names that are known.', 'Write the format by hand; docs/formats.md explains its keys.');
  const rivals = sorted.filter(({ place, known }) => place.path !== null && place.rows.length === first.place.rows.length && known === first.known);
  return { best: first.place, rivals: rivals.map(({ place }) => place) };
}

/** Columns that the first rows have a name for; none where no name is that of a count, an amount or a time. */
function knownIn({ rows }: Place): number {
  const columns = sourcesOf(rows.slice(0, 20)).flatMap((source) => claimsOf(source).flatMap((meaning) => canonicalOf(meaning, 'provider') ?? []));
  const found = new Set(columns);
  return [...found].some((column) => column.endsWith('_tokens') || column === 'charged_amount' || column === 'timestamp_utc') ? found.size : 0;
}

function sourcesOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap(({ value }) => [...cellsOf(value).keys()]))];
}

/** Scalars of a row by the place that names them; JSON inside of text counts as what it holds. */
function cellsOf(row: JsonObject): Map<string, unknown> {
  const cells = new Map<string, unknown>();
  for (const [key, value] of Object.entries(row)) {
    if (key === '' || /\p{Cc}/u.test(key) || key.indexOf(':$') > 0) continue;
    const inner = typeof value === 'string' && value.startsWith('{') ? parsed(value) : value;
    if (isObject(inner)) addInner(inner, `${key}:$`, 0, cells);
    else if (isScalar(value)) cells.set(key, value);
  }
  return cells;
}

function addInner(value: JsonObject, path: string, depth: number, cells: Map<string, unknown>): void {
  for (const [key, member] of Object.entries(value)) {
    const next = step(key);
    if (next === null || cells.size >= mostColumns) continue;
    if (isScalar(member)) cells.set(path + next, member);
    else if (isObject(member) && depth < deepest) addInner(member, path + next, depth + 1, cells);
  }
}

function tableOf(place: Place, isWhole: boolean, layout: readonly DraftLine[]): SampleTable {
  const rows = place.rows.map(({ value }) => cellsOf(value));
  const sources = [...new Set(rows.flatMap((row) => [...row.keys()]))].slice(0, mostColumns);
  const own = sources.map((source) =>
    columnOf(
      source,
      rows.map((row) => row.get(source)),
    ),
  );
  const around = besideOf(place, sources);
  const extent = isWhole ? ('all' as const) : ('first' as const);
  return {
    columns: [...own, ...around.columns],
    rows: rows.length,
    extent,
    last: null,
    layout: layout.length > 0 ? layout : [...pathLine(place), ...around.lines],
    notes: [],
  };
}

function columnOf(source: string, values: readonly unknown[]): SampleColumn {
  const present = values.filter((value) => value !== undefined && value !== null && value !== '');
  const typed = present.length > 0 && present.every((value) => typeof value === 'number') ? 'number' : 'text';
  return { source, values: values.map((value) => (value === undefined || value === null || value === '' ? null : String(value))), typed };
}

function pathLine({ path, rows }: Place): DraftLine[] {
  return path === null ? [] : [{ key: ['records', 'path'], value: path, ground: `the longest list of objects with known names, ${rows.length} of them here` }];
}

/** What stands around the rows and has a name that no value in them has. */
function besideOf({ path, isKeyed, rows }: Place, sources: readonly string[]): { readonly columns: SampleColumn[]; readonly lines: DraftLine[] } {
  if (path === null) return { columns: [], lines: [] };
  const taken = new Set(sources.flatMap((source) => claimsOf(source)));
  const paths = [...new Set(rows.flatMap(({ beside }) => [...beside.keys()]))];
  const wanted = paths.flatMap((around): [string, string][] => {
    const name = (/\.("?)([^."]+)\1$/.exec(around)?.[2] ?? '').trim();
    const claims = claimsOf(name);
    return name === '' || sources.includes(name) || claims.length === 0 || claims.some((claim) => taken.has(claim) || ofAnswers.includes(claim))
      ? []
      : [[name, around]];
  });
  const unique = wanted.filter(([name], index) => wanted.findIndex(([other]) => other === name) === index);
  const keyColumn =
    isKeyed && !sources.includes('day')
      ? [
          columnOf(
            'day',
            rows.map(({ key }) => key),
          ),
        ]
      : [];
  return {
    columns: [
      ...keyColumn,
      ...unique.map(([name, around]) =>
        columnOf(
          name,
          rows.map(({ beside }) => beside.get(around)),
        ),
      ),
    ],
    lines: [
      ...(keyColumn.length > 0 ? [{ key: ['records', 'key_as'], value: 'day', ground: 'the members are named by days' }] : []),
      ...unique.map(([name, around]) => ({
        key: ['records', 'with', name],
        value: around,
        ground: `${quoted(name)} stands beside the rows and belongs to each of them`,
      })),
    ],
  };
}

/** Two lists that could be the rows: the first is read meanwhile. */
function ambiguous(rivals: readonly Place[], best: Place, isWhole: boolean): SampleTable {
  const paths = rivals.flatMap(({ path }) => path ?? []);
  const ground = `lists that are as long and have as many known names: ${listed(paths)}; which holds the rows?`;
  return tableOf(best, isWhole, [{ key: ['records', 'path'], value: toVerify, ground, open: { meanwhile: paths[0] ?? '', columns: [] } }]);
}

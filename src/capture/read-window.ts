/** Reads every page of one window of a feed, as raw bytes and as rows, until the host has no more. */
import { endOfDay, formatInstant, parseInstant, startOfDay, type Day, type Instant } from '../model/instant.ts';
import { sha256Of } from '../model/sha256.ts';
import { UserError } from '../model/user-error.ts';
import type { Answer, Host, Parameters } from './ask-host.ts';
import { asObject, canonicalText, type Json, valueAt } from '../model/exact-json.ts';
import type { Feed, Paging, WindowText } from './sources.ts';

/** From `start` until before `end`; both on whole seconds. */
export interface Window {
  readonly start: Instant;
  readonly end: Instant;
}

/** A row, known by its content: ids of rows are places on a page in some views. */
export interface Row {
  readonly value: Json;
  readonly digest: string;
}

export interface WindowReading {
  readonly pages: readonly Answer[];
  readonly rows: readonly Row[];
  /** Every total that a page stated. */
  readonly totals: ReadonlySet<string>;
  /** What makes the pages no whole, in words; null: nothing that one reading can see. */
  readonly problem: string | null;
}

const mostPages = 20_000;
const mostBytes = 512 * 2 ** 20;

export function windowOf(day: Day): Window {
  return { start: startOfDay(day), end: endOfDay(day) };
}

/** What is asked of a window, without what pages need. */
export function parametersOf(feed: Feed, window: Window): Parameters {
  return [...feed.window.map(([name, text]) => [name, writeEnd(text, window)] as const), ...feed.parameters];
}

function writeEnd(text: WindowText, { start, end }: Window): string {
  const at = text.endsWith('-end') ? end : text === 'unix-last' ? end - 1_000_000n : start;
  if (text.startsWith('unix')) return String(at / 1_000_000n);
  if (text === 'day') return formatInstant(at).slice(0, 10);
  return text.startsWith('clock') ? formatInstant(at).slice(0, 19).replace('T', ' ') : formatInstant(at);
}

/** `pageRows`: how many rows a page is asked for, where pages have numbers. Throws a UserError where the host gives none, or without end. */
export async function readWindow(host: Host, feed: Feed, window: Window, pageRows: number | null): Promise<WindowReading> {
  const pages: Answer[] = [];
  const rows: Row[] = [];
  const totals = new Set<string>();
  const asked = parametersOf(feed, window);
  const own = { bytes: 0, longest: 0, seen: new Set<string>() };
  for (let next: Parameters | null = firstPage(feed.paging, pageRows); next !== null;) {
    const answer = await host.getJson(feed.path, [...asked, ...next]);
    const page = rowsOf(feed, answer.json);
    const total = firstNumber(answer.json, feed.total);
    own.bytes += answer.bytes.length;
    refuseEndless(feed, pages.length, own.bytes);
    if (page.length > 0 && isRepeated(own.seen, page)) return { pages, rows, totals, problem: `page ${pages.length + 1} holds the rows of an earlier page` };
    // An empty page behind the last one only says that there is no more.
    if (page.length > 0 || pages.length === 0) pages.push(answer);
    for (const row of page) rows.push(row);
    if (total !== null) totals.add(total);
    const strayed = outside(feed, window, answer.json, page);
    if (total !== null && BigInt(rows.length) > BigInt(total))
      return { pages, rows, totals, problem: `the pages hold ${rows.length} rows and more, and the host says ${total}` };
    if (strayed !== null) return { pages, rows, totals, problem: strayed };
    next = nextPage(feed, answer.json, { asked: next, got: page.length, longest: own.longest });
    own.longest = Math.max(own.longest, page.length);
  }
  return { pages, rows, totals, problem: null };
}

function firstPage(paging: Paging, pageRows: number | null): Parameters {
  if (paging.kind !== 'numbered') return [];
  return [
    [paging.page, '1'],
    [paging.size, String(pageRows ?? paging.rows)],
  ];
}

interface Step {
  readonly asked: Parameters;
  /** Rows of this page, and the most of a page before. */
  readonly got: number;
  readonly longest: number;
}

/** null = this was the last one: behind it nothing, or before it longer ones. No total decides, nor the size that was asked for, which some hosts cap. */
function nextPage({ paging, path }: Feed, json: Json, { asked, got, longest }: Step): Parameters | null {
  if (paging.kind === 'whole') return null;
  if (paging.kind === 'cursor') return nextCursor(paging, path, json, asked);
  if (got === 0 || got < longest) return null;
  const [[, number = '1'] = [], [, size = '0'] = []] = asked;
  return [
    [paging.page, String(Number(number) + 1)],
    [paging.size, size],
  ];
}

function nextCursor({ parameter, next, more }: Extract<Paging, { kind: 'cursor' }>, path: string, json: Json, asked: Parameters): Parameters | null {
  const name = valueAt(json, next);
  if (valueAt(json, more) !== true && (typeof name !== 'string' || name === '')) return null;
  if (typeof name !== 'string' || name === '' || name === asked[0]?.[1] || name.length > 2000)
    throw new UserError(`${path} says that there are more pages, and not which.`, 'Run the command again; if it stays so, tell whoever runs the host.');
  return [[parameter, name]];
}

function refuseEndless({ path }: Feed, pages: number, bytes: number): void {
  if (pages < mostPages && bytes <= mostBytes) return;
  throw new UserError(`${path} has no end: ${pages} pages of one day, ${bytes} bytes.`, 'Look whether the base URL is that of the API.');
}

/** Whether every row of the page was on one page before: a host that does not know the parameter gives the same one for ever. */
function isRepeated(seen: Set<string>, page: readonly Row[]): boolean {
  const digest = sha256Of(page.map((row) => row.digest).join());
  if (seen.has(digest)) return true;
  seen.add(digest);
  return false;
}

/** Throws where the page has no list of rows: an answer of another shape must not pass for a day without rows. */
function rowsOf({ rows, path, unstable }: Feed, json: Json): Row[] {
  const found = rows.map((at) => listAt(json, at.split('.'))).find((list) => list !== null);
  if (found === undefined)
    throw new UserError(`${path} answers in a shape that is not known: there is no list of rows.`, 'Look whether the base URL is that of the API.');
  if (found === null) return [];
  return found.map((value) => ({ value, digest: sha256Of(canonicalText(withoutKeys(value, unstable))) }));
}

/** null = there is no list; an empty list may be written as null by the family of new-api. */
function listAt(json: Json | undefined, [name, ...inner]: readonly string[]): readonly Json[] | null {
  if (name === undefined) return json === null ? [] : Array.isArray(json) ? (json as readonly Json[]) : null;
  if (name !== '*') return listAt(valueAt(json, name), inner);
  if (!Array.isArray(json)) return null;
  const lists = (json as readonly Json[]).map((element) => listAt(element, inner));
  return lists.includes(null) ? null : lists.flatMap((list) => list ?? []);
}

function withoutKeys(value: Json, names: readonly string[]): Json {
  const object = asObject(value);
  return object === null || names.length === 0 ? value : Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function firstNumber(json: Json, paths: readonly string[]): string | null {
  return paths.map((path) => valueAt(json, ...path.split('.'))).find((value): value is string => typeof value === 'string' && /^\d{1,15}$/.test(value)) ?? null;
}

/** A host that does not know the window's parameters gives other days; null = every time lies in the window. */
function outside({ time, window: ends }: Feed, { start, end }: Window, json: Json, rows: readonly Row[]): string | null {
  if (time === null) return null;
  const path = time.path.split('.');
  const stamps = time.of === 'row' ? rows.map(({ value }) => valueAt(value, ...path)) : valuesAt(json, path);
  const last = ends.some(([, text]) => text === 'clock-end') ? end : end - 1n;
  const strayed = stamps.filter((stamp) => {
    const at = instantOf(stamp, time.as);
    return at === null || at < start || at > last;
  });
  if (strayed.length === 0) return null;
  const shown = typeof strayed[0] === 'string' ? strayed[0].slice(0, 40) : 'none';
  return `${strayed.length} times are not of that day, such as ${JSON.stringify(shown)}`;
}

function valuesAt(json: Json | undefined, [name, ...inner]: readonly string[]): (Json | undefined)[] {
  if (name === undefined) return [json];
  if (name !== '*') return valuesAt(valueAt(json, name), inner);
  return Array.isArray(json) ? (json as readonly Json[]).flatMap((element) => valuesAt(element, inner)) : [];
}

/** Without an offset a time is UTC, as these hosts write it; null = no time. */
export function instantOf(stamp: Json | undefined, as: 'unix' | 'iso'): Instant | null {
  if (typeof stamp !== 'string') return null;
  if (as === 'unix') return /^\d{1,12}$/.test(stamp) ? BigInt(stamp) * 1_000_000n : null;
  const isBare = /^\d{4}-\d{2}-\d{2}$/.test(stamp);
  return parseInstant(isBare ? `${stamp}T00:00:00Z` : stamp) ?? parseInstant(`${stamp}Z`);
}

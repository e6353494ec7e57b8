/** Shows that the pages of a day are whole, or keeps none of them: two readings with other seams, the host's own counts and sums, and the last second by itself. */
import { formatInstant, type Day } from '../model/instant.ts';
import type { Proof, PulledDay } from '../model/pull.ts';
import { UserError } from '../model/user-error.ts';
import type { Answer, Host, Patience } from './ask-host.ts';
import { type Json, valueAt } from '../model/exact-json.ts';
import { instantOf, parametersOf, readWindow, windowOf, type Row, type Window, type WindowReading } from './read-window.ts';
import type { Control, Feed } from './sources.ts';

export interface ProvedDay {
  readonly pages: readonly Answer[];
  readonly rows: number;
  readonly control: PulledDay['control'];
  readonly proved: readonly Proof[];
}

/** Rows that come late or move between pages make one reading wrong and the next one right. */
const attempts = 3;

/** Throws a UserError that names the day and the figure. */
export async function proveDay(host: Host, feed: Feed, day: Day, patience: Pick<Patience, 'wait'>): Promise<ProvedDay> {
  const window = windowOf(day);
  for (let attempt = 1; ; attempt += 1) {
    const found = await tryDay(host, feed, window);
    if (typeof found !== 'string') return found;
    if (attempt === attempts) throw notWhole(feed, day, found);
    await patience.wait(2000);
  }
}

function notWhole({ name, path }: Feed, day: Day, problem: string): UserError {
  return new UserError(
    `${name} of ${day} is not proved whole after ${attempts} readings: ${problem}. Nothing of that day was written.`,
    `Run the command again later: the days before are kept. If it stays so, ask whoever runs the host about ${path}; --to and --from pull the days around it.`,
  );
}

/** A text is what does not hold. */
async function tryDay(host: Host, feed: Feed, window: Window): Promise<ProvedDay | string> {
  const first = await readWindow(host, feed, window, null);
  // One row a page less moves every seam: what two pages lose or double between them, this reading does not.
  const second = await readWindow(host, feed, window, feed.paging.kind === 'numbered' ? feed.paging.rows - 1 : null);
  const problem =
    first.problem ??
    second.problem ??
    miscount(first) ??
    miscount(second) ??
    difference(first.rows, second.rows) ??
    (await lastSecond(host, feed, window, first));
  if (problem !== null) return problem;
  const control = feed.control === null ? null : await heldControl(host, feed, feed.control, window, first.rows);
  if (typeof control === 'string') return control;
  const proved: Proof[] = [
    ...(first.totals.size > 0 ? (['count'] as const) : []),
    'second-reading',
    ...(feed.time === null ? [] : (['window'] as const)),
    ...(hasLastSecond(feed) && first.rows.length > 0 ? (['last-second'] as const) : []),
    ...(control === null ? [] : (['control-total'] as const)),
  ];
  return { pages: first.pages, rows: first.rows.length, control, proved };
}

/** Every page states the same total, and that many rows came. */
function miscount({ rows, totals }: WindowReading): string | null {
  const [total, other] = totals;
  if (other !== undefined) return `its pages say ${total} rows in all, and ${other}`;
  return total === undefined || BigInt(total) === BigInt(rows.length) ? null : `the pages hold ${rows.length} rows, and the host says ${total}`;
}

/** Rows that stand in one reading only, each as often as it stands there more. */
function difference(first: readonly Row[], second: readonly Row[]): string | null {
  const counts = new Map<string, number>();
  for (const { digest } of first) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  for (const { digest } of second) counts.set(digest, (counts.get(digest) ?? 0) - 1);
  const apart = [...counts.values()].reduce((sum, count) => sum + Math.abs(count), 0);
  return apart === 0 ? null : `two readings differ in ${apart} rows`;
}

function hasLastSecond({ time, window }: Feed): boolean {
  return time?.of === 'row' && window.some(([, text]) => text === 'unix-last');
}

/** The second of the newest row, asked for alone: a host that leaves the end of a window out gives nothing. */
async function lastSecond(host: Host, feed: Feed, window: Window, { rows }: WindowReading): Promise<string | null> {
  if (!hasLastSecond(feed) || rows.length === 0) return null;
  const timeOf = ({ value }: Row): bigint => instantOf(valueAt(value, ...(feed.time?.path ?? '').split('.')), 'unix') ?? window.start;
  const newest = rows.map(timeOf).reduce((latest, at) => (at > latest ? at : latest), window.start);
  const alone = await readWindow(host, feed, { start: newest, end: newest + 1_000_000n }, null);
  const problem =
    alone.problem ??
    difference(
      rows.filter((row) => timeOf(row) === newest),
      alone.rows,
    );
  return problem === null ? null : `the second ${formatInstant(newest)} by itself holds other rows than the day (${problem})`;
}

/** The digits of a whole number; throws where the host states none. */
async function figureOf(host: Host, feed: Feed, control: Control, window: Window): Promise<bigint> {
  const { json } = await host.getJson(control.path, parametersOf(feed, window));
  const figure = valueAt(json, ...control.figure.split('.'));
  const whole = wholeNumber(figure);
  if (whole === null) throw new UserError(`${control.path} states no whole number at ${control.figure}.`, 'Look whether the base URL is that of the API.');
  return whole;
}

function wholeNumber(value: Json | undefined): bigint | null {
  return typeof value === 'string' && /^-?\d{1,38}$/.test(value) ? BigInt(value) : null;
}

/** Behind both readings the host's figure is one of the sums that it is known to state; a text is what does not hold. */
async function heldControl(
  host: Host,
  feed: Feed,
  control: Control,
  window: Window,
  rows: readonly Row[],
): Promise<NonNullable<PulledDay['control']> | string> {
  const figure = await figureOf(host, feed, control, window);
  const sums = control.sums.map(({ of, plus, minus }) => ({ of, sum: sumOf(rows, control, plus, minus) }));
  const held = sums.find(({ sum }) => sum === figure);
  if (held !== undefined) return { endpoint: control.path, sum_of: held.of, figure: String(figure) };
  return `the ${control.column} of the rows is ${sums[0]?.sum ?? 'no whole number'}, and ${control.path} says ${figure}`;
}

/** null where a row that counts has no whole number. */
function sumOf(rows: readonly Row[], { column, type }: Control, plus: readonly string[], minus: readonly string[]): bigint | null {
  let sum = 0n;
  for (const { value } of rows) {
    const kind = valueAt(value, type);
    const isPlus = typeof kind === 'string' && plus.includes(kind);
    if (!isPlus && !(typeof kind === 'string' && minus.includes(kind))) continue;
    const amount = wholeNumber(valueAt(value, column));
    if (amount === null) return null;
    sum += isPlus ? amount : -amount;
  }
  return sum;
}

/** Writes the next period of a ledger after its predecessor's pattern: the whole folder or nothing, and never over anything that is there. */
import { join, sep } from 'node:path';
import { nextBounds, type NextBounds } from '../ledger/new/next-bounds.ts';
import { nextPeriodFiles, type Pattern } from '../ledger/new/next-period-files.ts';
import { writeFolder } from '../ledger/new/write-folder.ts';
import { listNames, openFile } from '../ledger/ledger-files.ts';
import { endOfDay, formatInstant, parseInstant, type Day, type Instant } from '../model/instant.ts';
import type { Ledger, LedgerFile, Period } from '../model/ledger.ts';
import { UserError } from '../model/user-error.ts';
import { periodNamed, validateLedger } from './reconcile.ts';
import { periodFolder, periodPath } from '../model/layout.ts';
import { isOfOneScope } from './carried-items.ts';

export interface NewPeriodRequest {
  /** null = named as the period before is. */
  readonly id: string | null;
  /** Id of the period whose pattern it takes; null = the latest. */
  readonly after: string | null;
  readonly asOf: Day;
}

export interface NewPeriod {
  readonly id: string;
  /** Id of the period whose pattern it has. */
  readonly after: string;
  /** POSIX names relative to the ledger, in order. */
  readonly written: readonly string[];
  /** What was on purpose not taken over, or is odd about it; one sentence each. */
  readonly notes: readonly string[];
}

/** Throws a `UserError`, and writes nothing, when there is nothing to follow, the period is there or has not begun, or the files cannot be written. */
export async function newPeriod(ledgerRoot: string, request: NewPeriodRequest): Promise<NewPeriod> {
  const { ledger } = await validateLedger(ledgerRoot, request.asOf);
  if (ledger === null) throw new UserError('The ledger cannot be read.', 'Correct what `trueup validate` says first.');
  const before = request.after === null ? latestPeriod(ledger) : periodNamed(ledger, request.after);
  const bounds = nextBounds({ id: before.id, ...writtenBounds(ledger, before) }, request.id, request.asOf);
  const place = await refuse(ledger, before, bounds, request.asOf);
  const files = nextPeriodFiles(await patternOf(ledger, before), bounds);
  // Joined as text: the bundler takes a resolved path of parts for files that it should bring along.
  await writeFolder([ledger.root, ...periodFolder(bounds.id).split('/')].join(sep), files);
  const written = Object.keys(files).map((name) => `${periodFolder(bounds.id)}/${name}`);
  return { id: bounds.id, after: before.id, written, notes: notesOf(ledger, before, place) };
}

/** The pattern is a guess where several accounts, environments or keys each have their own. */
function latestPeriod({ periods, unreadPeriods }: Ledger): Period {
  const [unread] = unreadPeriods;
  if (unread !== undefined) {
    throw new UserError(
      `The period ${unread.id} cannot be read, so that the latest is not known.`,
      'Correct what `trueup validate` says about it, or name the period to follow with --after.',
    );
  }
  const latest = periods.toSorted((a, b) => (a.end < b.end ? 1 : a.end > b.end ? -1 : 0));
  const [first] = latest;
  if (first === undefined) {
    throw new UserError(
      'The ledger has no period whose pattern could be followed.',
      'Write periods/<id>/period.yaml by hand; docs/first-hour.md shows one, and docs/ledger.md explains its keys.',
    );
  }
  const others = latest.filter((each) => !isOfOneScope(each, first));
  if (others.length === 0) return first;
  const ids = [first, ...others.filter((each, index) => others.findIndex((other) => isOfOneScope(each, other)) === index)].map(({ id }) => id);
  throw new UserError('The ledger has periods of several accounts, environments or keys.', `Name the one to follow with --after: ${ids.join(', ')}.`);
}

/** With the zone in which the period states them. */
function writtenBounds(ledger: Ledger, period: Period): { start: string; end: string } {
  const file: LedgerFile | undefined = ledger.files.find(({ name }) => name === periodPath(period, 'period'));
  const { start_utc: start, end_utc: end } = (file?.document ?? {}) as { readonly start_utc?: string; readonly end_utc?: string };
  return { start: start ?? formatInstant(period.start), end: end ?? formatInstant(period.end) };
}

interface Place {
  readonly start: Instant;
  readonly end: Instant;
}

async function refuse(ledger: Ledger, before: Period, bounds: NextBounds, asOf: Day): Promise<Place> {
  const there = await listNames(ledger.root, 'periods');
  if (there.includes(bounds.id)) {
    throw new UserError(
      `There is a folder ${periodFolder(bounds.id)} already; nothing is overwritten.`,
      'Name another id, or move what is in the folder aside and run the command again.',
    );
  }
  const place = { start: parseInstant(bounds.start) ?? before.end, end: parseInstant(bounds.end) ?? before.end };
  if (place.start >= endOfDay(asOf)) {
    throw new UserError(
      `The period ${bounds.id} begins on ${bounds.start.slice(0, 10)}, after the day of the run, ${asOf}.`,
      'Run the command again when it has begun, or name an earlier month.',
    );
  }
  const other = ledger.periods.find((each) => isOfOneScope(each, before) && each.start < place.end && place.start < each.end);
  if (other === undefined) return place;
  throw new UserError(`The period ${other.id} covers that time already.`, 'Name another month: trueup period new <YYYY-MM>.');
}

async function patternOf(ledger: Ledger, before: Period): Promise<Pattern> {
  const names = (await listNames(ledger.root, before.folder)).filter((name) => /^invoice(?:-\d+)?\.yaml$/.test(name));
  const invoices: Record<string, string> = {};
  for (const name of names) invoices[name] = await textOf(ledger, `${before.folder}/${name}`);
  const statement = before.statement === null ? null : await textOf(ledger, periodPath(before, 'statement'));
  const inForce = before.prices.filter(({ from }) => from === null || from < before.end).at(-1);
  return { id: before.id, period: await textOf(ledger, periodPath(before, 'period')), invoices, statement, snapshot: inForce?.snapshot ?? 'REPLACE_ME' };
}

async function textOf({ root }: Ledger, name: string): Promise<string> {
  const opened = await openFile(root, name);
  if (opened.state === 'read') return opened.content.toString('utf8');
  throw new UserError(`${join(root, name)} cannot be read.`, 'Run the command again when nobody writes there.');
}

function notesOf(ledger: Ledger, before: Period, place: Place): string[] {
  const own = ledger.periods.filter((each) => isOfOneScope(each, before));
  const isFree = place.start > before.end && own.every((each) => each.end <= before.end || each.start >= place.start);
  return [
    ...(isFree ? [`No period covers the time from ${formatInstant(before.end)} to ${formatInstant(place.start)}.`] : []),
    ...(before.exceptions.length > 0 ? [`The exceptions of ${before.id} were not taken over: what still holds is approved anew.`] : []),
    ...(before.incidents.length > 0 ? [`The incidents of ${before.id} were not taken over.`] : []),
  ];
}

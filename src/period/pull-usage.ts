/** Pulls the usage of a period's closed days into its evidence, and writes down what was asked and what was proved; an interrupted pull goes on where it was. */
import { mkdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer, Host, Patience } from '../capture/ask-host.ts';
import { type Environment, openSource, sourceNamed, takeReading } from '../capture/open-source.ts';
import { proveDay } from '../capture/prove-day.ts';
import { parametersOf, windowOf } from '../capture/read-window.ts';
import type { Feed, Reading, Source } from '../capture/sources.ts';
import { writeOnce } from '../ledger/lock/write-once.ts';
import { isInside } from '../model/inside.ts';
import { dayOf, formatInstant, startOfDay, type Day } from '../model/instant.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import { notThere } from '../model/not-there.ts';
import { type KeptFile, parsePull, type PulledDay, type PulledReading, type PullRecord, pullRecord, renderPull } from '../model/pull.ts';
import { sha256Of } from '../model/sha256.ts';
import { UserError } from '../model/user-error.ts';
import { hashOf } from './frozen-set.ts';
import { periodNamed, validateLedger } from './reconcile.ts';

export interface PullRequest {
  readonly source: string;
  /** Id of the period; null = the latest that has begun and is not closed. */
  readonly period: string | null;
  /** Inclusive UTC days inside the period; null = its first, and its last that is over. */
  readonly from: Day | null;
  readonly to: Day | null;
  readonly baseUrl: string | null;
  /** Names of feeds and readings; empty = all of the source. */
  readonly only: readonly string[];
  readonly evidenceRoot: string | null;
}

/** What only an entry knows. */
export interface PullSurroundings {
  readonly environment: Environment;
  readonly patience: Patience;
}

/** One day of one feed, or one reading of the balance. */
export interface PulledPart {
  readonly state: 'pulled' | 'kept';
  readonly entry: PulledDay | PulledReading;
}

export interface Pulled {
  readonly period: string;
  /** POSIX path of the record, relative to the ledger or the evidence root. */
  readonly record: string;
  readonly parts: readonly PulledPart[];
  /** One sentence each: what was not asked for, and why. */
  readonly notes: readonly string[];
}

interface Task {
  readonly source: Source;
  readonly host: Host;
  readonly patience: Patience;
  /** Absolute path of the period's folder. */
  readonly folder: string;
}

/** Throws a UserError where a day cannot be proved whole; what was finished before is kept. `onPart` is told of each part as it is done. */
export async function pullUsage(
  ledgerRoot: string,
  request: PullRequest,
  { environment, patience }: PullSurroundings,
  onPart: (part: PulledPart) => void,
): Promise<Pulled> {
  const now = BigInt(patience.now()) * 1000n;
  const { ledger } = await validateLedger(ledgerRoot, dayOf(now));
  if (ledger === null) throw new UserError('The ledger cannot be read.', 'Correct what `trueup validate` says first.');
  const period = openPeriod(ledger, request.period, dayOf(now));
  const days = closedDays(period, request, dayOf(now));
  const source = sourceNamed(request.source);
  const chosen = choose(source, request.only);
  const host = openSource(source, request.baseUrl, environment, patience);
  const { folder, name } = await evidencePlace(ledger, period, request.evidenceRoot);
  const task: Task = { source, host, patience, folder };
  const parts: PulledPart[] = [];
  let record = await readRecord(folder, period);
  for (const part of [...chosen.feeds.flatMap((feed) => days.map((day) => ({ feed, day }))), ...chosen.readings.filter(() => canBeRead(period, dayOf(now)))]) {
    const done = 'feed' in part ? await pullDay(task, record, part.feed, part.day) : await pullReading(task, record, part);
    if (done.pages !== null) record = await keep(task, record, done);
    parts.push(done);
    onPart(done);
  }
  return {
    period: period.id,
    record: `${name}/${pullRecord}`,
    parts: parts.map(({ state, entry }) => ({ state, entry })),
    notes: notesOf(period, days, chosen.readings, dayOf(now)),
  };
}

/** Refuses a period whose evidence is frozen. */
function openPeriod(ledger: Ledger, id: string | null, today: Day): Period {
  const open = ledger.periods.filter(({ start, closed }) => dayOf(start) <= today && !closed).toSorted((a, b) => (a.start < b.start ? 1 : -1));
  const period = id === null ? open[0] : periodNamed(ledger, id);
  if (period === undefined) throw new UserError('The ledger has no open period.', 'Write one (`trueup period new`), or name one with --period.');
  const { lock, reopens } = period.controls;
  if (period.closed || (lock !== null && reopens.at(-1)?.lock?.sha256 !== lock.sha256))
    throw new UserError(`The evidence of the period ${period.id} is frozen.`, `Reopen it first: trueup reopen ${period.id} --reason <text>.`);
  return period;
}

/** The UTC days that touch the period and are over: a day that still runs is never asked for. */
function closedDays({ id, start, end }: Period, { from, to }: PullRequest, today: Day): Day[] {
  const days: Day[] = [];
  for (let at = startOfDay(dayOf(start)); at < end; at += 86_400_000_000n) days.push(dayOf(at));
  const [first = '', last = ''] = [days[0], days.at(-1)];
  for (const day of [from, to]) {
    if (day !== null && (day < first || day > last)) throw new UserError(`${day} is not a day of the period ${id}.`, `Name days from ${first} to ${last}.`);
    if (day !== null && day >= today) throw new UserError(`${day} is not over yet in UTC.`, 'Name a day before today: what a running day holds is not final.');
  }
  return days.filter((day) => day < today && day >= (from ?? first) && day <= (to ?? last));
}

function choose({ name, feeds, readings }: Source, only: readonly string[]): Pick<Source, 'feeds' | 'readings'> {
  const known = [...feeds, ...readings].map((one) => one.name);
  const unknown = only.find((wanted) => !known.includes(wanted));
  if (unknown !== undefined) throw new UserError(`The source ${name} has no ${unknown}.`, `It has ${known.join(', ')}.`);
  const isWanted = (one: Feed | Reading): boolean => only.length === 0 || only.includes(one.name);
  return { feeds: feeds.filter(isWanted), readings: readings.filter(isWanted) };
}

/** A balance is that of now: it says something of a period from its first day until the day on which it ends. */
function canBeRead({ start, end }: Period, today: Day): boolean {
  return today >= dayOf(start) && today <= dayOf(end);
}

function notesOf({ id, end }: Period, days: readonly Day[], readings: readonly Reading[], today: Day): string[] {
  return [
    ...(days.length === 0 ? [`No day of the period ${id} is over yet.`] : []),
    ...(readings.length > 0 && today > dayOf(end) ? [`No balance was read: the period ${id} ended ${formatInstant(end)}, and a balance is that of now.`] : []),
  ];
}

/** Links must not lead the files out of the ledger or the evidence root. */
async function evidencePlace(ledger: Ledger, period: Period, evidenceRoot: string | null): Promise<{ folder: string; name: string }> {
  const [root, name] = evidenceRoot === null ? [ledger.root, period.folder] : [evidenceRoot, period.id];
  const real = await realpath(root).catch(notThere);
  if (real === null) throw new UserError(`There is no folder ${root} to write evidence to.`, 'Name a folder that is there with --evidence-root.');
  const folder = join(root, name);
  await mkdir(join(folder, 'evidence'), { recursive: true });
  if (!isInside(real, await realpath(join(folder, 'evidence'))))
    throw new UserError(`${name}/evidence lies outside of ${root}.`, 'Replace the link by a folder.');
  return { folder, name };
}

async function readRecord(folder: string, { id }: Period): Promise<PullRecord> {
  const text = await readFile(join(folder, pullRecord), 'utf8').catch(notThere);
  if (text === null) return { schema: 'trueup.pull/1', period: id, days: [], readings: [] };
  const record = parsePull(text);
  if (record !== null && record.period === id) return record;
  throw new UserError(
    `${pullRecord} of the period ${id} is no record of a pull.`,
    'Take it back from the history of the repository, or move it away and pull anew.',
  );
}

/** What was done, and the raw pages of its files, in their order; null = the files are there. */
type Done = PulledPart & { readonly pages: readonly Buffer[] | null };

async function pullDay({ source, host, patience, folder }: Task, record: PullRecord, feed: Feed, day: Day): Promise<Done> {
  const asked = { source: source.name, feed: feed.name, host: new URL(host.origin).host, endpoint: feed.path, parameters: parametersOf(feed, windowOf(day)) };
  const before = record.days.find((one) => one.source === asked.source && one.feed === asked.feed && one.day === day);
  refuseOtherHost(before, asked.host);
  if (before !== undefined && isSameQuestion(before, asked) && (await areThere(folder, before.files))) return { state: 'kept', entry: before, pages: null };
  const at = formatInstant(BigInt(patience.now()) * 1000n);
  const { pages, rows, control, proved } = await proveDay(host, feed, day, patience);
  const files = pageFiles(`evidence/${source.name}-${feed.name}-${day}`, pages);
  const entry = { ...asked, asked_at_utc: at, day, files: files.map(({ kept }) => kept), pages: pages.length, rows, for: feed.for, control, proved };
  return { state: 'pulled', entry: entry as PulledDay, pages: files.map(({ content }) => content) };
}

/** The first reading of a UTC day stays: it is the nearest to the bound. */
async function pullReading({ source, host, patience, folder }: Task, record: PullRecord, reading: Reading): Promise<Done> {
  const at = BigInt(patience.now()) * 1000n;
  const asked = { source: source.name, feed: reading.name, host: new URL(host.origin).host, endpoint: reading.path, parameters: [] };
  const before = record.readings.find(
    ({ source: of, feed, asked_at_utc: then }) => of === source.name && feed === reading.name && then.slice(0, 10) === dayOf(at),
  );
  refuseOtherHost(before, asked.host);
  if (before !== undefined && (await areThere(folder, before.files))) return { state: 'kept', entry: before, pages: null };
  const { answer, balance, used } = await takeReading(host, reading);
  const file = `evidence/${source.name}-${reading.name}-${dayOf(at)}.json`;
  const entry = { ...asked, asked_at_utc: formatInstant(at), files: [keptAs(file, answer.bytes)], balance, used, currency: 'USD' };
  return { state: 'pulled', entry: entry as PulledReading, pages: [answer.bytes] };
}

/** File names say the source and not the host: two hosts would write over one another. */
function refuseOtherHost(before: Pick<PulledDay, 'source' | 'host'> | undefined, host: string): void {
  if (before === undefined || before.host === host) return;
  throw new UserError(
    `The period holds ${before.source} of ${before.host} already.`,
    `Pull ${host} into a period of its own, or move those files and their record away.`,
  );
}

function isSameQuestion(before: PulledDay, asked: { readonly endpoint: string; readonly parameters: unknown }): boolean {
  return before.endpoint === asked.endpoint && JSON.stringify(before.parameters) === JSON.stringify(asked.parameters);
}

async function areThere(folder: string, files: readonly KeptFile[]): Promise<boolean> {
  for (const { file, sha256 } of files) {
    const there = await hashOf(join(folder, file)).catch(notThere);
    if (there?.sha256 !== sha256) return false;
  }
  return true;
}

function keptAs(file: string, content: Buffer): KeptFile {
  return { file, sha256: sha256Of(content), bytes: content.length };
}

/** The bytes as they came: one page a line, or, where a page is written on several lines, a file for each. */
function pageFiles(name: string, pages: readonly Answer[]): { readonly kept: KeptFile; readonly content: Buffer }[] {
  const lines = pages.map(({ bytes }) => (bytes.at(-1) === newline ? bytes.subarray(0, -1) : bytes));
  if (lines.some((line) => line.includes(newline))) {
    return pages.map(({ bytes }, index) => {
      const file = `${name}-${String(index + 1).padStart(5, '0')}.json`;
      return { kept: keptAs(file, bytes), content: bytes };
    });
  }
  const content = Buffer.concat(lines.flatMap((line) => [line, Buffer.of(newline)]));
  return [{ kept: keptAs(`${name}.jsonl`, content), content }];
}

const newline = 0x0a;

/** The record first: files that it does not name would be evidence without proof, and files that it names and that are missing are asked for again. */
async function keep({ folder }: Task, record: PullRecord, { entry, pages }: Done): Promise<PullRecord> {
  const isOther = (one: PulledDay | PulledReading): boolean =>
    !one.files.some(({ file }) => entry.files.some((own) => own.file === file)) && !isReplaced(one, entry);
  const next =
    'day' in entry ? { ...record, days: [...record.days.filter(isOther), entry] } : { ...record, readings: [...record.readings.filter(isOther), entry] };
  await writeOnce(join(folder, pullRecord), renderPull(next), 'replace');
  for (const [index, { file }] of entry.files.entries()) await writeOnce(join(folder, file), pages?.[index] ?? '', 'replace');
  return next;
}

function isReplaced(one: PulledDay | PulledReading, by: PulledDay | PulledReading): boolean {
  return 'day' in one && 'day' in by && one.source === by.source && one.feed === by.feed && one.day === by.day;
}

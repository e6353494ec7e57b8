/** The pipeline, top to bottom, for every entry: read the ledger, check the evidence, let the engine say what is so, judge, word, write. */
import { resolve } from 'node:path';
import type { Database } from '../engine/database.ts';
import { drawRequests, readOriginals, readTraces, requestNamedBy } from '../engine/read-traces.ts';
import type { Outcome } from '../engine/reconcile-rows.ts';
import type { Evidence } from '../evidence/collect-evidence.ts';
import { withEvidence } from './with-evidence.ts';
import { builtInFormats } from '../evidence/formats/built-in-formats.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import type { Finding } from '../model/finding.ts';
import { type Day, formatInstant, type Instant } from '../model/instant.ts';
import { calendarEndOf, judgedEndOf } from '../model/judged-end.ts';
import type { Judgement } from '../model/judgement.ts';
import type { Ledger, LedgerReading, Period, UnreadPeriod } from '../model/ledger.ts';
import { openPriceBook } from '../model/price-book.ts';
import type { Result } from '../model/result.ts';
import type { Explanation, RequestTrace } from '../model/trace.ts';
import { UserError } from '../model/user-error.ts';
import { type Verdict, worstVerdict } from '../model/verdict.ts';
import { findCarried } from './carried-items.ts';
import { monthBefore } from './month-before.ts';
import { openTurns, periodsAtOnce } from './turns.ts';
import { inLanes } from '../model/lanes.ts';
import type { PeriodBefore } from '../model/gate.ts';
import {
  findingsBefore,
  layOutLines,
  type PeriodFacts,
  type PeriodTask,
  rowRules,
  rowsRead,
  runEngine,
  type RunProgress,
  type RunSettings,
  withFacts,
  writeToldLines,
} from './period-facts.ts';
import { withDatabase } from './with-database.ts';
import { concerns, liesIn } from '../policy/weigh-ledger.ts';
import { judge } from '../policy/judge.ts';
import { assembleResult } from '../report/assemble-result.ts';
import { renderReport } from '../report/render-report.ts';
import { beginOutputs, type Outputs, writeOutputs, writePage } from '../report/write-outputs.ts';
import { renderPage } from '../report/html/render-page.ts';
import { exportSource, manifestInputs } from './export-source.ts';
import { canonicalJson } from '../report/canonical-json.ts';
import { bearsOn, isKind, rowOf } from '../model/layout.ts';
import { sha256Of } from '../model/sha256.ts';

/** What an entry asks for of one ledger. */
export interface RunOptions extends RunSettings {
  readonly ledgerRoot: string;
  readonly out: string;
  /** Empty = every period that is not closed. */
  readonly periods: readonly string[];
}

/** What policy makes of the facts, as a judgement and as the document. */
export interface JudgedPeriod {
  readonly judgement: Judgement;
  readonly result: Result;
}
export interface PeriodRun extends JudgedPeriod {
  readonly period: Period;
  readonly facts: PeriodFacts;
  readonly report: string;
  /** `<out>/<period>`. */
  readonly folder: string;
}
/** Beside the others of its run, and the one right before it. */
interface StandingRun extends PeriodRun {
  readonly before: PeriodBefore | null;
}
export interface LedgerRun {
  readonly verdict: Verdict;
  /** Findings of the ledger's own files. */
  readonly findings: readonly Finding[];
  /** Empty when the ledger could not be read. */
  readonly periods: readonly StandingRun[];
  /** Those asked for of which a file could not be read: inconclusive, with the findings of their folder. */
  readonly unread: readonly UnreadRun[];
}
export interface UnreadRun {
  readonly period: UnreadPeriod;
  readonly findings: readonly Finding[];
}

/** Reads and checks the ledger alone: no engine, no evidence. */
export async function validateLedger(root: string, asOf: Day): Promise<LedgerReading> {
  return readLedger(root, { asOf, builtInFormats });
}

/** Reconciles the periods and writes each one's outputs as a whole. */
export async function reconcileLedger(options: RunOptions): Promise<LedgerRun> {
  const { ledger, findings } = await validateLedger(options.ledgerRoot, options.asOf);
  if (ledger === null) return { verdict: 'inconclusive', findings, periods: [], unread: [] };
  const chosen = choosePeriods(ledger, options.periods);
  const settings = { ...options, turns: openTurns() };
  const periods = await inLanes(chosen.periods, periodsAtOnce, (period) => reconcilePeriod({ ledger, findings, period, settings }, options.out));
  const unread = chosen.unread.map((period) => ({ period, findings: findings.filter(({ source }) => liesIn(source, period)) }));
  const verdicts = [...periods.map(({ result }) => result.verdict), ...unread.map(() => 'inconclusive' as const)];
  const results = periods.map(({ result }) => result);
  const standing = periods.map((run) => ({ ...run, before: monthBefore(ledger, run.period.id, results) }));
  return { verdict: worstVerdict(verdicts), findings, periods: standing, unread };
}

interface ChosenPeriods {
  readonly periods: readonly Period[];
  readonly unread: readonly UnreadPeriod[];
}

function choosePeriods(ledger: Ledger, wanted: readonly string[]): ChosenPeriods {
  const isOpen = ({ closed }: { readonly closed: boolean }): boolean => !closed;
  if (wanted.length === 0) return { periods: ledger.periods.filter(isOpen), unread: ledger.unreadPeriods.filter(isOpen) };
  const unread = ledger.unreadPeriods.filter(({ id }) => wanted.includes(id));
  const readable = wanted.filter((id) => unread.every((period) => period.id !== id));
  return { periods: readable.map((id) => periodNamed(ledger, id)), unread };
}

export function periodNamed(ledger: Ledger, id: string): Period {
  const found = ledger.periods.find((period) => period.id === id);
  if (found !== undefined) return found;
  if (ledger.unreadPeriods.some((period) => period.id === id)) {
    throw new UserError(`The period ${id} cannot be read.`, 'Correct what `trueup validate` says about the files in its folder.');
  }
  throw new UserError(
    `There is no period ${JSON.stringify(id)} in the ledger.`,
    `Its periods are: ${ledger.periods.map((period) => period.id).join(', ') || 'none'}.`,
  );
}

/** Reconciles one period of a ledger that was read and puts its outputs into `<out>/<period>`, all or none. */
export async function reconcilePeriod(task: PeriodTask, out: string): Promise<PeriodRun> {
  const outputs = await beginOutputs(resolve(out), task.period.id);
  try {
    const run = await runPeriod(task, outputs);
    await outputs.commit();
    return run;
  } catch (error) {
    await outputs.discard();
    throw error;
  }
}

/** Writes more into the folder of the outputs, while the database is open. */
export type WriteMore = (judged: JudgedPeriod, facts: PeriodFacts, database: Database) => Promise<void>;

export async function runPeriod(task: PeriodTask, outputs: Outputs, writeMore: WriteMore | null = null): Promise<PeriodRun> {
  const { ledger, period } = task;
  const at = (stage: RunProgress['stage'], { outcome }: Pick<PeriodFacts, 'outcome'>): void =>
    task.settings.onProgress(period.id, { stage, rows: rowsRead(outcome) });
  const { facts, judged, traces } = await withFacts(task, outputs.folder, async (facts, database) => {
    at('judging', facts);
    const judged = judgePeriod(task, facts);
    at('writing', facts);
    const sample = await drawSample(database, facts.outcome, judged.result.digests.result);
    const own = { ...facts, lineRows: await lineRowsOf({ task, facts, database, folder: outputs.folder, sample }) };
    if (task.settings.page === 'written') await writePage(outputs.folder, await renderPage(exportSource(task, own, judged, database)));
    await writeMore?.(judged, own, database);
    return { facts: own, judged, traces: await traceSample(database, facts.outcome, sample) };
  });
  const { judgement, result } = judged;
  const inputs = manifestInputs(ledger, facts);
  const report = reportOf(ledger, facts, judged, traces);
  const engine = task.settings.wide === undefined ? {} : { engine: 'trino' as const };
  await writeOutputs({ folder: outputs.folder, result, report, inputs, rows: facts.lineRows, ...engine });
  at('done', facts);
  return { period, facts, judgement, result, report, folder: outputs.target };
}

/** The result for people. */
export function reportOf(ledger: Ledger, facts: PeriodFacts, { judgement, result }: JudgedPeriod, traces: readonly RequestTrace[]): string {
  return renderReport({
    result,
    findings: judgement.findings,
    ignored: judgement.ignored,
    traces,
    notChecked,
    contract: ledger.contract.items,
    inputs: manifestInputs(ledger, facts),
  });
}

/** Judges facts under the ledger's rules. Pure; the same facts may be judged under the rules of another ledger. */
export function judgePeriod(task: PeriodTask, facts: PeriodFacts): JudgedPeriod {
  const { ledger, period, settings } = task;
  const common = { period, asOf: settings.asOf, judgedEnd: facts.judgedEnd, reconciliation: facts.outcome?.reconciliation ?? null };
  const observations = facts.outcome?.observations ?? [];
  const judgement = judge({
    ...common,
    calendarEnd: calendarEndOf(period, settings),
    rows: rowsRead(facts.outcome),
    ledger,
    observations,
    doubted: facts.outcome?.doubted ?? [],
    findings: [...findingsBefore(task, facts), ...facts.rowFindings],
  });
  const result = assembleResult({
    ...common,
    judgement,
    toolVersion: settings.toolVersion,
    inputsDigest: inputsDigest(ledger, period, settings.asOf, facts.judgedEnd, { ...facts.layerDigests, ...facts.carried.digest, ...correctedDigest(facts) }),
    ledgerFiles: ledger.files,
  });
  return { judgement, result };
}

/** What other periods were charged decides what of corrections is explained; empty where rows correct none. */
function correctedDigest({ outcome }: PeriodFacts): Readonly<Record<string, string>> {
  const corrected = outcome?.terms?.corrected ?? [];
  return corrected.length === 0 ? {} : { corrected: sha256Of(canonicalJson(corrected)) };
}

/** What a run of one period cannot know by itself; the report says so in every run. */
const notChecked: readonly string[] = [
  'Whether snapshots, mappings, contract and closed periods are as they were approved: here frozen evidence is held against its lock alone; ' +
    '`trueup verify` holds closed periods against their closes, and `trueup reconcile --base` or the Action the ledger against an earlier commit',
  'Results of drills A to E: `trueup drill` runs them; only whether they are there and how old they are is judged here',
];

/** One request through all layers, for `explain`: nothing is written. */
export async function explainRequest(options: RunOptions, requestId: string): Promise<Explanation> {
  const { ledger, findings } = await validateLedger(options.ledgerRoot, options.asOf);
  if (ledger === null) return { requestId, ledger, period: null, judgedEnd: null, providerCounted: [], trace: null, priceBook: null, originals: [], findings };
  const [named] = options.periods;
  if (named === undefined) throw new UserError('No period was named.', 'Name the period whose request is to be explained.');
  const period = periodNamed(ledger, named);
  return withEvidence({ ledger, period, settings: options }, (evidence) => explainFrom({ options, ledger, findings, period, evidence }, requestId));
}

interface ExplanationTask {
  readonly options: RunOptions;
  readonly ledger: Ledger;
  readonly findings: readonly Finding[];
  readonly period: Period;
  readonly evidence: Evidence;
}

async function explainFrom({ options, ledger, findings, period, evidence }: ExplanationTask, requestId: string): Promise<Explanation> {
  const judgedEnd = judgedEndOf(period, options);
  const { providerCounted } = rowRules(ledger, period, options.asOf);
  const known = { requestId, ledger, period, judgedEnd, providerCounted, priceBook: openPriceBook(period, ledger.snapshots) };
  const blocking = [...findings.filter((found) => concerns(found, period)), ...evidence.findings].filter(({ severity }) => severity === 'inconclusive');
  if (blocking.length > 0) return { ...known, trace: null, originals: [], findings: blocking };
  const carried = await findCarried(ledger, period);
  return withDatabase(options, [...evidence.files, ...carried.files], null, async (database) => {
    const outcome = await runEngine(database, { ledger, period, settings: options, judgedEnd, files: evidence.files, carried });
    if (outcome.terms === null) return { ...known, trace: null, originals: [], findings: outcome.findings };
    await layOutLines(database, { ledger, period }, outcome);
    const request = await requestNamedBy(database, outcome.terms, requestId);
    const [trace = null] = await readTraces(database, outcome.terms, outcome.loaded, [request]);
    const originals = trace === null ? [] : await readOriginals(database, outcome.loaded, trace);
    return { ...known, trace, originals, findings: [] };
  });
}

interface RunLines {
  readonly task: PeriodTask;
  readonly facts: PeriodFacts;
  readonly database: Database;
  readonly folder: string;
  readonly sample: readonly string[];
}

/** Where not every line was written, those are that somebody is told of. */
async function lineRowsOf({ task, facts, database, folder, sample }: RunLines): Promise<PeriodFacts['lineRows']> {
  const { outcome, lineRows } = facts;
  if (outcome === null || outcome.reconciliation === null || task.settings.lineFiles.length > 0) return lineRows;
  return writeToldLines(database, task, outcome, { folder, ids: sample });
}

/** The ids of some requests, drawn by the digest. */
export async function drawSample(database: Database, outcome: Outcome | null, digest: string): Promise<string[]> {
  return outcome === null || outcome.terms === null ? [] : drawRequests(database, digest);
}

/** Some requests, each through all layers. */
export async function traceSample(database: Database, outcome: Outcome | null, sample: readonly string[]): Promise<RequestTrace[]> {
  return outcome === null || outcome.terms === null ? [] : readTraces(database, outcome.terms, outcome.loaded, sample);
}

/** What the result rests on: the parsed files that bear on the period, without file globs, and the rows, without their files and order. */
export function inputsDigest(ledger: Ledger, period: Period, asOf: Day, judgedEnd: Instant, layerDigests: Readonly<Record<string, string>>): string {
  const documents = Object.fromEntries(
    ledger.files
      .filter(({ name }) => rowOf(name)?.judged === true && bearsOn(period, name))
      .map(({ name, document }) => [name, isKind(name, 'period') ? withoutGlobs(document) : document]),
  );
  const inputs = { as_of: asOf, judged_end: formatInstant(judgedEnd), documents, layers: layerDigests };
  return `sha256:${sha256Of(canonicalJson(inputs))}`;
}

/** Where rows lie says nothing about them; that some are read by a format of their own does. */
function withoutGlobs(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document, (key, value: unknown) => (key === 'files' ? ownFormats(value) : value)));
}

function ownFormats(files: unknown): string[] | undefined {
  const named = Array.isArray(files)
    ? files.flatMap((entry: unknown) => (typeof entry === 'object' && entry !== null && 'format' in entry ? [String(entry.format)] : []))
    : [];
  return named.length === 0 ? undefined : named.toSorted();
}

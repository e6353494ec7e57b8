/** The pipeline, top to bottom, for every entry: read the ledger, check the evidence, let the engine say what is so, judge, word, write. */
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openDatabase, type Database } from './engine/database.ts';
import { digestRows } from './engine/digest-rows.ts';
import { drawRequests, readOriginals, readTraces, requestNamedBy } from './engine/read-traces.ts';
import { reconcileRows, type Outcome, type Progress } from './engine/reconcile-rows.ts';
import { createLineRows, createRates, sumLineFile, writeLineFiles, type LineFile } from './engine/write-lines.ts';
import { checkNames } from './evidence/check-names.ts';
import { collectEvidence } from './evidence/collect-evidence.ts';
import { builtInFormats } from './evidence/formats/built-in-formats.ts';
import { findingOf } from './evidence/problem.ts';
import { readLedger } from './ledger/read-ledger.ts';
import type { EvidenceFile, Format, Layer } from './model/evidence.ts';
import { finding, type Finding } from './model/finding.ts';
import { endOfDay, formatInstant, startOfDay, type Day, type Instant } from './model/instant.ts';
import type { Judgement } from './model/judgement.ts';
import type { Ledger, LedgerReading, Period } from './model/ledger.ts';
import { formatMoney, Money, sumMoney } from './model/money.ts';
import { openPriceBook, type PriceBook } from './model/price-book.ts';
import type { Result } from './model/result.ts';
import type { Explanation, RequestTrace } from './model/trace.ts';
import { UserError } from './model/user-error.ts';
import { worstVerdict, type Verdict } from './model/verdict.ts';
import { judge } from './policy/judge.ts';
import { assembleResult } from './report/assemble-result.ts';
import { renderReport } from './report/render-report.ts';
import { beginOutputs, writeOutputs, type Outputs } from './report/write-outputs.ts';
import { inputsDigest, manifestInputs } from './run-inputs.ts';

/** What an entry asks for; every clock, environment variable and default is settled there. */
export interface RunOptions {
  readonly ledgerRoot: string;
  /** Folder that holds `<period id>/` with the evidence; null = in the ledger. */
  readonly evidenceRoot: string | null;
  readonly out: string;
  /** Empty = every period that is not closed. */
  readonly periods: readonly string[];
  readonly asOf: Day;
  /** Judge only up to and including this day; null = the period's end or the last complete day. */
  readonly through: Day | null;
  readonly lineFiles: readonly LineFile[];
  readonly toolVersion: string;
  /** Existing folder for spill files and databases. */
  readonly temporaryRoot: string;
  readonly memoryBytes: bigint;
  readonly onProgress: (period: string, progress: Progress) => void;
  /** Told of the plan of every engine statement; null = not asked for. */
  readonly onPlan: ((statement: string, plan: string) => void) | null;
}

export interface PeriodRun {
  readonly period: Period;
  readonly judgement: Judgement;
  readonly result: Result;
  readonly report: string;
  /** `<out>/<period>`. */
  readonly folder: string;
}
export interface LedgerRun {
  readonly verdict: Verdict;
  /** Findings of the ledger's own files. */
  readonly findings: readonly Finding[];
  /** Empty when the ledger could not be read. */
  readonly periods: readonly PeriodRun[];
}

/** Reads and checks the ledger alone: no engine, no evidence. */
export async function validateLedger(root: string, asOf: Day): Promise<LedgerReading> {
  return readLedger(root, { asOf, builtInFormats });
}

/** Reconciles the periods one after the other and writes each one's outputs as a whole. */
export async function reconcileLedger(options: RunOptions): Promise<LedgerRun> {
  const { ledger, findings } = await validateLedger(options.ledgerRoot, options.asOf);
  if (ledger === null) return { verdict: 'inconclusive', findings, periods: [] };
  const periods: PeriodRun[] = [];
  for (const period of choosePeriods(ledger, options.periods)) {
    const outputs = await beginOutputs(resolve(options.out), period.id);
    try {
      periods.push(await reconcilePeriod({ ledger, findings, period, options, outputs }));
      await outputs.commit();
    } catch (error) {
      await outputs.discard();
      throw error;
    }
  }
  return { verdict: worstVerdict(periods.map(({ result }) => result.verdict)), findings, periods };
}

function choosePeriods(ledger: Ledger, wanted: readonly string[]): readonly Period[] {
  if (wanted.length === 0) return ledger.periods.filter(({ closed }) => !closed);
  return wanted.map((id) => {
    const found = ledger.periods.find((period) => period.id === id);
    if (found === undefined) {
      throw new UserError(
        `There is no period ${JSON.stringify(id)} in the ledger.`,
        `Its periods are: ${ledger.periods.map((period) => period.id).join(', ') || 'none'}.`,
      );
    }
    return found;
  });
}

interface PeriodTask {
  readonly ledger: Ledger;
  readonly findings: readonly Finding[];
  readonly period: Period;
  readonly options: RunOptions;
  readonly outputs: Outputs;
}

async function reconcilePeriod(task: PeriodTask): Promise<PeriodRun> {
  const { ledger, period, options, outputs } = task;
  const judgedEnd = judgedEndOf(period, options);
  const evidence = await collectEvidence({ root: ledger.root, evidenceRoot: options.evidenceRoot, period, formats: ledger.formats });
  const before = [...task.findings.filter((found) => concerns(found, period)), ...evidence.findings, ...tooEarly(period, judgedEnd)];
  const facts = await withDatabase(options, evidence.files, outputs.folder, async (database) => {
    const facts = await readFacts(database, { ...task, judgedEnd, files: evidence.files, blocked: before.some(({ severity }) => severity === 'inconclusive') });
    const judgement = judge({
      ledger,
      period,
      asOf: options.asOf,
      judgedEnd,
      reconciliation: facts.outcome?.reconciliation ?? null,
      observations: facts.outcome?.observations ?? [],
      findings: [...before, ...facts.findings],
    });
    const result = assembleResult({
      judgement,
      reconciliation: facts.outcome?.reconciliation ?? null,
      period,
      judgedEnd,
      asOf: options.asOf,
      toolVersion: options.toolVersion,
      inputsDigest: inputsDigest(ledger, period, options.asOf, judgedEnd, facts.layerDigests),
      ledgerFiles: ledger.files,
    });
    return { ...facts, judgement, result, traces: await traceSample(database, facts.outcome, result.digests.result) };
  });
  const inputs = manifestInputs(ledger, evidence.files, facts.outcome);
  const report = renderReport({
    result: facts.result,
    findings: facts.judgement.findings,
    ignored: facts.judgement.ignored,
    traces: facts.traces,
    notChecked: notCheckedYet,
    inputs,
  });
  await writeOutputs({ folder: outputs.folder, result: facts.result, report, inputs, rows: facts.lineRows });
  return { period, judgement: facts.judgement, result: facts.result, report, folder: outputs.target };
}

/** Controls that this version does not have; the report says so in every run. */
const notCheckedYet: readonly string[] = [
  'Whether earlier snapshots, mappings or evidence were changed after the fact (append-only history, freeze and close)',
  'Exceptions: an exceptions.yaml is not read',
  'Drills A to E',
];

/** The last complete UTC day before `as_of`, the day asked for, or the period's own end, whichever is first. */
function judgedEndOf(period: Period, { asOf, through }: RunOptions): Instant {
  const ends = [period.end, startOfDay(asOf), ...(through === null ? [] : [endOfDay(through)])];
  return ends.reduce((earliest, end) => (end < earliest ? end : earliest));
}

/** A period of which no complete day has passed cannot be judged; one that is judged in part says so by itself. */
function tooEarly(period: Period, judgedEnd: Instant): Finding[] {
  if (judgedEnd > period.start) return [];
  return [finding('period-future', 'inconclusive', { args: { period: period.id, start: formatInstant(period.start) }, source: period.source })];
}

/** Findings in the folder of another period do not weigh on this one. */
function concerns(found: Finding, period: Period): boolean {
  const file = found.source?.file ?? '';
  return !file.startsWith('periods/') || file.startsWith(`${period.folder}/`);
}

/** Opens the engine for one period in a folder of its own and leaves nothing behind. */
async function withDatabase<T>(options: RunOptions, files: readonly EvidenceFile[], outFolder: string, use: (database: Database) => Promise<T>): Promise<T> {
  const temporaryFolder = await mkdtemp(join(options.temporaryRoot, 'trueup-'));
  const spill = join(temporaryFolder, 'spill');
  await mkdir(spill);
  const bytes = files.reduce((sum, file) => sum + BigInt(file.bytes) * (file.compression === 'none' ? 1n : 8n), 0n);
  const database = await openDatabase({
    // Rows take about twice their CSV text in memory; a database file is compressed and need not fit.
    file: bytes * 4n > options.memoryBytes ? join(temporaryFolder, 'rows.duckdb') : ':memory:',
    temporaryFolder: spill,
    readable: files.map(({ path }) => path),
    folders: [temporaryFolder, outFolder],
    memoryLimit: `${options.memoryBytes} bytes`,
    maxTemporaryBytes: 1_000_000_000_000n,
    threads: null,
    onPlan: options.onPlan,
  });
  try {
    return await use(database);
  } finally {
    database.close();
    await rm(temporaryFolder, { recursive: true, force: true });
  }
}

interface FactsTask extends PeriodTask {
  readonly judgedEnd: Instant;
  readonly files: readonly EvidenceFile[];
  /** Something before could not be read: the engine must not guess around it. */
  readonly blocked: boolean;
}
interface Facts {
  /** null when the engine did not run or failed. */
  readonly outcome: Outcome | null;
  readonly findings: readonly Finding[];
  readonly layerDigests: Readonly<Record<string, string>>;
  readonly lineRows: Readonly<Record<string, number>>;
}
const noFacts: Facts = { outcome: null, findings: [], layerDigests: {}, lineRows: {} };

async function readFacts(database: Database, task: FactsTask): Promise<Facts> {
  if (task.blocked) return noFacts;
  try {
    const stamps = await stampsOf(task.files);
    const priceBook = openPriceBook(task.period, task.ledger.snapshots);
    const outcome = await runEngine(database, task);
    const changed = await changedSince(stamps, task.files);
    if (outcome.terms === null || outcome.reconciliation === null) return { ...noFacts, outcome, findings: [...outcome.findings, ...changed] };
    const written = await writeLines(database, task, outcome, priceBook);
    const layerDigests: Record<string, string> = {};
    for (const layer of outcome.loaded) layerDigests[layer.layer] = await digestRows(database, layer);
    return { outcome, findings: [...outcome.findings, ...changed, ...written.findings], layerDigests, lineRows: written.rows };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { ...noFacts, findings: [finding('engine-failure', 'inconclusive', { args: { problem: error.message.split('\n')[0]?.slice(0, 500) ?? '' } })] };
  }
}

async function runEngine(database: Database, task: Pick<FactsTask, 'ledger' | 'period' | 'options' | 'judgedEnd' | 'files'>): Promise<Outcome> {
  const { ledger, period, options } = task;
  const formats: Partial<Record<Layer, Format>> = {};
  for (const { layer, format } of period.evidence) {
    const found = ledger.formats.find(({ name }) => name === format);
    if (found !== undefined) formats[layer] = found;
  }
  return reconcileRows(database, {
    period,
    judgedEnd: task.judgedEnd,
    files: task.files,
    formats,
    snapshots: ledger.snapshots,
    mappings: ledger.mappings,
    contract: ledger.contract,
    checkNames: (file, names, format) => checkNames(names, format, file.layer).map((problem) => findingOf(problem, file.layer, file.name)),
    onProgress: (progress) => options.onProgress(period.id, progress),
  });
}

async function stampsOf(files: readonly EvidenceFile[]): Promise<string[]> {
  return Promise.all(
    files.map(async ({ path }) => {
      const { size, mtimeMs, ino } = await stat(path);
      return `${size} ${mtimeMs} ${ino}`;
    }),
  );
}

/** Files that were touched while the engine read them: what was hashed may not be what was counted. */
async function changedSince(stamps: readonly string[], files: readonly EvidenceFile[]): Promise<Finding[]> {
  const now = await stampsOf(files);
  return files
    .filter((_, index) => now[index] !== stamps[index])
    .map((file) =>
      finding('evidence-changed', 'inconclusive', { args: { layer: file.layer, file: file.name }, source: { file: file.name, line: 0, column: 0 } }),
    );
}

/** Writes the lines and holds the sums of the file against the aggregates, each reached its own way. */
async function writeLines(
  database: Database,
  task: FactsTask,
  outcome: Outcome,
  priceBook: PriceBook,
): Promise<{ findings: Finding[]; rows: Record<string, number> }> {
  const { terms, reconciliation, loaded } = outcome;
  if (terms === null || reconciliation === null) return { findings: [], rows: {} };
  await createRates(database, priceBook, new Map(task.ledger.snapshots.map(({ id, unitDivisor }) => [id, unitDivisor])));
  await createLineRows(database, terms, { loaded });
  const count = await writeLineFiles(database, task.outputs.folder, task.options.lineFiles);
  const sums = await sumLineFile(database, task.outputs.folder);
  const total = (names: readonly string[]): Money =>
    sumMoney(reconciliation.steps.filter(({ step }) => names.includes(step)).map(({ amount }) => new Money(amount)));
  const afterwards = ['rounding', 'price_difference', 'duplicate', 'refund'];
  const before = reconciliation.steps.map(({ step }) => step).filter((step) => step !== 'expected' && !afterwards.includes(step));
  const checks = [
    { what: 'lines.parquet provider_at_snapshot', whole: total(before), parts: new Money(sums.steps) },
    { what: 'lines.parquet provider_charged', whole: total(afterwards), parts: new Money(sums.charged) },
  ];
  return {
    findings: checks
      .filter(({ whole, parts }) => !whole.equals(parts))
      .map(({ what, whole, parts }) => finding('cross-foot', 'inconclusive', { args: { what, whole: formatMoney(whole), parts: formatMoney(parts) } })),
    rows: Object.fromEntries(task.options.lineFiles.map((file) => [file, count])),
  };
}

/** One request through all layers, for `explain`: nothing is written. */
export async function explainRequest(options: RunOptions, requestId: string): Promise<Explanation> {
  const { ledger, findings } = await validateLedger(options.ledgerRoot, options.asOf);
  if (ledger === null) return { requestId, ledger, period: null, judgedEnd: null, trace: null, priceBook: null, originals: [], findings };
  const [period] = choosePeriods(ledger, options.periods);
  if (period === undefined) throw new UserError('No period was named.', 'Name the period whose request is to be explained.');
  const evidence = await collectEvidence({ root: ledger.root, evidenceRoot: options.evidenceRoot, period, formats: ledger.formats });
  const judgedEnd = judgedEndOf(period, options);
  const known = { requestId, ledger, period, judgedEnd, priceBook: openPriceBook(period, ledger.snapshots) };
  const blocking = [...findings.filter((found) => concerns(found, period)), ...evidence.findings].filter(({ severity }) => severity === 'inconclusive');
  if (blocking.length > 0) return { ...known, trace: null, originals: [], findings: blocking };
  return withDatabase(options, evidence.files, options.temporaryRoot, async (database) => {
    const outcome = await runEngine(database, { ledger, period, options, judgedEnd, files: evidence.files });
    if (outcome.terms === null) return { ...known, trace: null, originals: [], findings: outcome.findings };
    await createRates(database, known.priceBook, new Map(ledger.snapshots.map(({ id, unitDivisor }) => [id, unitDivisor])));
    await createLineRows(database, outcome.terms, { loaded: outcome.loaded });
    const named = await requestNamedBy(database, outcome.terms, requestId);
    const [trace = null] = await readTraces(database, outcome.terms, outcome.loaded, [named]);
    const originals = trace === null ? [] : await readOriginals(database, outcome.loaded, ledger.formats, period, trace);
    return { ...known, trace, originals, findings: [] };
  });
}

async function traceSample(database: Database, outcome: Outcome | null, digest: string): Promise<RequestTrace[]> {
  if (outcome === null || outcome.terms === null) return [];
  return readTraces(database, outcome.terms, outcome.loaded, await drawRequests(database, digest));
}

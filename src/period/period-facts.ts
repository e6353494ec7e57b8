/** What is so in one period before anybody judges it: its evidence checked, its rows reconciled by the engine, its lines written where somebody wants them. */
import { connectionCount, type Database } from '../engine/database.ts';
import { digestRows } from '../engine/digest-rows.ts';
import { type Job, type Outcome, type Progress, reconcileRows } from '../engine/reconcile-rows.ts';
import { createLineRows, createRates, createToldLines } from '../engine/line-rows.ts';
import { type LineFile, readLinesBack, sumLineFile, writeLineFiles } from '../engine/write-lines.ts';
import { namesChecked } from '../evidence/check-names.ts';
import { withEvidence } from './with-evidence.ts';
import type { Evidence } from '../evidence/collect-evidence.ts';
import type { RowStep } from '../model/bridge.ts';
import { closeInForce } from '../model/close.ts';
import { followedRules } from '../model/client-stopped.ts';
import { type EngineAbsence, EngineMissing } from '../model/engine-place.ts';
import type { EvidenceFile } from '../model/evidence.ts';
import type { Neighbour } from '../model/earlier-period.ts';
import { finding, type Finding } from '../model/finding.ts';
import { type Day, formatInstant, type Instant } from '../model/instant.ts';
import { calendarEndOf, delayInForce, judgedEndOf } from '../model/judged-end.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import { inLanes } from '../model/lanes.ts';
import { type Amount, formatMoney, moneyOf, noAmount } from '../model/money.ts';
import { openPriceBook } from '../model/price-book.ts';
import { reasonOf, systemFailure } from '../model/system-failure.ts';
import { type Carried, findCarried, isOfOneAccount, isOfOneScope } from './carried-items.ts';
import { changedSince, stampsOf } from './evidence-stamps.ts';
import { checkLock } from './frozen-set.ts';
import { type DatabaseSettings, withDatabase } from './with-database.ts';
import { concerns } from '../policy/weigh-ledger.ts';
import { providerNotFinal } from '../policy/finality.ts';

/** What a period is at. A stage may come again; `done` is its end. */
export interface RunProgress {
  readonly stage: 'checking' | Progress['stage'] | 'digesting' | 'judging' | 'writing' | 'done';
  /** Rows that were read by then; null before any was. */
  readonly rows: number | null;
}

/** What an entry asks for, whatever the ledger and its periods; every clock, environment variable and default is settled there. */
export interface RunSettings extends DatabaseSettings {
  /** Folder that holds `<period id>/` with the evidence; null = in the ledger. */
  readonly evidenceRoot: string | null;
  readonly asOf: Day;
  /** Judge only up to and including this day; null = the period's end or the last complete day. */
  readonly through: Day | null;
  /** The files that hold every line; where there is none, only those lines are written that somebody is told of. */
  readonly lineFiles: readonly LineFile[];
  /** The page for people is written beside the other outputs; left out: it is not. */
  readonly page?: 'written' | undefined;
  readonly toolVersion: string;
  /** Of the program that runs, as its entry knows it; left out: not asked for, which changes no result. */
  readonly programSha256?: string | undefined;
  readonly onProgress: (period: string, progress: RunProgress) => void;
}

/** What nobody asks for otherwise. */
export const usualRun = {
  evidenceRoot: null,
  through: null,
  lineFiles: [],
  onProgress: (): void => undefined,
  onPlan: null,
} as const satisfies Partial<RunSettings>;

/** One period of a ledger that was read, with the findings of the ledger's files. */
export interface PeriodTask {
  readonly ledger: Ledger;
  readonly findings: readonly Finding[];
  readonly period: Period;
  readonly settings: RunSettings;
}

/** Holds for every ledger that tells the engine the same about the period: policy has no part in it. */
export interface PeriodFacts {
  readonly judgedEnd: Instant;
  readonly files: readonly EvidenceFile[];
  readonly pull: Evidence['pull'];
  /** What is taken over from the close before. */
  readonly carried: Carried;
  /** Findings of the evidence files, of the lock that they are held against, and of the close before. */
  readonly evidenceFindings: readonly Finding[];
  /** null when the engine did not run or failed. */
  readonly outcome: Outcome | null;
  /** Findings of the rows, and what the engine could not do. */
  readonly rowFindings: readonly Finding[];
  readonly layerDigests: Readonly<Record<string, string>>;
  readonly lineRows: Readonly<Record<string, number>>;
}

/** Reads the period's rows and hands facts and database on, while it is open. Every line is written to `lineFolder` where the settings name files for them; null = nothing is written by anybody. */
export async function withFacts<T>(task: PeriodTask, lineFolder: string | null, use: (facts: PeriodFacts, database: Database) => Promise<T>): Promise<T> {
  task.settings.onProgress(task.period.id, { stage: 'checking', rows: null });
  return withEvidence(task, (evidence) => factsOf(task, evidence, lineFolder, use));
}

async function factsOf<T>(
  task: PeriodTask,
  evidence: Evidence,
  lineFolder: string | null,
  use: (facts: PeriodFacts, database: Database) => Promise<T>,
): Promise<T> {
  const { ledger, period, settings } = task;
  const judgedEnd = judgedEndOf(period, settings);
  const frozen = await checkLock(ledger.root, settings.evidenceRoot, period, new Map(evidence.files.map((file) => [file.path, file])));
  const carried = await findCarried(ledger, period);
  const known = { judgedEnd, files: evidence.files, pull: evidence.pull, carried, evidenceFindings: [...evidence.findings, ...frozen, ...carried.findings] };
  const blocked = findingsBefore(task, known).some(({ severity }) => severity === 'inconclusive');
  return withDatabase(settings, [...evidence.files, ...carried.files], lineFolder, async (database) => {
    const rows = blocked ? noRows : await readRows(database, { ...task, ...known, lineFolder });
    return use({ ...known, ...rows }, database);
  });
}

/** What was found before any row was read, in the order in which it is judged. */
export function findingsBefore(task: PeriodTask, facts: Pick<PeriodFacts, 'judgedEnd' | 'evidenceFindings'>): Finding[] {
  const { period } = task;
  const early = tooEarly(task, facts.judgedEnd);
  const isSaidBelow = ({ code }: Finding): boolean => early.some((found) => found.code === code);
  return [...task.findings.filter((found) => concerns(found, period) && !isSaidBelow(found)), ...facts.evidenceFindings, ...early];
}

/** A period of which no complete day has passed, or none through which the provider is final, cannot be judged; one that is judged in part says so by itself. */
function tooEarly({ period, settings }: PeriodTask, judgedEnd: Instant): Finding[] {
  if (judgedEnd > period.start) return [];
  if (calendarEndOf(period, settings) > period.start) return [providerNotFinal(period, judgedEnd, 'inconclusive')];
  return [finding('period-future', 'inconclusive', { args: { period: period.id, start: formatInstant(period.start) }, source: period.source })];
}

type RowFacts = Pick<PeriodFacts, 'outcome' | 'rowFindings' | 'layerDigests' | 'lineRows'>;
const noRows: RowFacts = { outcome: null, rowFindings: [], layerDigests: {}, lineRows: {} };

interface RowTask extends PeriodTask {
  readonly judgedEnd: Instant;
  readonly files: readonly EvidenceFile[];
  readonly carried: Carried;
  readonly lineFolder: string | null;
}

async function readRows(database: Database, task: RowTask): Promise<RowFacts> {
  const at = (stage: RunProgress['stage'], rows: number): void => task.settings.onProgress(task.period.id, { stage, rows });
  try {
    at('reading', 0);
    const stamps = await stampsOf(task.files);
    const outcome = await runEngine(database, task);
    const changed = await changedSince(stamps, task.files);
    if (outcome.terms === null || outcome.reconciliation === null) return { ...noRows, outcome, rowFindings: [...outcome.findings, ...changed] };
    const rows = rowsRead(outcome);
    if (task.settings.lineFiles.length > 0) at('writing', rows);
    const written = task.lineFolder === null || task.settings.lineFiles.length === 0 ? noLines : await writeLines(database, task, outcome, task.lineFolder);
    at('digesting', rows);
    const digests = await inLanes(outcome.loaded, connectionCount, async (loaded) => [loaded.layer, await digestRows(database, loaded)] as const);
    const layerDigests = Object.fromEntries(digests);
    return { outcome, rowFindings: [...outcome.findings, ...changed, ...written.findings], layerDigests, lineRows: written.rows };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const system = systemFailure(error);
    if (system !== null) throw system;
    if (error instanceof EngineMissing) return { ...noRows, rowFindings: [engineMissing(error.absence)] };
    return {
      ...noRows,
      rowFindings: [finding(task.settings.wide === undefined ? 'engine-failure' : 'cluster-failure', 'inconclusive', { args: { problem: reasonOf(error) } })],
    };
  }
}

/** Rows of the files, less those that a filter left out. */
export function rowsRead(outcome: Outcome | null): number {
  const files = outcome?.loaded.flatMap((layer) => layer.files) ?? [];
  return files.reduce((sum, { rows, filtered }) => sum + rows - filtered, 0);
}

function engineMissing({ problem, detail, folder }: EngineAbsence): Finding {
  return finding('engine-missing', 'inconclusive', { args: { problem, detail: detail.slice(0, 500), folder } });
}

/** What the ledger's other files say about how the period's rows are counted. */
export function rowRules(ledger: Ledger, period: Period, asOf: Day): Pick<Job, 'gross' | 'delay' | 'providerCounted' | 'otherScopes' | 'neighbours'> {
  const { policy } = ledger.settings;
  const stopped = followedRules({ contract: ledger.contract, drills: ledger.drills, asOf });
  return {
    gross: policy.gross,
    delay: delayInForce(period, policy),
    providerCounted: (['timeout', 'canceled'] as const).filter((status) => stopped[status] === 'provider-counts'),
    otherScopes: ledger.periods
      .filter(({ id }) => id !== period.id)
      .map(({ accounts, environment, models, keys, start, end }) => ({ accounts, environment, models, keys, start, end })),
    neighbours: [...neighboursOf(ledger, period).map(({ id, start, end }) => ({ id, start, end })), ...unreadNeighbours(ledger, period)],
  };
}

/** The other periods of its account and environment. */
function neighboursOf(ledger: Ledger, period: Period): Period[] {
  return ledger.periods.filter((one) => one.id !== period.id && isOfOneScope(one, period));
}

/** Closed periods whose files cannot be read any more are known by their closes: their account, their end and what they were charged. */
function unreadNeighbours({ unreadPeriods }: Ledger, period: Period): Neighbour[] {
  const closes = unreadPeriods.flatMap((one) => closeInForce(one) ?? []).filter((close) => isOfOneAccount(close, period));
  return closes.map((close) => ({ id: close.period, start: close.judgedEnd, end: close.judgedEnd }));
}

/** What an earlier period was charged: as its close says, else as its rows say now; null where they cannot be reconciled, or are in another currency. */
async function chargedIn({ ledger, period, settings }: Pick<RowTask, 'ledger' | 'period' | 'settings'>, id: string): Promise<Amount | null> {
  const unread = ledger.unreadPeriods.find((one) => one.id === id);
  if (unread !== undefined) return closeInForce(unread)?.totals.provider_charged ?? null;
  const earlier = neighboursOf(ledger, period).find((one) => one.id === id);
  if (earlier === undefined || earlier.currency !== period.currency) return null;
  const close = closeInForce(earlier);
  if (close !== null) return close.totals.provider_charged;
  // Within the turn of the period that asks.
  const own = { ...settings, through: null, onProgress: (): void => undefined, turns: undefined };
  return withEvidence({ ledger, period: earlier, settings: own }, async (evidence) => {
    const carried = await findCarried(ledger, earlier);
    if ([...evidence.findings, ...carried.findings].some(({ severity }) => severity === 'inconclusive')) return null;
    return withDatabase(own, [...evidence.files, ...carried.files], null, async (database) => {
      const judgedEnd = judgedEndOf(earlier, own);
      const { reconciliation } = await reconcileRows(database, {
        ...jobOf({ ledger, period: earlier, settings: own, judgedEnd, files: evidence.files, carried }),
        // What explains its own corrections moves none of its money.
        chargedIn: () => Promise.resolve(null),
      });
      if (reconciliation === null) return null;
      const { providerReported, providerComputed } = reconciliation.totals;
      return formatMoney(moneyOf(providerReported).plus(moneyOf(providerComputed)));
    });
  });
}

type EngineTask = Pick<RowTask, 'ledger' | 'period' | 'settings' | 'judgedEnd' | 'files' | 'carried'>;

/** Hands the period to the engine, each layer with its format. */
export async function runEngine(database: Database, task: EngineTask): Promise<Outcome> {
  return reconcileRows(database, jobOf(task));
}

function jobOf(task: EngineTask): Job {
  const { ledger, period, settings } = task;
  return {
    period,
    judgedEnd: task.judgedEnd,
    files: task.files,
    snapshots: ledger.snapshots,
    mappings: ledger.mappings,
    contract: ledger.contract,
    asOf: settings.asOf,
    ...rowRules(ledger, period, settings.asOf),
    carried: task.carried.files[0]?.path ?? null,
    chargedIn: (id) => chargedIn(task, id),
    checkNames: namesChecked,
    onProgress: (progress) => settings.onProgress(period.id, progress),
  };
}

/** Lays the lines out, for the line files and for traces of single requests: all, or those that somebody is told of with those of some requests. */
export async function layOutLines(
  database: Database,
  task: Pick<RowTask, 'ledger' | 'period'>,
  { terms, loaded, reconciliation }: Outcome,
  told: 'all' | readonly string[] = 'all',
): Promise<void> {
  if (terms === null || reconciliation === null) return;
  const priceBook = openPriceBook(task.period, task.ledger.snapshots);
  await createRates(database, priceBook, new Map(task.ledger.snapshots.map(({ id, unitDivisor }) => [id, unitDivisor])));
  const { buckets, counts } = reconciliation;
  // Of requests, or of the attempts that sums are held against.
  const counted = buckets?.units ?? counts.application.requests;
  const surroundings = { loaded, uncharged: counted > counts.requestsWithCharge ? ('some' as const) : ('none' as const) };
  if (told === 'all') await createLineRows(database, terms, surroundings);
  else await createToldLines(database, terms, surroundings, told);
}

interface WrittenLines {
  readonly findings: readonly Finding[];
  readonly rows: Readonly<Record<string, number>>;
}
const noLines: WrittenLines = { findings: [], rows: {} };

/** Writes the lines that somebody is told of, with those of some requests, into `folder`: what a run leaves that is not asked for every line. */
export async function writeToldLines(
  database: Database,
  task: Pick<RowTask, 'ledger' | 'period'>,
  outcome: Outcome,
  told: { readonly folder: string; readonly ids: readonly string[] },
): Promise<Readonly<Record<string, number>>> {
  await layOutLines(database, task, outcome, told.ids);
  return writeLineFiles(database, told.folder, ['noted-lines.parquet'], { secrets: outcome.secrets, steps: stepsOf(outcome) });
}

function stepsOf({ terms }: Outcome): readonly RowStep[] {
  return terms?.steps ?? [];
}

/** Writes the lines and holds the sum of each step in the file against its aggregate, each reached its own way. */
async function writeLines(database: Database, task: RowTask, outcome: Outcome, folder: string): Promise<WrittenLines> {
  const { reconciliation } = outcome;
  if (reconciliation === null) return noLines;
  await layOutLines(database, task, outcome);
  const steps = stepsOf(outcome);
  const rows = await writeLineFiles(database, folder, task.settings.lineFiles, { secrets: outcome.secrets, steps });
  const sums = await sumLineFile(database, folder, steps);
  // Secrets are taken out of the files, and ids that hold one would not be found there.
  if (outcome.secrets === 'none') await readLinesBack(database, folder, steps);
  const checks = reconciliation.steps.map(({ step, amount }) => ({ what: `lines.parquet ${step}`, whole: amount, parts: sums[step] ?? noAmount }));
  return {
    findings: checks.filter(({ whole, parts }) => whole !== parts).map((args) => finding('cross-foot', 'inconclusive', { args })),
    rows,
  };
}

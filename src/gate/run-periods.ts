/** Runs the periods of one ledger for the gate: outputs for what is shown, the verdict both ways where rules are edited, and no run twice. */
import { relative, resolve, sep } from 'node:path';
import { underBase } from './compare/under-base.ts';
import { withoutPlaces } from './compare/documents.ts';
import type { FactCache } from './fact-cache.ts';
import { evidenceFolder, type GateOptions } from './gate-options.ts';
import { isNamed } from '../ledger/ledger-places.ts';
import { finding, type Finding, type FindingCode } from '../model/finding.ts';
import type { GatePeriod } from '../model/gate.ts';
import { calendarEndOf, judgedEndOf } from '../model/judged-end.ts';
import { pathBelow, pathIn, rowOf } from '../model/layout.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import { systemFailure } from '../model/system-failure.ts';
import { UserError } from '../model/user-error.ts';
import { monthBefore, periodBefore } from '../period/month-before.ts';
import type { PeriodFacts, PeriodTask } from '../period/period-facts.ts';
import { type JudgedPeriod, judgePeriod, reconcilePeriod } from '../period/reconcile.ts';

/** One ledger under the gate. */
export interface LedgerTask {
  readonly options: GateOptions;
  /** POSIX path relative to the repository. */
  readonly folder: string;
  readonly ledger: Ledger;
  /** Findings of the ledger's files as they are checked out. */
  readonly findings: readonly Finding[];
  /** Where this ledger's outputs go. */
  readonly out: string;
  readonly cache: FactCache;
}

/** A ledger of base that could be read. */
export interface BaseReading {
  readonly ledger: Ledger;
  readonly findings: readonly Finding[];
}

/** Of base only what it says is read, not the pages and documents that it names. */
const aboutNamedFiles: readonly FindingCode[] = ['file-missing', 'file-too-large', 'path-escape', 'evidence-pointer', 'hash-mismatch'];

/** The findings of head's files, where base's stand in for some of them with those of base. */
export function findingsWith(task: Pick<LedgerTask, 'findings'>, base: BaseReading, fromBase: (file: string) => boolean): Finding[] {
  const isFromBase = ({ source }: Finding): boolean => source !== null && fromBase(source.file);
  const theirs = base.findings.filter((found) => isFromBase(found) && !aboutNamedFiles.includes(found.code));
  return [...task.findings.filter((found) => !isFromBase(found)), ...theirs.map((found) => ({ ...withoutPlaces(found), excerpt: null }))];
}

/** Open periods of which at least one day is complete. */
export function begunPeriods({ ledger, options }: LedgerTask): Period[] {
  return ledger.periods.filter((period) => !period.closed && calendarEndOf(period, options) > period.start);
}

/** A period as it was judged, before the others of its run are known. */
type RunPeriod = Omit<GatePeriod, 'before'>;

/** Puts beside each period the one right before it; one that is neither closed nor part of the run is judged for that alone. */
export async function besideBefore(task: LedgerTask, periods: readonly RunPeriod[]): Promise<GatePeriod[]> {
  const { ledger, cache } = task;
  const judged = periods.map(({ result }) => result);
  for (const { result } of periods) {
    const before = periodBefore(ledger, result.period.id);
    if (before === null || before.closed || judged.some(({ period }) => period.id === before.id)) continue;
    judged.push((await judgeQuietly(cache, taskFor(task, ledger, before.id))).result);
  }
  return periods.map((period) => ({ ...period, before: monthBefore(ledger, period.result.period.id, judged) }));
}

/** Judges a period by the ledger's own rules and writes its outputs. */
export async function runAsIs(task: LedgerTask, period: Period): Promise<RunPeriod> {
  const { judged, folder } = await runShown(task, taskFor(task, task.ledger, period.id));
  return { ...shown(judged), afterMerge: null, decides: true, folder };
}

/** Judges a period by base's rules and writes its outputs; `afterMerge` is the verdict by its own. */
export async function runUnderBase(task: LedgerTask, base: BaseReading, period: Period, weight: Pick<GatePeriod, 'decides'>): Promise<RunPeriod> {
  const findings = findingsWith(task, base, (file) => rowOf(file)?.rules === 'whole');
  const { judged, folder } = await runShown(
    task,
    taskFor({ ...task, findings }, underBase(task.ledger, base.ledger, period.id, namesFileOf(task, period)), period.id),
  );
  const own = await judgeQuietly(task.cache, taskFor(task, task.ledger, period.id));
  return { ...shown(judged), ...weight, afterMerge: own.result.verdict, folder };
}

/** Whether a pattern of the period names a file of the checkout; yes where that cannot be told: of a link, of braces, of evidence that lies elsewhere. */
function namesFileOf({ options, folder }: LedgerTask, period: Period): (pattern: string) => boolean {
  const elsewhere = evidenceFolder(options);
  if (options.evidenceRoot !== null && elsewhere === null) return () => true;
  const place = elsewhere === null ? pathIn(folder, period.folder) : pathIn(elsewhere, period.id);
  const files = options.checkout.files.flatMap(({ path, mode }) => {
    const name = pathBelow(path, place);
    return name === null ? [] : [{ name, mode }];
  });
  if (files.some(({ mode }) => mode === '120000')) return () => true;
  return (pattern) => pattern.includes('{') || files.some(({ name }) => isNamed(name, [pattern]));
}

/** Judges without writing anything; what cannot be run is inconclusive. */
export async function judgeQuietly(cache: FactCache, task: PeriodTask): Promise<JudgedPeriod> {
  try {
    return judgePeriod(task, await cache.factsOf(task));
  } catch (error) {
    return judgePeriod(task, factsOfFailure(task, error));
  }
}

/** The run of a period of `ledger`, which may be composed of head and base. */
export function taskFor({ options, findings }: Pick<LedgerTask, 'options' | 'findings'>, ledger: Ledger, periodId: string): PeriodTask {
  const period = ledger.periods.find(({ id }) => id === periodId);
  if (period === undefined) throw new Error(`the period ${JSON.stringify(periodId)} went missing`);
  return { ledger, findings, period, settings: options };
}

interface ShownRun {
  readonly judged: JudgedPeriod;
  readonly folder: string | null;
}

async function runShown(task: LedgerTask, own: PeriodTask): Promise<ShownRun> {
  try {
    const run = await reconcilePeriod(own, task.out);
    task.cache.keep(own, run.facts);
    return { judged: run, folder: posixPath(relative(task.options.workspace, run.folder)) };
  } catch (error) {
    // What was found about the files of the ledger is still said.
    return { judged: judgePeriod(own, factsOfFailure(own, error)), folder: null };
  }
}

/** An error that has words for the user becomes a finding; any other is a fault of the program. */
function factsOfFailure({ period, settings }: PeriodTask, error: unknown): PeriodFacts {
  const known = error instanceof UserError ? error : systemFailure(error);
  if (known === null) throw error;
  const problem = `${known.message} ${known.remedy}`.slice(0, 500);
  return {
    judgedEnd: judgedEndOf(period, settings),
    files: [],
    pull: null,
    carried: { close: null, balance: null, files: [], digest: {}, findings: [] },
    evidenceFindings: [],
    outcome: null,
    rowFindings: [finding('engine-failure', 'inconclusive', { args: { problem } })],
    layerDigests: {},
    lineRows: {},
  };
}

function shown({ judgement, result }: JudgedPeriod): Pick<GatePeriod, 'result' | 'findings' | 'ignored'> {
  return { result, findings: judgement.findings, ignored: judgement.ignored };
}

/** Absolute folder of a ledger's outputs. */
export function outputsOf({ out }: GateOptions, folder: string, ledgers: readonly string[]): string {
  return resolve(out, ledgers.length === 1 ? '.' : pathIn(folder, '.'));
}

function posixPath(path: string): string {
  return path.split(sep).join('/');
}

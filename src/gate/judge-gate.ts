/** The gate, top to bottom, for every entry: find the ledgers, hold them against their base, judge what differs, and say it as one document. */
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { type BaseState, findBaseLedger, type LedgerPlace, readBaseState } from './base-ledgers.ts';
import type { MovedFiles } from './compare/period-rules.ts';
import { FactCache } from './fact-cache.ts';
import { evidenceFolder, type GateOptions, type GateSubject } from './gate-options.ts';
import { holdPast } from './hold-past.ts';
import { type ChangedLedger, judgeChange, removedLedger, unreadable, unreadNote, untouched } from './judge-change.ts';
import { begunPeriods, type LedgerTask, outputsOf, besideBefore, runAsIs } from './run-periods.ts';
import { isNamed, ledgerFolders, readLedgerId } from '../ledger/ledger-places.ts';
import type { BaseTree, CheckoutFile, TreeFile } from '../model/base-tree.ts';
import type { GateLedger, GateReport } from '../model/gate.ts';
import { isInside } from '../model/inside.ts';
import { bearsOnLedger, pathBelow, periodFolder } from '../model/layout.ts';
import { inLanes } from '../model/lanes.ts';
import type { Period, UnreadPeriod } from '../model/ledger.ts';
import { UserError } from '../model/user-error.ts';
import { validateLedger } from '../period/reconcile.ts';
import { openTurns, periodsAtOnce } from '../period/turns.ts';
import { liesIn, settledFindings, verdictOver, weighsOn, worstGateVerdict } from '../policy/weigh-ledger.ts';
import { assembleGate } from '../report/assemble-gate.ts';

/**
 * Judges every ledger that is asked for. Throws a `UserError` when there is none, or when a named period is in none of them;
 * what could not be judged is inconclusive and said.
 */
export async function judgeGate(asked: GateOptions): Promise<GateReport> {
  const options = { ...asked, turns: openTurns() };
  const { subject } = options;
  const ledgers = subject.mode === 'change' ? await judgeAgainst(options, subject.base) : await judgeStanding(options, subject);
  return assembleGate({
    tool_version: options.toolVersion,
    mode: subject.mode,
    as_of: options.asOf,
    verdict: worstGateVerdict(ledgers.map(({ verdict }) => verdict)),
    commits: { base: subject.mode === 'change' ? subject.base.commit : null, head: options.head, checkout: options.checkout.commit },
    ledgers,
  });
}

async function judgeAgainst(options: GateOptions, tree: BaseTree): Promise<GateLedger[]> {
  const state = await readBaseState(tree, options.checkout);
  const all = await readPlaces(options, ledgerFolders(options.checkout.files));
  const tracked = await trackedFolders(options);
  const wantedBase = state.ledgers.filter(({ folder }) => isNamed(folder, options.ledgers));
  // A ledger that was moved out of the patterns is still the one that they name in base.
  const heads = all.filter(({ folder, id }) => tracked.includes(folder) || (id !== null && wantedBase.some((base) => base.id === id)));
  const removed = wantedBase.filter(({ folder, id }) => (id === null ? !all.some((head) => head.folder === folder) : !all.some((head) => head.id === id)));
  if (heads.length === 0 && removed.length === 0) throw noLedger(options);
  const judged: GateLedger[] = [];
  for (const place of heads) {
    const base = findBaseLedger(state.ledgers, place);
    const changed =
      base === null
        ? { place, base, changedPaths: [], moved: new Map() }
        : { place, base, changedPaths: changedPathsOf(options, state, place, base), moved: movedPathsOf(options, state, place, base) };
    judged.push(await judgeChanged(options, changed, state, heads));
  }
  return [...judged, ...removed.map(removedLedger)].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function judgeChanged(options: GateOptions, changed: ChangedLedger, state: BaseState, heads: readonly LedgerPlace[]): Promise<GateLedger> {
  if (changed.base !== null && changed.changedPaths.length === 0) return untouched(changed.place);
  const task = await openTask(options, changed.place, heads);
  return 'verdict' in task ? task : holdPast(await judgeChange(task, changed, state), task, { base: changed.base, state });
}

/** Push, schedule and dispatch: the ledgers as they are checked out, by their own rules. */
async function judgeStanding(options: GateOptions, subject: Exclude<GateSubject, { mode: 'change' }>): Promise<GateLedger[]> {
  const heads = await readPlaces(options, await trackedFolders(options));
  if (heads.length === 0) throw noLedger(options);
  const wanted = subject.mode === 'named' ? new Set(subject.periods) : null;
  const parent = options.past?.parent ?? null;
  const state = parent === null ? null : await readBaseState(parent, options.checkout);
  const seen = new Set<string>();
  const judged: GateLedger[] = [];
  for (const place of heads) {
    const task = await openTask(options, place, heads);
    if ('verdict' in task) {
      judged.push(task);
      continue;
    }
    for (const { id } of [...task.ledger.periods, ...task.ledger.unreadPeriods]) seen.add(id);
    const standing = await judgeAsIs(task, chosenPeriods(task, wanted));
    judged.push(await holdPast(standing, task, state === null ? null : { base: findBaseLedger(state.ledgers, place), state }));
  }
  const missing = [...(wanted ?? [])].filter((id) => !seen.has(id));
  if (missing.length > 0 && judged.every(({ verdict }) => verdict !== 'inconclusive')) {
    throw new UserError(
      `There is no period ${missing.map((id) => JSON.stringify(id)).join(', ')} in the ledger.`,
      'Name the periods by the ids in their period.yaml.',
    );
  }
  return judged;
}

interface ChosenPeriods {
  readonly readable: readonly Period[];
  /** Those asked for of which a file could not be read. */
  readonly unread: readonly UnreadPeriod[];
}

/** `wanted`: null = every open period that has begun. */
function chosenPeriods(task: LedgerTask, wanted: ReadonlySet<string> | null): ChosenPeriods {
  const { periods, unreadPeriods } = task.ledger;
  if (wanted === null) return { readable: begunPeriods(task), unread: unreadPeriods.filter(({ closed }) => !closed) };
  return { readable: periods.filter(({ id }) => wanted.has(id)), unread: unreadPeriods.filter(({ id }) => wanted.has(id)) };
}

async function judgeAsIs(task: LedgerTask, { readable: chosen, unread }: ChosenPeriods): Promise<GateLedger> {
  const { ledger, folder, options } = task;
  const periods = await besideBefore(task, await inLanes(chosen, periodsAtOnce, (period) => runAsIs(task, period)));
  const weighing = task.findings.filter((found) => weighsOn(found, chosen) || unread.some((period) => liesIn(found.source, period)));
  const findings = settledFindings(weighing, ledger.settings.policy.rules);
  const verdict = verdictOver(findings, periods, unread);
  const early = options.subject.mode === 'open' ? ledger.periods.filter((period) => !period.closed && !chosen.includes(period)) : [];
  return {
    ...untouched({ folder, id: ledger.settings.id }),
    verdict: verdict === 'pass' && periods.length === 0 ? 'not-applicable' : verdict,
    publish: ledger.settings.publish,
    findings,
    periods,
    notes: [...early.map(({ id }) => `period ${id} has no complete day yet and was left out`), ...unread.map(unreadNote)],
  };
}

/** The ledger ready to be judged, or what is to be said when it cannot be read. */
async function openTask(options: GateOptions, place: LedgerPlace, heads: readonly LedgerPlace[]): Promise<LedgerTask | GateLedger> {
  const { folder } = place;
  const { ledger, findings } = await validateLedger(join(options.checkout.root, folder), options.asOf);
  if (ledger === null) return unreadable(place, findings);
  const out = outputsOf(
    options,
    folder,
    heads.map((each) => each.folder),
  );
  return { options, folder, ledger, findings, out, cache: new FactCache() };
}

/** Patterns may name what is new; without any, only what is tracked counts. */
async function trackedFolders({ checkout, ledgers }: GateOptions): Promise<string[]> {
  const files = ledgers.length === 0 ? checkout.files.filter(({ tracked }) => tracked) : checkout.files;
  return ledgerFolders(files).filter((folder) => isNamed(folder, ledgers));
}

async function readPlaces({ checkout }: GateOptions, folders: readonly string[]): Promise<LedgerPlace[]> {
  const places: LedgerPlace[] = [];
  for (const folder of folders) {
    const root = await realpath(join(checkout.root, folder)).catch(() => join(checkout.root, folder));
    if (!isInside(checkout.root, root))
      throw new UserError(`The ledger ${folder} lies outside of the repository.`, 'Keep it inside, without a link that leads out.');
    places.push({ folder, id: await readLedgerId(root) });
  }
  return places;
}

function changedPathsOf(options: GateOptions, state: BaseState, place: LedgerPlace, base: LedgerPlace): string[] {
  const paths = changedLedgerPaths({ files: state.files, folder: base.folder }, { files: options.checkout.files, folder: place.folder });
  const evidence = evidenceFolder(options);
  if (evidence === null) return paths;
  return [...paths, ...changedEvidencePaths({ files: state.files, folder: evidence }, { files: options.checkout.files, folder: evidence })];
}

/** As paths of the ledger: evidence that lies elsewhere has a folder per period there. */
function movedPathsOf(options: GateOptions, state: BaseState, place: LedgerPlace, base: LedgerPlace): MovedFiles {
  const own = movedPaths({ files: state.files, folder: base.folder }, { files: options.checkout.files, folder: place.folder });
  const evidence = evidenceFolder(options);
  if (evidence === null) return own;
  const elsewhere = movedPaths({ files: state.files, folder: evidence }, { files: options.checkout.files, folder: evidence });
  return new Map([...elsewhere].map(([path, now]) => [periodFolder(path), now.map(periodFolder)]));
}

function noLedger({ ledgers }: GateOptions): UserError {
  if (ledgers.length === 0) return new UserError('There is no tracked trueup.yaml in the repository.', 'Commit a ledger, or name its folder.');
  return new UserError(`No ledger is named by ${ledgers.map((pattern) => JSON.stringify(pattern)).join(', ')}.`, 'Name folders that hold a trueup.yaml.');
}

/** One state of a folder's files; `blob` is null for what equals nothing. */
type Side = ReadonlyMap<string, { readonly mode: string; readonly blob: string | null }>;

export interface Place<File> {
  readonly files: readonly File[];
  /** POSIX, `.` for the root. */
  readonly folder: string;
}

/**
 * Paths relative to the ledger of the files that bear on it and differ, sorted. A link brings in what it leads to, which may lie
 * anywhere in the ledger: it counts as different as soon as anything below the ledger does.
 */
export function changedLedgerPaths(base: Place<TreeFile>, head: Place<CheckoutFile>): string[] {
  return sorted(changedPaths(base, head).filter(bearsOnLedger));
}

/** The same for evidence that lies elsewhere in the repository, in a folder per period: as paths in the periods of the ledger. */
function changedEvidencePaths(base: Place<TreeFile>, head: Place<CheckoutFile>): string[] {
  return sorted(changedPaths(base, head).map((path) => periodFolder(path)));
}

function changedPaths(base: Place<TreeFile>, head: Place<CheckoutFile>): string[] {
  const [before, after] = [sideOf(base), sideOf(head)];
  const different = differences(before, after);
  const links = [...before, ...after].filter(([, { mode }]) => mode === '120000').map(([path]) => path);
  return [...different, ...(different.length > 0 ? links : [])];
}

/** Files that are gone, each with the files of the same content that are new or old in head; of one folder, as paths below it. */
function movedPaths(base: Place<TreeFile>, head: Place<CheckoutFile>): ReadonlyMap<string, readonly string[]> {
  const [before, after] = [sideOf(base), sideOf(head)];
  const byContent = new Map<string, string[]>();
  for (const [path, { mode, blob }] of after) {
    if (blob !== null && mode !== '120000') byContent.set(blob, [...(byContent.get(blob) ?? []), path]);
  }
  const gone = [...before].filter(([path, { mode }]) => mode !== '120000' && !after.has(path));
  return new Map(gone.flatMap(([path, { blob }]) => (blob === null || !byContent.has(blob) ? [] : [[path, byContent.get(blob) ?? []] as const])));
}

function sideOf({ files, folder }: Place<TreeFile | CheckoutFile>): Side {
  return new Map(
    files.flatMap((file) => {
      const path = pathBelow(file.path, folder);
      return path === null ? [] : [[path, file] as const];
    }),
  );
}

function differences(before: Side, after: Side): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => {
    const [one, other] = [before.get(path), after.get(path)];
    return one === undefined || other === undefined || one.blob === null || one.blob !== other.blob || one.mode !== other.mode;
  });
}

function sorted(paths: readonly string[]): string[] {
  return [...new Set(paths)].sort();
}

/** Checks every lock, every close and their chain without the engine; on demand recomputes every closed period from the files its close names. */
import { type Close, type CloseFile, closeInForce, type Controls, pinnedRoles } from '../model/close.ts';
import { finding, type Finding, type FindingCode } from '../model/finding.ts';
import type { Day } from '../model/instant.ts';
import type { Totals } from '../model/judgement.ts';
import { isInvoice, isKind } from '../model/layout.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import type { Result } from '../model/result.ts';
import { findFile } from './closed-files.ts';
import { checkLock, hashOf } from './frozen-set.ts';
import type { RunSettings } from './period-facts.ts';
import { validateLedger } from './reconcile.ts';
import { isNoRerun, type ReadBlob, rerunResult } from './rerun-close.ts';
import { liesIn } from '../policy/weigh-ledger.ts';

export interface VerifyOptions {
  readonly ledgerRoot: string;
  readonly evidenceRoot: string | null;
  readonly asOf: Day;
  /** What a rerun needs; null = hashes and chain alone. */
  readonly rerun: RerunMeans | null;
}

export interface VerifiedPeriod {
  readonly id: string;
  /** `unread`: it was frozen or closed, and a file of it cannot be read now. */
  readonly state: 'open' | 'frozen' | 'closed' | 'unread';
  /** Closes that were read, those that were taken back too. */
  readonly closes: number;
  /** Of the close in force, else of the lock; 0 for a close that cannot be trusted. */
  readonly files: number;
  /** `confirmed`: the recomputation came to the stated result. */
  readonly rerun: 'not-asked' | 'confirmed' | 'not-confirmed';
  /** Of a rerun: whether the program is the one that the close names; `unknown` where one of them is not known. */
  readonly program: 'same' | 'other' | 'unknown';
}
export interface Verification {
  /** Findings of locks, closes and their files alone. */
  readonly findings: readonly Finding[];
  readonly periods: readonly VerifiedPeriod[];
}

const controlCodes: readonly FindingCode[] = ['lock-broken', 'close-broken', 'close-chain-broken'];

export async function verifyLedger(options: VerifyOptions): Promise<Verification> {
  const { ledger, findings } = await validateLedger(options.ledgerRoot, options.asOf);
  // A ledger that cannot be read cannot be verified; one with a rule broken can.
  if (ledger === null) return { findings: findings.filter(({ severity }) => severity === 'inconclusive'), periods: [] };
  const sealed = ledger.unreadPeriods.filter(({ controls }) => hasControls(controls));
  const all = findings.filter(({ code, source }) => controlCodes.includes(code) || sealed.some((period) => liesIn(source, period)));
  const periods: VerifiedPeriod[] = [];
  for (const period of ledger.periods) {
    const frozen = await checkLock(ledger.root, options.evidenceRoot, period, new Map());
    const close = closeInForce(period);
    const changed = close === null ? [] : [...(await changedFiles(ledger, period, close, options.evidenceRoot)), ...extraFiles(ledger, period, close)];
    const rerun = close === null || options.rerun === null ? null : await recomputeClose(ledger, close, [...frozen, ...changed], options.rerun);
    all.push(...frozen, ...changed, ...(rerun ?? []));
    const program = programOf(close, options.rerun);
    periods.push({ ...described(period, close), program, rerun: rerun === null ? 'not-asked' : rerun.length === 0 ? 'confirmed' : 'not-confirmed' });
  }
  periods.push(
    ...sealed.map(({ id, controls }) => ({
      id,
      state: 'unread' as const,
      closes: controls.closes.length,
      files: 0,
      rerun: 'not-asked' as const,
      program: 'unknown' as const,
    })),
  );
  return { findings: all, periods };
}

/** A period that cannot be read and was neither frozen nor closed holds nothing to verify. */
function hasControls({ lock, closes, reopens, broken }: Controls): boolean {
  return lock !== null || closes.length + reopens.length + broken.length > 0;
}

function described({ id, closed, controls }: Period, close: Close | null): Omit<VerifiedPeriod, 'rerun' | 'program'> {
  const state = closed ? 'closed' : controls.lock === null ? 'open' : 'frozen';
  return { id, state, closes: controls.closes.length, files: (closed ? close : controls.lock)?.files.length ?? 0 };
}

function programOf(close: Close | null, rerun: RerunMeans | null): VerifiedPeriod['program'] {
  const now = rerun?.settings.programSha256;
  if (now === undefined || close === null || close.programSha256 === null) return 'unknown';
  return close.programSha256 === now ? 'same' : 'other';
}

/** Pinned files of a close that are not what they were; the lock itself answers for what it lists. */
async function changedFiles({ root }: Ledger, period: Period, close: Close, evidenceRoot: string | null): Promise<Finding[]> {
  const findings: Finding[] = [];
  const locked = new Set((period.controls.lock?.files ?? []).map(({ file }) => `${period.folder}/${file}`));
  for (const [index, file] of close.files.entries()) {
    if (!pinnedRoles.includes(file.role) || locked.has(file.name)) continue;
    const path = await findFile(root, evidenceRoot, period, file);
    const now = path === null ? null : (await hashOf(path)).sha256;
    if (now !== file.sha256) findings.push(departed(close, file, now === null ? 'missing' : 'changed', index));
  }
  for (const { name, sha256 } of [...(close.openItems === null ? [] : [close.openItems]), ...close.results]) {
    const path = await findFile(root, null, period, { name, role: 'carried' });
    const now = path === null ? null : (await hashOf(path)).sha256;
    if (now !== sha256) findings.push(departed(close, { name }, now === null ? 'missing' : 'changed', -1));
  }
  return findings;
}

/** Files that would now be part of the period and were not there at the close. */
function extraFiles(ledger: Ledger, period: Period, close: Close): Finding[] {
  const named = new Set(close.files.map(({ name }) => name));
  return ledger.files
    .filter(
      ({ name }) => liesIn({ file: name, line: 1, column: 1 }, period) && (isInvoice(name) || isKind(name, 'statement', 'exceptions')) && !named.has(name),
    )
    .map(({ name }) => departed(close, { name }, 'extra', -1));
}

function departed(close: Close, file: Pick<CloseFile, 'name'>, how: 'changed' | 'missing' | 'extra', index: number): Finding {
  const args = { file: file.name, period: close.period, problem: `after-close-${how}`, close: close.name };
  return finding('closed-file-changed', 'fail', { args, source: close.fileSources[index] ?? close.source });
}

export interface RerunMeans {
  readonly settings: RunSettings;
  readonly readBlob: ReadBlob;
}

/** What a recomputation of the close says against it; for a gate that approves one as well. Evidence that is not what was frozen (`before`) was said already. */
export async function recomputeClose({ root }: Pick<Ledger, 'root'>, close: Close, before: readonly Finding[], means: RerunMeans): Promise<Finding[]> {
  if (before.some(({ code }) => code === 'evidence-changed')) return [notRerun(close, { problem: 'evidence-not-intact' })];
  const result = await rerunResult({ root, period: close.period, asOf: close.asOf, files: close.files, ...means });
  if (isNoRerun(result)) {
    return [notRerun(close, result.file === null ? { problem: 'no-result', detail: result.detail } : { problem: 'blob-missing', file: result.file })];
  }
  return result.counts === null ? [notRerun(close, { problem: 'no-result', detail: codesOf(result.findings) })] : checkClose(close, result);
}

function notRerun(close: Close, words: Readonly<Record<string, string> & { problem: string }>): Finding {
  return finding('close-not-rerun', 'inconclusive', { args: { close: close.name, ...words }, source: close.source });
}

function codesOf(findings: readonly { readonly code: string; readonly severity: string }[]): string {
  return [...new Set(findings.filter(({ severity }) => severity === 'inconclusive').map(({ code }) => code))].join(', ');
}

/**
 * `result-changed` where they differ. By the same version it fails. By another version it is a warning when totals differ and a note when only
 * details do: a newer Trueup may know more findings, and history does not turn red by that.
 */
export function checkClose(close: Close, result: Pick<Result, 'digests' | 'totals' | 'tool_version'>): Finding[] {
  const same = close.digests.result === result.digests.result && close.digests.inputs === result.digests.inputs;
  const total = differingTotal(close.totals, result.totals);
  if (total === null && (same || (close.digests.result === result.digests.result && close.toolVersion !== result.tool_version))) return [];
  const words =
    total === null
      ? { closed: close.digests.result, recomputed: result.digests.result }
      : { closed: `${total} ${close.totals[total] ?? '(none)'}`, recomputed: `${total} ${result.totals[total] ?? '(none)'}` };
  const otherVersion = close.toolVersion !== result.tool_version;
  const problem = `${total === null ? 'other-digest' : 'other-totals'}${otherVersion ? '-version' : ''}`;
  const versions = otherVersion ? { closed_version: close.toolVersion, version: result.tool_version } : {};
  const severity = !otherVersion ? 'fail' : total === null ? 'info' : 'warn';
  return [finding('result-changed', severity, { args: { close: close.name, ...words, problem, ...versions }, source: close.source })];
}

/** Totals that closes of 0.1.0 do not state. */
const laterTotals: readonly (keyof Totals)[] = ['provider_reported', 'provider_computed'];

function differingTotal(closed: Totals, now: Totals): keyof Totals | null {
  const isStated = (key: keyof Totals): boolean => closed[key] !== null || !laterTotals.includes(key);
  return (Object.keys(now) as (keyof Totals)[]).find((key) => isStated(key) && closed[key] !== now[key]) ?? null;
}

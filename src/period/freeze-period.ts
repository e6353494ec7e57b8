/** Freezes the evidence of a period: hashes, rows and sums into `evidence.lock`, or nothing at all. */
import { join } from 'node:path';
import type { Database } from '../engine/database.ts';
import { type MeasuredFile, measureEvidence } from '../engine/measure-evidence.ts';
import type { Evidence } from '../evidence/collect-evidence.ts';
import { withEvidence } from './with-evidence.ts';
import { contentColumns, contentNamesFor, findSecretLine } from '../evidence/find-secrets.ts';
import { namesChecked } from '../evidence/check-names.ts';
import { renderLock } from '../ledger/lock/sealed-text.ts';
import { writeSealed } from '../ledger/lock/write-once.ts';
import { insidePath } from '../ledger/kinds/scalars.ts';
import type { EvidenceFile } from '../model/evidence.ts';
import { finding, type Finding } from '../model/finding.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import { UserError } from '../model/user-error.ts';
import { findFrozenSet, type PinnedFile } from './frozen-set.ts';
import { stampsOf } from './evidence-stamps.ts';
import type { RunSettings } from './period-facts.ts';
import { withDatabase } from './with-database.ts';
import { periodNamed, validateLedger } from './reconcile.ts';
import { concerns } from '../policy/weigh-ledger.ts';
import { periodPath } from '../model/layout.ts';

export interface Frozen {
  /** The lock that was written, relative to the ledger; null = refused, and the findings say why. */
  readonly written: string | null;
  /** Files that were frozen. */
  readonly files: number;
  readonly findings: readonly Finding[];
}

/** Refuses what is frozen or closed already; evidence that cannot be read, or that holds what must not be kept, comes back as findings. */
export async function freezePeriod(ledgerRoot: string, id: string, settings: RunSettings): Promise<Frozen> {
  const { ledger, findings } = await validateLedger(ledgerRoot, settings.asOf);
  if (ledger === null) return refused(findings);
  const period = periodNamed(ledger, id);
  refuseFrozen(period);
  // An earlier lock, which a reopening took back, says nothing about what lies there now.
  const unlocked = { ...period, controls: { ...period.controls, lock: null } };
  return withEvidence({ ledger, period: unlocked, settings }, (evidence) => freezeEvidence({ ledger, findings, period, settings, evidence }));
}

interface FreezeTask {
  readonly ledger: Ledger;
  readonly findings: readonly Finding[];
  readonly period: Period;
  readonly settings: RunSettings;
  readonly evidence: Evidence;
}

async function freezeEvidence({ ledger, findings, period, settings, evidence }: FreezeTask): Promise<Frozen> {
  const before = [...findings.filter((found) => concerns(found, period)), ...evidence.findings];
  const known = new Map(evidence.files.map(({ path, sha256, bytes }) => [path, { sha256, bytes }]));
  const pinned = await findFrozenSet(ledger.root, settings.evidenceRoot, period, known);
  if (isUnreadable(before)) return refused(before);
  const otherDocument = before.filter(({ code }) => code === 'hash-mismatch');
  if (otherDocument.length > 0) return refused(otherDocument);
  const stamps = await stampsOf(pinned);
  const measured = await withDatabase(settings, evidence.files, null, (database) => measure(database, ledger, period, evidence.files));
  const all = [...before, ...measured.findings, ...measured.files.flatMap(suspectFindings), ...(await documentFindings(pinned)), ...namelessFindings(pinned)];
  const stopping = [
    ...all.filter(({ code, severity }) => severity === 'inconclusive' || code === 'evidence-contains-secret' || code === 'evidence-unread'),
    ...movedMeanwhile(pinned, stamps, await stampsOf(pinned)),
  ];
  if (stopping.length > 0) return refused(stopping);
  const sums = new Map(measured.files.map(({ file, sums }) => [file.path, sums]));
  const files = pinned.map(({ path, ...file }) => ({ ...file, sums: sums.get(path) ?? null }));
  const written = periodPath(period, 'lock');
  await writeSealed(
    join(ledger.root, written),
    renderLock({ period: period.id, toolVersion: settings.toolVersion, files }),
    period.controls.lock === null ? 'new' : 'replace',
  );
  return { written, files: files.length, findings: [] };
}

function refused(findings: readonly Finding[]): Frozen {
  return { written: null, files: 0, findings };
}

function isUnreadable(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'inconclusive');
}

/** A lock is written once; only a reopening that names it lets it be written anew. */
function refuseFrozen({ id, closed, controls }: Period): void {
  const { lock, reopens } = controls;
  if (closed) throw new UserError(`The period ${id} is closed.`, `Reopen it first: trueup reopen ${id} --reason <text>.`);
  if (lock === null || reopens.at(-1)?.lock?.sha256 === lock.sha256) return;
  throw new UserError(`The period ${id} is frozen already.`, `To freeze other evidence, reopen it first: trueup reopen ${id} --reason <text>.`);
}

function measure(database: Database, ledger: Ledger, period: Period, files: readonly EvidenceFile[]) {
  return measureEvidence(database, {
    files,
    currency: period.currency,
    checkNames: namesChecked,
    suspicionsOf: (file) => {
      const keys = contentNamesFor(file.format.name);
      return { keys, columns: contentColumns(file.header, keys) };
    },
  });
}

function suspectFindings({ file, suspects }: MeasuredFile): Finding[] {
  return suspects.map(({ kind, column, row, count }) =>
    finding('evidence-contains-secret', 'fail', {
      count,
      args: { layer: file.layer, file: file.name, problem: kind, ...(column === null ? {} : { key: column }) },
      source: { file: file.name, line: row, column: 0 },
    }),
  );
}

/** Files that no layer reads are looked through for keys, line by line. */
async function documentFindings(pinned: readonly PinnedFile[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { file, role, path, bytes } of pinned) {
    if (role !== 'other' && role !== 'reference' && role !== 'invoice' && role !== 'statement') continue;
    const found = await findSecretLine(path, bytes);
    if (found === null) continue;
    const args = { layer: role, file, problem: found.family };
    findings.push(finding('evidence-contains-secret', 'fail', { args, source: { file, line: found.line, column: 0 } }));
  }
  return findings;
}

/** Names that the line format of sha256sum would have to escape, or that a lock cannot name. */
function namelessFindings(pinned: readonly PinnedFile[]): Finding[] {
  return pinned
    .filter(({ file }) => /[\p{Cc}\\]/u.test(file) || !insidePath.safeParse(file).success)
    .map(({ file, role }) =>
      finding('evidence-corrupt', 'inconclusive', { args: { layer: role, file, problem: 'name' }, source: { file, line: 0, column: 0 } }),
    );
}

/** What was hashed must be what was counted. */
function movedMeanwhile(pinned: readonly PinnedFile[], before: readonly string[], after: readonly string[]): Finding[] {
  return pinned
    .filter((_, index) => before[index] !== after[index])
    .map(({ file, role }) => finding('evidence-changed', 'inconclusive', { args: { layer: role, file, problem: 'while-reading' } }));
}

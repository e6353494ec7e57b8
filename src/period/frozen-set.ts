/** What freezing pins and everything later holds against the lock: the evidence of a period, its invoice document and its references, each with its hash. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listPeriodFiles } from '../evidence/list-period-files.ts';
import { setChecksum } from '../ledger/lock/sealed-text.ts';
import { filesOfRates } from '../model/exchange-rate.ts';
import { finding, type Finding, type Source } from '../model/finding.ts';
import { isInside } from '../model/inside.ts';
import { filesOfInvoice } from '../model/invoice-lines.ts';
import { periodFile } from '../model/layout.ts';
import type { Period } from '../model/ledger.ts';
import type { FrozenFile, FrozenRole, Lock } from '../model/lock.ts';
import { notThere } from '../model/not-there.ts';
import { sha256OfStream } from '../model/sha256.ts';

/** A file as it is now, and where it lies. */
export interface PinnedFile extends Pick<FrozenFile, 'file' | 'role' | 'sha256' | 'bytes'> {
  /** Absolute, links resolved. */
  readonly path: string;
}

/** Hashes that are known already, by absolute path; the rest is read. */
export type KnownHashes = ReadonlyMap<string, { readonly sha256: string; readonly bytes: number }>;

export async function findFrozenSet(root: string, evidenceRoot: string | null, period: Period, known: KnownHashes): Promise<PinnedFile[]> {
  const files = new Map<string, { readonly role: FrozenRole; readonly path: string }>();
  for (const { name, path, layer } of await listPeriodFiles(root, evidenceRoot, period)) files.set(name, { role: layer ?? 'other', path });
  for (const { file, role } of documentsOf(period)) {
    const path = await insidePath(root, `${period.folder}/${file}`);
    if (path !== null && !files.has(file)) files.set(file, { role, path });
  }
  const pinned: PinnedFile[] = [];
  for (const [file, { role, path }] of files) pinned.push({ file, role, path, ...(known.get(path) ?? (await hashOf(path))) });
  return pinned;
}

/** Files beside the evidence that are frozen with it. */
function documentsOf({ invoices, statement, fx, references }: Period): { file: string; role: FrozenRole }[] {
  return [
    ...invoices.flatMap(filesOfInvoice).map((file) => ({ file, role: 'invoice' as const })),
    ...(statement === null ? [] : [statement.opening, statement.closing].map(({ shownBy }) => ({ file: shownBy.file, role: 'statement' as const }))),
    ...filesOfRates(fx).map((file) => ({ file, role: 'reference' as const })),
    ...references.flatMap(({ file }) => (file === null ? [] : [{ file, role: 'reference' as const }])),
  ];
}

/** null for what is missing, no regular file, or outside the root: the ledger's own rules complain of that. */
async function insidePath(root: string, name: string): Promise<string | null> {
  const path = await realpath(join(root, name)).catch(notThere);
  if (path === null || !isInside(root, path)) return null;
  return (await stat(path)).isFile() ? path : null;
}

export async function hashOf(path: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  return sha256OfStream(createReadStream(path));
}

/** What is no longer as it was frozen; nothing for a period that is not. */
export async function checkLock(root: string, evidenceRoot: string | null, period: Period, known: KnownHashes): Promise<Finding[]> {
  const { lock } = period.controls;
  if (lock === null) return [];
  return compareLock(lock, await findFrozenSet(root, evidenceRoot, period, known));
}

/** A file of the period as it is now. */
type PresentFile = Pick<FrozenFile, 'file' | 'role' | 'sha256' | 'bytes'>;

/** In the order of the lock, then what is extra; the place is the line of the lock. */
function compareLock(lock: Lock, present: readonly PresentFile[]): Finding[] {
  const now = new Map(present.map((file) => [file.file, file]));
  const frozen = new Set(lock.files.map(({ file }) => file));
  const departed = lock.files.flatMap((was) => {
    const is = now.get(was.file);
    if (is === undefined) return [changed(was, 'missing', was.source)];
    return is.sha256 === was.sha256 && is.bytes === was.bytes ? [] : [changed(was, 'changed', was.source)];
  });
  const extra = present.filter(({ file }) => !frozen.has(file)).map((file) => changed(file, 'extra', lock.source));
  // The seal holds what the lock says; this holds that it says one thing.
  const set = setChecksum(lock.files) === lock.setSha256 ? [] : [changed({ file: periodFile('lock'), role: 'other' }, 'set', lock.source)];
  return [...set, ...departed, ...extra];
}

function changed({ file, role }: Pick<FrozenFile, 'file' | 'role'>, how: 'changed' | 'missing' | 'extra' | 'set', source: Source): Finding {
  return finding('evidence-changed', 'inconclusive', { args: { layer: role, file, problem: `since-freeze-${how}` }, source });
}

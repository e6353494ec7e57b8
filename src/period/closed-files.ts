/** Every file that the result of a period rests on, and what it is to it: what a close names. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Close, CloseFile, CloseFileRole } from '../model/close.ts';
import { compareCodePoints } from '../model/order-findings.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import type { Lock } from '../model/lock.ts';
import { filesOfRates } from '../model/exchange-rate.ts';
import { UserError } from '../model/user-error.ts';
import { notThere } from '../model/not-there.ts';
import { filesOfInvoice } from '../model/invoice-lines.ts';
import { bearsOn, isKind, rowOf } from '../model/layout.ts';
import { isInside } from '../model/inside.ts';

export interface ClosedFilesTask {
  readonly ledger: Ledger;
  readonly period: Period;
  readonly lock: Lock;
  readonly evidenceRoot: string | null;
  /** The close whose open items the period takes over. */
  readonly carriedFrom: Close | null;
  /** The closes of the earlier periods that its rows correct. */
  readonly corrected: readonly Close[];
  /** The close whose last reading of the balance the period's first continues. */
  readonly balanceFrom: Close | null;
}

/** By name. Every hash is taken anew; a ledger file or frozen file that is not what was read is refused. */
export async function listClosedFiles(task: ClosedFilesTask): Promise<CloseFile[]> {
  const roles = new Map<string, CloseFileRole>();
  for (const { name } of task.ledger.files) {
    const role = ledgerRole(name, task);
    if (role !== null) roles.set(name, role);
  }
  for (const { name, role } of pricePages(task)) roles.set(name, role);
  for (const { name, role } of frozenFiles(task)) roles.set(name, role);
  const { carriedFrom, balanceFrom } = task;
  if (balanceFrom !== null) roles.set(balanceFrom.name, 'carried');
  if (carriedFrom !== null)
    for (const { name } of [carriedFrom, ...(carriedFrom.openItems === null ? [] : [carriedFrom.openItems])]) roles.set(name, 'carried');
  for (const { name } of task.corrected) roles.set(name, 'carried');
  const expected = new Map([
    ...task.ledger.files.map(({ name, sha256 }) => [name, sha256] as const),
    ...task.lock.files.map(({ file, sha256 }) => [`${task.period.folder}/${file}`, sha256] as const),
  ]);
  const files: CloseFile[] = [];
  for (const [name, role] of [...roles].sort(([a], [b]) => compareCodePoints(a, b))) {
    const content = await contentOf(await placeOf(name, role, task));
    const read = expected.get(name);
    if (read !== undefined && read !== content.sha256)
      throw new UserError(`${name} changed while the period was closed.`, 'Run the command again when nobody writes there.');
    files.push({ name, role, ...content });
  }
  return files;
}

/** null for what bears on no result: the locks, closes and reopenings of this and other periods. */
function ledgerRole(name: string, { period }: ClosedFilesTask): CloseFileRole | null {
  const kind = rowOf(name);
  if (kind === null) return 'other';
  if (kind.sealed && !name.startsWith(`${period.folder}/`)) return null;
  // Rules that periods share are rules also where the period does not use them.
  const isSharedRule = kind.of !== 'period' && kind.rules !== 'none';
  return kind.close === null || isSharedRule || bearsOn(period, name) ? kind.close : 'other';
}

/** Saved pages that snapshots name: their hash is checked in every run. */
function pricePages({ ledger, period }: ClosedFilesTask): { name: string; role: CloseFileRole }[] {
  return ledger.files.flatMap(({ name, document }) => {
    const page = (document as { readonly evidence?: { readonly file?: unknown } } | null)?.evidence?.file;
    if (!isKind(name, 'prices') || typeof page !== 'string') return [];
    const used = bearsOn(period, name);
    return [{ name: posix.join(posix.dirname(name), page), role: used ? ('price-page' as const) : ('other' as const) }];
  });
}

/** A file that is evidence and document at once counts as document: a rerun looks for it in the ledger as well. */
function frozenFiles({ period, lock }: ClosedFilesTask): { name: string; role: CloseFileRole }[] {
  const { statement } = period;
  const references = new Set(period.references.flatMap(({ file }) => (file === null ? [] : [file])));
  const documents = [...period.invoices.flatMap(filesOfInvoice), ...filesOfRates(period.fx), statement?.opening.shownBy.file, statement?.closing.shownBy.file];
  return lock.files.map(({ file }) => {
    const name = `${period.folder}/${file}`;
    if (documents.includes(file)) return { name, role: 'document' };
    return { name, role: references.has(file) ? 'reference' : 'evidence' };
  });
}

/** Where a file lies: evidence may lie under a root of its own. */
async function placeOf(name: string, role: CloseFileRole, { ledger, period, evidenceRoot }: ClosedFilesTask): Promise<string> {
  const path = await findFile(ledger.root, evidenceRoot, period, { name, role });
  if (path === null) throw new UserError(`${name} cannot be read.`, 'Correct what `trueup validate` says, and close again.');
  return path;
}

/** The absolute path of a file of a close, links resolved; null when there is none inside its root. */
export async function findFile(
  root: string,
  evidenceRoot: string | null,
  period: Pick<Period, 'folder' | 'id'>,
  file: Pick<CloseFile, 'name' | 'role'>,
): Promise<string | null> {
  const own = file.name.startsWith(`${period.folder}/`) ? file.name.slice(period.folder.length + 1) : null;
  const elsewhere = evidenceRoot !== null && own !== null && file.role === 'evidence';
  const base = elsewhere ? ((await realpath(evidenceRoot).catch(notThere)) ?? evidenceRoot) : root;
  const path = await realpath(elsewhere ? join(base, period.id, own) : join(base, file.name)).catch(notThere);
  if (path === null || !isInside(base, path)) return null;
  return (await stat(path)).isFile() ? path : null;
}

/** SHA-256, size, and the id that git gives the content. */
async function contentOf(path: string): Promise<Pick<CloseFile, 'sha256' | 'blob' | 'bytes'>> {
  const { size } = await stat(path);
  const sha256 = createHash('sha256');
  const blob = createHash('sha1').update(`blob ${size}\0`);
  await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      sha256.update(chunk);
      blob.update(chunk);
    }
  });
  return { sha256: sha256.digest('hex'), blob: blob.digest('hex'), bytes: size };
}

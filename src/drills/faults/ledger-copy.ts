/** A copy of a ledger and of one period's evidence, in which faults are made and taken back. */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { FaultPlan } from './fault-kind.ts';
import { encodeText, type SourceTable, writeTable } from './source-table.ts';
import { bearsOnPeriods, folderAround, periodFile, rowOf } from '../../model/layout.ts';
import type { Ledger, Period } from '../../model/ledger.ts';
import { notThere } from '../../model/not-there.ts';

export interface LedgerCopy {
  readonly root: string;
  /** Where the evidence of the copy stands; null = in the copy. */
  readonly evidenceRoot: string | null;
  /** Ledger files of the original by name, and the lock. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface CopyRequest {
  readonly ledger: Ledger;
  readonly period: Period;
  readonly evidenceRoot: string | null;
  /** Empty folder. */
  readonly folder: string;
}

/** Copies what a run of the period reads. Locks and closes of the period stay behind: each fault would show by them alone. */
export async function copyLedger({ ledger, period, evidenceRoot, folder }: CopyRequest): Promise<LedgerCopy> {
  const root = join(folder, 'ledger');
  const wanted = (path: string): boolean => isWanted(relative(ledger.root, path).split(sep).join('/'), period);
  await cp(ledger.root, root, { recursive: true, dereference: true, filter: wanted });
  const copied = evidenceRoot === null ? null : join(folder, 'evidence');
  if (evidenceRoot !== null) await cp(join(evidenceRoot, period.id), join(folder, 'evidence', period.id), { recursive: true, dereference: true });
  const names = ledger.files.map(({ name }) => name).filter((name) => isWanted(name, period));
  const texts = await Promise.all(names.map(async (name) => [name, await readFile(join(ledger.root, name), 'utf8')] as const));
  const lock = await readLock(join(ledger.root, period.folder));
  return { root, evidenceRoot: copied, texts: new Map([...texts, ...(lock === null ? [] : [[periodFile('lock'), lock] as const])]) };
}

function isWanted(name: string, period: Period): boolean {
  if (name === '') return true;
  if (!bearsOnPeriods(name)) return false;
  const around = folderAround(name);
  return around === null || (around === period.folder ? rowOf(name)?.sealed !== true : name.split('/')[2] !== 'evidence');
}

async function readLock(folder: string): Promise<string | null> {
  const names = await readdir(folder);
  return names.includes(periodFile('lock')) ? readFile(join(folder, periodFile('lock')), 'utf8') : null;
}

/** Makes the faults of some plans, lets `use` look, and puts everything back. */
export async function withFaults<T>(copy: LedgerCopy, tables: readonly SourceTable[], plans: readonly FaultPlan[], use: () => Promise<T>): Promise<T> {
  const originals = new Map<string, Buffer | null>();
  const replace = async (path: string, content: Buffer | null): Promise<void> => {
    if (!originals.has(path)) originals.set(path, await readFile(path).catch(notThere));
    await put(path, content);
  };
  const pathOf = (name: string): string => join(copy.evidenceRoot ?? copy.root, name);
  try {
    for (const table of tables) {
      const replaced = new Map(plans.flatMap(({ rows }) => rows.filter(({ row }) => row.table === table).map(({ row, text }) => [row.index, text] as const)));
      if (replaced.size > 0) await replace(pathOf(table.name), encodeText(writeTable(table, replaced), table.compression));
    }
    for (const { name, change } of plans.flatMap((plan) => plan.files)) {
      await replace(pathOf(name), change((await readFile(pathOf(name)).catch(notThere)) ?? Buffer.alloc(0)));
    }
    for (const { name, text } of plans.flatMap((plan) => plan.texts)) await replace(join(copy.root, name), Buffer.from(text, 'utf8'));
    return await use();
  } finally {
    for (const [path, content] of originals) await put(path, content);
  }
}

async function put(path: string, content: Buffer | null): Promise<void> {
  if (content === null) {
    await rm(path, { force: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

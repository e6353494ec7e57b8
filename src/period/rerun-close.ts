/** Computes the result of a period from exactly the files that a close names, in a ledger of their own: what the tree says now has no part in it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Database } from '../engine/database.ts';
import { makeOwnFolder } from '../host/own-folder.ts';
import type { CloseFile } from '../model/close.ts';
import type { Finding } from '../model/finding.ts';
import type { Day } from '../model/instant.ts';
import { periodFolder } from '../model/layout.ts';
import type { Result } from '../model/result.ts';
import { sha256Of } from '../model/sha256.ts';
import { findFile } from './closed-files.ts';
import { type PeriodFacts, type RunSettings, withFacts } from './period-facts.ts';
import { type JudgedPeriod, judgePeriod, validateLedger } from './reconcile.ts';

/** The content of a git object, by its id; null when this clone does not have it. */
export type ReadBlob = (blob: string) => Promise<Buffer | null>;

export interface RerunTask {
  /** Real path of the ledger whose tree is looked at first. */
  readonly root: string;
  readonly period: string;
  readonly asOf: Day;
  readonly files: readonly CloseFile[];
  /** `asOf`, `through` and line files of its own; the rest holds. */
  readonly settings: RunSettings;
  /** null = the tree alone. */
  readonly readBlob: ReadBlob | null;
}

export interface Rerun extends JudgedPeriod {
  readonly facts: PeriodFacts;
  /** Findings of the ledger's files, as the rerun reads them. */
  readonly findings: readonly Finding[];
}
/** Why there is no result: a file that is nowhere, or a ledger that cannot be read. */
export interface NoRerun {
  readonly file: string | null;
  readonly detail: string;
}

/** Hands the result on while the rows are at hand. `folder` is free for what the caller writes, and goes away afterwards. */
export async function withRerun<T>(task: RerunTask, use: (rerun: Rerun, database: Database, folder: string) => Promise<T>): Promise<T | NoRerun> {
  const place = await makeOwnFolder(task.settings.temporaryRoot, 'rerun');
  const temporary = place.path;
  try {
    const missing = await layOut(task, join(temporary, 'ledger'));
    if (missing !== null) return { file: missing, detail: '' };
    const folder = join(temporary, 'out');
    await mkdir(folder);
    const evidenceRoot = task.settings.evidenceRoot ?? join(task.root, 'periods');
    const settings: RunSettings = { ...task.settings, evidenceRoot, asOf: task.asOf, through: null };
    const { ledger, findings } = await validateLedger(join(temporary, 'ledger'), task.asOf);
    const period = ledger?.periods.find(({ id }) => id === task.period);
    if (ledger === null || period === undefined) return { file: null, detail: [...new Set(findings.map(({ code }) => code))].join(', ') };
    const own = { ledger, findings, period, settings };
    return await withFacts(own, folder, async (facts, database) => use({ ...judgePeriod(own, facts), facts, findings }, database, folder));
  } finally {
    await place.remove();
  }
}

/** Writes every file but the evidence, which is read where it lies. Returns the name of a file that is nowhere. */
async function layOut({ root, period, files, settings, readBlob }: RerunTask, target: string): Promise<string | null> {
  const place = { id: period, folder: periodFolder(period) };
  for (const file of files.filter(({ role }) => role !== 'evidence')) {
    const path = await findFile(root, settings.evidenceRoot, place, file);
    const now = path === null ? null : await readFile(path);
    const content = now !== null && isContentOf(now, file) ? now : ((await readBlob?.(file.blob)) ?? null);
    if (content === null || !isContentOf(content, file)) return file.name;
    await mkdir(dirname(join(target, file.name)), { recursive: true });
    await writeFile(join(target, file.name), content);
  }
  return null;
}

function isContentOf(content: Buffer, { sha256 }: CloseFile): boolean {
  return sha256Of(content) === sha256;
}

export function isNoRerun(rerun: object): rerun is NoRerun {
  return 'detail' in rerun && 'file' in rerun;
}

/** The result alone. */
export async function rerunResult(task: RerunTask): Promise<Result | NoRerun> {
  const rerun = await withRerun({ ...task, settings: { ...task.settings, lineFiles: [] } }, async ({ result }) => ({ result }));
  return isNoRerun(rerun) ? rerun : rerun.result;
}

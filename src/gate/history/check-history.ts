/** Holds a ledger against an earlier commit: what is append-only was not changed, and each breach names who first wrote what it breaks. */
import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { documentOf, isSame } from '../compare/documents.ts';
import { type FileBreach, fileBreaches } from './file-breaches.ts';
import { differencesOf, isLink, type PastPeriod, pastPeriods, type TreeView, type ViewFile, viewOf } from './past-period.ts';
import { type ClosedUse, closedUses, type RowBreach, rowBreaches } from './retired-rows.ts';
import { readContent } from '../../ledger/file-reader.ts';
import { fileKinds } from '../../ledger/file-kinds.ts';
import { maxFileBytes } from '../../ledger/ledger-files.ts';
import type { BaseTree, Checkout, Past, Writer, WrittenPlace } from '../../model/base-tree.ts';
import { finding, type Finding, type Source } from '../../model/finding.ts';
import { bearsOnLedger, ledgerPath, pathBelow, pathIn, periodFolder, periodPath, periodsFolder } from '../../model/layout.ts';
import type { Ledger } from '../../model/ledger.ts';
import { notThere } from '../../model/not-there.ts';

export interface HistoryTask {
  /** null = there is no earlier commit to hold the ledger against. */
  readonly base: BaseTree | null;
  /** Where base has the ledger, which may have been moved: POSIX, relative to the repository. */
  readonly baseFolder: string;
  /** The ledger as base has it; null when it cannot be read. */
  readonly baseLedger: Ledger | null;
  readonly checkout: Checkout;
  readonly folder: string;
  readonly ledger: Ledger;
  /** Folder of the repository that holds `<period>/` with the evidence, when it is not in the ledger. */
  readonly evidenceFolder: string | null;
  readonly past: Past;
}

/** A breach with its place in head and the place in base that it breaks. */
interface Placed {
  readonly found: Finding;
  readonly written: WrittenPlace;
}

/** Breaches that are said one by one. */
const mostBreaches = 500;

/** Everything fails; empty without base. A base whose ledger cannot be read is judged by the names and contents of its files alone. */
export async function checkHistory(task: HistoryTask): Promise<Finding[]> {
  const { base, ledger, baseLedger, past } = task;
  if (base === null) return [];
  const views = { base: await baseView(task, base), head: await headView(task) };
  const periods = pastPeriods(views.base, baseLedger, ledger);
  const files = fileBreaches({ ...views, differences: differencesOf(views.base, views.head), baseLedger, periods });
  const rows = baseLedger === null || sameRows(baseLedger, ledger) ? [] : rowBreaches(baseLedger, ledger, await usesOf(task, periods, views.base));
  const placed: Placed[] = rows.slice(0, mostBreaches).map((breach) => placeRow(task, breach));
  for (const breach of files.slice(0, mostBreaches)) placed.push(await placeFile(task, base, breach));
  const writers = await past.writersOf(
    base.commit,
    placed.map(({ written }) => written),
  );
  const more = Math.max(rows.length - mostBreaches, 0) + Math.max(files.length - mostBreaches, 0);
  return placed.map(({ found }, index) => ({
    ...found,
    count: found.count + (index === placed.length - 1 ? more : 0),
    args: { ...found.args, ...(found.args['problem'] === 'history-added' ? {} : { written: wordsOf(writers[index]) }) },
  }));
}

function wordsOf(writer: Writer | undefined): string {
  if (writer === 'shallow') return 'unknown (shallow clone)';
  return writer === undefined || writer === 'unknown' ? 'unknown' : writer.commit.slice(0, 12);
}

async function baseView(task: HistoryTask, base: BaseTree): Promise<TreeView> {
  const files = namesIn(await base.list(''), task.baseFolder, task.evidenceFolder);
  const targets = new Map<string, string>();
  for (const { name } of files.filter(isLink)) targets.set(name, (await base.read(pathOf(task, task.baseFolder, name)))?.toString('utf8') ?? '');
  return viewOf(files, targets);
}

async function headView(task: HistoryTask): Promise<TreeView> {
  const files = namesIn(task.checkout.files, task.folder, task.evidenceFolder);
  const targets = new Map<string, string>();
  for (const { name } of files.filter(isLink)) {
    targets.set(name, await readlink(join(task.checkout.root, pathOf(task, task.folder, name))).catch(() => ''));
  }
  return viewOf(files, targets);
}

interface Listed {
  readonly path: string;
  readonly mode: string;
  readonly blob: string | null;
}

/** What bears on the ledger, by its name there; evidence that lies elsewhere stands in the folders of its periods. */
function namesIn(files: readonly Listed[], folder: string, evidenceFolder: string | null): ViewFile[] {
  const named = (path: string): string | null => {
    const own = pathBelow(path, folder);
    if (own !== null && bearsOnLedger(own)) return own;
    const elsewhere = evidenceFolder === null ? null : pathBelow(path, evidenceFolder);
    return elsewhere === null ? null : periodFolder(elsewhere);
  };
  return files.flatMap(({ path, mode, blob }) => {
    const name = named(path);
    return name === null ? [] : [{ name, mode, blob }];
  });
}

/** The path of a name in the repository, as far as it is told from the name: evidence elsewhere is looked for where it would lie. */
function pathOf({ evidenceFolder, checkout }: HistoryTask, folder: string, name: string): string {
  const own = pathIn(folder, name);
  if (evidenceFolder === null || !name.startsWith(`${periodsFolder}/`) || checkout.files.some(({ path }) => path === own)) return own;
  return pathIn(evidenceFolder, name.slice(periodsFolder.length + 1));
}

/** With the mappings and items as each close used them, where base or the past still has these. */
async function usesOf({ past }: HistoryTask, periods: readonly PastPeriod[], view: TreeView): Promise<ClosedUse[]> {
  const uses: ClosedUse[] = [];
  const contents = new Map<string, Buffer | null>();
  for (const { period, close } of closedUses(periods)) {
    const used = async (name: string): Promise<Buffer | null> => {
      const blob = close.files.find((file) => file.name === name)?.blob;
      if (blob === undefined || blob === view.get(name)) return null;
      if (!contents.has(blob)) contents.set(blob, await past.readBlob(blob));
      return contents.get(blob) ?? null;
    };
    const [models, contract] = [await used(ledgerPath('models')), await used(ledgerPath('contract'))];
    const mappings = models === null ? null : readContent(ledgerPath('models'), fileKinds.models, models);
    const items = contract === null ? null : (readContent(ledgerPath('contract'), fileKinds.contract, contract)?.items ?? null);
    uses.push({ period, close, mappings, items });
  }
  return uses;
}

function placeRow({ baseFolder }: HistoryTask, { code, problem, before, after, words }: RowBreach): Placed {
  const source: Source = after ?? { file: before.file, line: 1, column: 1 };
  return { found: finding(code, 'fail', { args: { ...words, problem }, source }), written: { path: pathIn(baseFolder, before.file), line: before.line } };
}

/** A change is said at the first line that differs; what is gone, at the top of a file that is not there any more. */
async function placeFile(task: HistoryTask, base: BaseTree, { code, problem, file, count, words }: FileBreach): Promise<Placed> {
  const path = pathOf(task, task.baseFolder, file);
  const line = problem === 'history-changed' ? await differingLine(task, base, file, path) : null;
  const source = { file, line: line ?? 1, column: 1 };
  const found = finding(code, 'fail', { count, args: { file, ...words, problem }, source });
  return { found, written: { path: count > 1 ? periodPath({ folder: path }, 'period') : path, line } };
}

async function differingLine(task: HistoryTask, base: BaseTree, file: string, path: string): Promise<number | null> {
  const before = await base.read(path);
  const place = join(task.checkout.root, pathOf(task, task.folder, file));
  const found = await lstat(place).catch(notThere);
  if (before === null || found === null || !found.isFile() || found.size > maxFileBytes) return null;
  return firstDifference(before, await readFile(place));
}

/** Whether anything that rows are read from differs at all. */
function sameRows(base: Ledger, head: Ledger): boolean {
  return (['models', 'contract'] as const).map((kind) => ledgerPath(kind)).every((name) => isSame(documentOf(base, name), documentOf(head, name)));
}

/** The first line, from 1, that differs; a line that both have when one of them goes on alone. null for what is not text. */
function firstDifference(before: Buffer, after: Buffer): number | null {
  if (before.includes(0) || after.includes(0)) return null;
  const [old, now] = [before, after].map((content) => content.toString('utf8').replace(/\n$/, '').split('\n'));
  const shorter = Math.min(old?.length ?? 0, now?.length ?? 0);
  for (let index = 0; index < shorter; index += 1) if (old?.[index] !== now?.[index]) return index + 1;
  return shorter;
}

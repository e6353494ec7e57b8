/** Finds what lies in the evidence folder of a period and is no evidence of it: files that no layer reads and that nobody set aside with a reason. */
import { readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { EntryBudget } from './find-files.ts';
import { listNames } from './problem.ts';
import { findPulled, type PullFile } from './pulled-files.ts';
import { type Finding, finding } from '../model/finding.ts';
import { isInside } from '../model/inside.ts';
import type { IgnoredFile, Period } from '../model/ledger.ts';
import { notThere } from '../model/not-there.ts';
import { compareCodePoints } from '../model/order-findings.ts';
import { filesOfRates } from '../model/exchange-rate.ts';
import { filesOfInvoice } from '../model/invoice-lines.ts';

export interface UnreadSearch {
  /** Path of the ledger. */
  readonly ledgerRoot: string;
  /** Real path of the folder that evidence is read from, the ledger's or the evidence root. */
  readonly root: string;
  /** The period's folder below `root`. */
  readonly folder: string;
  readonly period: Period;
  readonly budget: EntryBudget;
  /** The files that layers name, by name below `root`, and with their links resolved. */
  readonly claimed: readonly { readonly name: string; readonly realPath: string }[];
}

/** Files of git and of a desktop: they stand beside data without being any. Every other name that starts with a dot is looked at like the rest. */
const housekeeping: ReadonlySet<string> = new Set(['.gitattributes', '.gitignore', '.gitkeep', '.keep', '.DS_Store']);

/**
 * One finding for all files that nobody reads, and one for each entry of `ignored_files`: it holds, or it names nothing, or something that is read. Files that a
 * lock does not know are left to the comparison with it, and so are pulled files that are not what was pulled, where there is a lock.
 */
export async function findUnread(search: UnreadSearch): Promise<{ readonly findings: Finding[]; readonly pull: PullFile | null }> {
  const { period, folder, claimed } = search;
  const read = new Set(claimed.map(({ name }) => name.slice(folder.length + 1)));
  const present = await presentFiles(search);
  const pulled = await findPulled(search.root, folder);
  const accounted = new Set([...read, ...period.ignoredFiles.map(({ file }) => file), ...namedSources(period), ...pulled.beside]);
  const unread = present.filter((name) => !accounted.has(name) && isKnownToLock(period, name));
  const findings = [
    ...(period.controls.lock === null ? pulled.findings : []),
    ...(unread.length === 0 ? [] : [unreadFinding(folder, unread)]),
    ...period.ignoredFiles.flatMap((one) => ignoredProblem(one, present, read) ?? [ignoredFinding(one)]),
  ];
  return { findings, pull: pulled.record };
}

function unreadFinding(folder: string, unread: readonly string[]): Finding {
  return finding('evidence-unread', 'warn', {
    count: unread.length,
    args: { problem: 'no-reader', files: listNames(unread) },
    source: { file: `${folder}/${unread[0] ?? ''}`, line: 0, column: 0 },
  });
}

/** null for an entry as it should be. */
function ignoredProblem({ file, source }: IgnoredFile, present: readonly string[], read: ReadonlySet<string>): Finding[] | null {
  if (read.has(file)) return [finding('evidence-unread', 'warn', { args: { problem: 'ignored-and-read', files: file }, source })];
  return present.includes(file) ? null : [finding('evidence-unread', 'warn', { args: { problem: 'ignored-and-absent', files: file }, source })];
}

/** What is set aside is said in every run: whoever approves sees the reason without opening the file. */
function ignoredFinding({ file, reason, source }: IgnoredFile): Finding {
  return finding('evidence-ignored', 'info', { args: { ignored: file, because: reason }, source });
}

/** What the period names as the source of something else than rows. */
function namedSources({ invoices, statement, fx, references }: Period): ReadonlySet<string> {
  const documents = [
    ...invoices.flatMap(filesOfInvoice),
    ...filesOfRates(fx),
    statement?.opening.shownBy.file ?? null,
    statement?.closing.shownBy.file ?? null,
    ...references.map(({ file }) => file),
  ];
  return new Set(documents.filter((file) => file !== null));
}

function isKnownToLock({ controls }: Period, name: string): boolean {
  return controls.lock === null || controls.lock.files.some(({ file }) => file === name);
}

/** Everything below `evidence/`, relative to the period's folder, in both places where it may lie; a file that a layer reads under another name is not listed. */
async function presentFiles({ ledgerRoot, root, folder, period, budget, claimed }: UnreadSearch): Promise<string[]> {
  const realPaths = new Set(claimed.map(({ realPath }) => realPath));
  const shared = { realPaths, budget, seen: new Set<string>(), names: new Set<string>() };
  const places = [
    { root, base: join(root, folder) },
    { root: (await realpath(ledgerRoot).catch(notThere)) ?? ledgerRoot, base: join(ledgerRoot, period.folder) },
  ];
  for (const place of places) {
    const evidence = join(place.base, 'evidence');
    if ((await realpath(evidence).catch(notThere)) !== null) await descend({ ...shared, ...place }, evidence);
  }
  return [...shared.names].sort(compareCodePoints);
}

interface Walk {
  /** Real path that nothing may leave, and the period's folder below it. */
  readonly root: string;
  readonly base: string;
  readonly realPaths: ReadonlySet<string>;
  readonly budget: EntryBudget;
  /** Real paths of the folders that were looked into: a loop of links ends. */
  readonly seen: Set<string>;
  readonly names: Set<string>;
}

async function descend(walk: Walk, path: string): Promise<void> {
  const real = (await realpath(path).catch(notThere)) ?? path;
  if (walk.seen.has(real) || walk.realPaths.has(real)) return;
  walk.seen.add(real);
  const entries = isInside(walk.root, real) ? await readdir(path, { withFileTypes: true }).catch(notThere) : null;
  walk.budget.left -= entries?.length ?? 0;
  // A file, a link that leads nowhere or out, or one folder too many: named, not looked into.
  if (entries === null || walk.budget.left < 0) {
    walk.names.add(relative(walk.base, path).split(sep).join('/'));
    return;
  }
  for (const { name } of entries) {
    if (!housekeeping.has(name)) await descend(walk, join(path, name));
  }
}

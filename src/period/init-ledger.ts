/** Starts a ledger: everything that can be known is written, everything else is a placeholder, and nothing that is there is touched. */
import { basename, join, relative, resolve, sep } from 'node:path';
import { lstat, realpath } from 'node:fs/promises';
import { openHistory } from '../host/git/history.ts';
import { runGit, type Environment } from '../host/git/run-git.ts';
import { initFacts, ledgerFiles, type PulledProvider, type SharedFile, sharedFiles } from '../ledger/new/ledger-templates.ts';
import { writeNewFiles } from '../ledger/new/write-new-files.ts';
import type { Day } from '../model/instant.ts';
import { pathIn } from '../model/layout.ts';
import { UserError } from '../model/user-error.ts';
import { notThere } from '../model/not-there.ts';

export interface NewLedger {
  /** Names of what was written, relative to `root`, sorted. */
  readonly written: readonly string[];
  /** Files of the repository that were there already, and what is to be added to them. */
  readonly toAdd: readonly { readonly name: string; readonly text: string }[];
  /** The repository's root, or the ledger's where there is no repository. */
  readonly root: string;
}

/** `from`: whose usage will be pulled; null = the evidence is exported by hand. Throws, and writes nothing, when a file of the ledger is there already. */
export async function initLedger(folder: string, day: Day, environment: Environment, from: PulledProvider | null = null): Promise<NewLedger> {
  const target = await realTarget(resolve(folder));
  const history = await openHistory(await nearestFolder(target), environment);
  const root = history?.root ?? target;
  const path = relative(root, target).split(sep).join('/') || '.';
  const facts = initFacts({ folderName: basename(root), remote: history === null ? null : await remoteOf(root, environment), path, day, from });
  const own = Object.entries(ledgerFiles(facts)).map(([name, text]) => [pathIn(path, name), text] as const);
  await refuseExisting(
    root,
    own.map(([name]) => name),
  );
  const shared = await Promise.all(sharedFiles(facts).map(async (file) => ({ file, there: await standing(root, file) })));
  const files = [...own, ...shared.filter(({ there }) => there === null).map(({ file }) => [file.name, file.text] as const)];
  await writeNewFiles(root, new Map(files));
  const toAdd = shared.flatMap(({ file, there }) => (there === null ? [] : [{ name: there, text: file.text }]));
  return { written: files.map(([name]) => name).toSorted(), toAdd, root };
}

/** With links resolved as far as the path is there. */
async function realTarget(folder: string): Promise<string> {
  const there = await nearestFolder(folder);
  return join(await realpath(there), relative(there, folder));
}

async function nearestFolder(folder: string): Promise<string> {
  for (let at = folder; ; at = resolve(at, '..')) {
    const found = await lstat(at).catch(notThere);
    if (found !== null || at === resolve(at, '..')) return at;
  }
}

async function remoteOf(root: string, environment: Environment): Promise<string | null> {
  const { code, stdout } = await runGit(root, environment, ['config', '--get', 'remote.origin.url']);
  return code === 0 ? stdout.toString('utf8').trim() : null;
}

async function refuseExisting(root: string, names: readonly string[]): Promise<void> {
  const there = await Promise.all(names.map(async (name) => ((await exists(join(root, name))) ? [name] : [])));
  const [first] = there.flat();
  if (first === undefined) return;
  throw new UserError(`${first} is there already; nothing was written.`, 'Name another folder, or keep the ledger that is there.');
}

/** Under which of its names the file is there; null = under none. */
async function standing(root: string, { name, alsoAt }: SharedFile): Promise<string | null> {
  for (const candidate of [name, ...alsoAt]) if (await exists(join(root, candidate))) return candidate;
  return null;
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(notThere)) !== null;
}

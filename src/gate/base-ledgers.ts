/** The ledgers of the base commit: found by their ids, and laid out in a temporary folder to be read like any other. */
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { makeOwnFolder } from '../host/own-folder.ts';
import { ledgerFolders, ledgerIdIn } from '../ledger/ledger-places.ts';
import type { BaseTree, Checkout, TreeFile } from '../model/base-tree.ts';
import { bearsOnLedger, ledgerMark, pathBelow, pathIn } from '../model/layout.ts';
import type { LedgerReading } from '../model/ledger.ts';
import { notThere } from '../model/not-there.ts';

/** More files than this are no ledger. */
const maxLedgerFiles = 20_000;

/** A ledger of one state of the repository. */
export interface LedgerPlace {
  /** POSIX path relative to the repository. */
  readonly folder: string;
  /** null when its trueup.yaml cannot be read. */
  readonly id: string | null;
}

export interface BaseState {
  readonly tree: BaseTree;
  readonly files: readonly TreeFile[];
  readonly ledgers: readonly LedgerPlace[];
  /** Absolute paths of checked out files, by the name of their content: the host is asked for what differs alone. */
  readonly alike: ReadonlyMap<string, string>;
}

export async function readBaseState(tree: BaseTree, checkout: Checkout): Promise<BaseState> {
  const files = await tree.list('');
  const clean = checkout.files.filter(({ mode }) => mode === '100644' || mode === '100755');
  const alike = new Map(clean.flatMap(({ path, blob }) => (blob === null ? [] : [[blob, join(checkout.root, path)] as const])));
  const state = { tree, files, alike, ledgers: [] };
  const ledgers: LedgerPlace[] = [];
  for (const folder of ledgerFolders(files)) {
    const file = files.find(({ path }) => path === pathIn(folder, ledgerMark));
    const content = file === undefined ? null : await contentOf(state, file);
    ledgers.push({ folder, id: content === null ? null : ledgerIdIn(content) });
  }
  return { ...state, ledgers };
}

/** What head's ledger was: the ledger with its id, at the same place if several have it; else what stood at its place and cannot be read. */
export function findBaseLedger(ledgers: readonly LedgerPlace[], head: LedgerPlace): LedgerPlace | null {
  const here = ledgers.find(({ folder }) => folder === head.folder);
  if (here !== undefined && (here.id === head.id || head.id === null)) return here;
  return ledgers.find(({ id }) => id !== null && id === head.id) ?? (here?.id === null ? here : null);
}

/** Reads the files of a base ledger with `read`, in a folder that is gone afterwards. */
export async function readBaseLedger(
  state: BaseState,
  ledger: LedgerPlace,
  temporaryRoot: string,
  read: (root: string) => Promise<LedgerReading>,
): Promise<LedgerReading> {
  const place = await makeOwnFolder(temporaryRoot, 'base');
  const root = place.path;
  try {
    await layOut(state, ledger, root);
    return await read(root);
  } finally {
    await place.remove();
  }
}

interface Named {
  /** Relative to the ledger. */
  readonly name: string;
  readonly file: TreeFile;
}

async function layOut(state: BaseState, ledger: LedgerPlace, root: string): Promise<void> {
  const below = state.files.flatMap((file): Named[] => {
    const name = pathBelow(file.path, ledger.folder);
    return name !== null && isSafe(name) ? [{ name, file }] : [];
  });
  const own = below.filter(({ name, file }) => bearsOnLedger(name) && (isText(name) || isLink(file)));
  const { wanted, targets } = await followLinks(state, below, own);
  // Files first: a link in the way of one then has no place, and nothing is written through a link.
  for (const { name, file } of wanted.filter(({ file }) => file.mode.startsWith('100')).slice(0, maxLedgerFiles)) {
    const content = await contentOf(state, file);
    if (content === null) continue;
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  for (const [name, target] of targets) {
    if ([...targets.keys()].some((other) => name.startsWith(`${other}/`))) continue;
    const made = await mkdir(dirname(join(root, name)), { recursive: true }).catch(() => null);
    if (made !== null) await symlink(target, join(root, name)).catch(() => undefined);
  }
}

/** What links of the ledger lead to, as far as it lies in the ledger; a link to a link a few times over. */
async function followLinks(
  state: BaseState,
  below: readonly Named[],
  own: readonly Named[],
): Promise<{ wanted: readonly Named[]; targets: Map<string, string> }> {
  const wanted = new Map(own.map((each) => [each.name, each]));
  const targets = new Map<string, string>();
  for (let step = 0; step < 4; step += 1) {
    for (const { name, file } of [...wanted.values()].filter(({ name, file }) => isLink(file) && !targets.has(name)).slice(0, 1000)) {
      const target = (await state.tree.read(file.path))?.toString('utf8') ?? '';
      targets.set(name, target);
      const led = posix.normalize(posix.join(posix.dirname(name), target)).replace(/\/$/, '');
      for (const each of below) {
        if (each.name === led || (each.name.startsWith(`${led}/`) && (isText(each.name) || isLink(each.file)))) wanted.set(each.name, each);
      }
    }
  }
  return { wanted: [...wanted.values()], targets };
}

function isLink({ mode }: TreeFile): boolean {
  return mode === '120000';
}

/** Evidence and saved pages are not needed to know the rules. */
function isText(name: string): boolean {
  return /\.(?:ya?ml|lock)$/.test(name);
}

/** A tree may hold names that no checkout would write. */
function isSafe(name: string): boolean {
  return !/[\\\0:]/.test(name) && !name.split('/').some((segment) => segment === '' || segment === '.' || segment === '..' || segment.toLowerCase() === '.git');
}

async function contentOf({ tree, alike }: Pick<BaseState, 'tree' | 'alike'>, file: TreeFile): Promise<Buffer | null> {
  const path = alike.get(file.blob);
  const here = path === undefined ? null : await readFile(path).catch(notThere);
  return here ?? tree.read(file.path);
}

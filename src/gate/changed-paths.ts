/** Which files below a ledger differ between two states, by the names of their contents. Pure. */
import type { CheckoutFile, TreeFile } from '../model/base-tree.ts';
import { bearsOnLedger, pathBelow, periodFolder } from '../model/layout.ts';

/** One state of a folder's files; `blob` is null for what equals nothing. */
type Side = ReadonlyMap<string, { readonly mode: string; readonly blob: string | null }>;

export interface Place<File> {
  readonly files: readonly File[];
  /** POSIX, `.` for the root. */
  readonly folder: string;
}

/**
 * Paths relative to the ledger of the files that bear on it and differ, sorted. A link brings in what it leads to, which may lie
 * anywhere in the ledger: it counts as different as soon as anything below the ledger does.
 */
export function changedLedgerPaths(base: Place<TreeFile>, head: Place<CheckoutFile>): string[] {
  return sorted(changedPaths(base, head).filter(bearsOnLedger));
}

/** The same for evidence that lies elsewhere in the repository, in a folder per period: as paths in the periods of the ledger. */
export function changedEvidencePaths(base: Place<TreeFile>, head: Place<CheckoutFile>): string[] {
  return sorted(changedPaths(base, head).map((path) => periodFolder(path)));
}

function changedPaths(base: Place<TreeFile>, head: Place<CheckoutFile>): string[] {
  const [before, after] = [sideOf(base), sideOf(head)];
  const different = differences(before, after);
  const links = [...before, ...after].filter(([, { mode }]) => mode === '120000').map(([path]) => path);
  return [...different, ...(different.length > 0 ? links : [])];
}

/** Files that are gone, each with the files of the same content that are new or old in head; of one folder, as paths below it. */
export function movedPaths(base: Place<TreeFile>, head: Place<CheckoutFile>): ReadonlyMap<string, readonly string[]> {
  const [before, after] = [sideOf(base), sideOf(head)];
  const byContent = new Map<string, string[]>();
  for (const [path, { mode, blob }] of after) {
    if (blob !== null && mode !== '120000') byContent.set(blob, [...(byContent.get(blob) ?? []), path]);
  }
  const gone = [...before].filter(([path, { mode }]) => mode !== '120000' && !after.has(path));
  return new Map(gone.flatMap(([path, { blob }]) => (blob === null || !byContent.has(blob) ? [] : [[path, byContent.get(blob) ?? []] as const])));
}

function sideOf({ files, folder }: Place<TreeFile | CheckoutFile>): Side {
  return new Map(
    files.flatMap((file) => {
      const path = pathBelow(file.path, folder);
      return path === null ? [] : [[path, file] as const];
    }),
  );
}

function differences(before: Side, after: Side): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => {
    const [one, other] = [before.get(path), after.get(path)];
    return one === undefined || other === undefined || one.blob === null || one.blob !== other.blob || one.mode !== other.mode;
  });
}

function sorted(paths: readonly string[]): string[] {
  return [...new Set(paths)].sort();
}

/** Where the ledgers are: every tracked trueup.yaml, or those that patterns name. Pure. */
import { matchName } from '../model/match-name.ts';

interface Listed {
  readonly path: string;
}

/** The folders that hold a trueup.yaml, POSIX, `.` for the root, sorted. */
export function ledgerFolders(files: readonly Listed[]): string[] {
  const folders = files.flatMap(({ path }) => {
    if (path === 'trueup.yaml') return ['.'];
    return path.endsWith('/trueup.yaml') ? [path.slice(0, -'/trueup.yaml'.length)] : [];
  });
  return [...new Set(folders)].sort();
}

/** Whether one of the patterns names the folder: `*`, `?`, `[…]` within a segment, `**` for any number of them. No pattern names every folder. */
export function isNamed(folder: string, patterns: readonly string[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => matchSegments(segmentsOf(pattern), segmentsOf(folder)));
}

/** `./ledgers/a/`, `ledgers/a` and `ledgers/a/trueup.yaml` are the same. */
function segmentsOf(path: string): string[] {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  return segments.at(-1) === 'trueup.yaml' ? segments.slice(0, -1) : segments;
}

function matchSegments(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === '**') return path.some((_, index) => matchSegments(rest, path.slice(index))) || matchSegments(rest, []);
  const [segment, ...below] = path;
  return segment !== undefined && matchName(first, segment) && matchSegments(rest, below);
}

/** The part of a repository path below the folder; null when it is elsewhere. */
export function pathBelow(path: string, folder: string): string | null {
  if (folder === '.') return path;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
}

/** The path of a name in the folder. */
export function pathIn(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}

/** Where the ledgers are, every tracked trueup.yaml or those that patterns name, and how one is told from another: its id. */
import { openFile, realRoot } from './ledger-files.ts';
import { readYaml } from './yaml-document.ts';
import { ledgerMark } from '../model/layout.ts';
import { matchName } from '../model/match-name.ts';

interface Listed {
  readonly path: string;
}

/** The folders that hold a trueup.yaml, POSIX, `.` for the root, sorted. */
export function ledgerFolders(files: readonly Listed[]): string[] {
  const folders = files.flatMap(({ path }) => {
    if (path === ledgerMark) return ['.'];
    return path.endsWith(`/${ledgerMark}`) ? [path.slice(0, -ledgerMark.length - 1)] : [];
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
  return segments.at(-1) === ledgerMark ? segments.slice(0, -1) : segments;
}

function matchSegments(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === '**') return path.some((_, index) => matchSegments(rest, path.slice(index))) || matchSegments(rest, []);
  const [segment, ...below] = path;
  return segment !== undefined && matchName(first, segment) && matchSegments(rest, below);
}

/** null when the file is missing, cannot be read, or says no id. */
export async function readLedgerId(root: string): Promise<string | null> {
  const opened = await openFile(await realRoot(root), ledgerMark);
  return opened.state === 'read' ? ledgerIdIn(opened.content) : null;
}

/** The same from the bytes of a trueup.yaml. */
export function ledgerIdIn(content: Buffer): string | null {
  const { document } = readYaml(ledgerMark, content.toString('utf8'));
  const value = document?.value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'id')) return null;
  const { id } = value as { readonly id: unknown };
  return typeof id === 'string' && id !== '' ? id : null;
}

/** Expands file patterns inside one folder, and refuses every way out of it. */
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { EvidenceLimits } from './evidence-limits.ts';
import { isWild, matchName } from '../model/match-name.ts';
import { notThere } from '../model/not-there.ts';
import { isInside } from '../model/inside.ts';

export interface FoundFile {
  /** Absolute, links resolved: two names of one file share it. */
  readonly realPath: string;
  /** POSIX path relative to the root. */
  readonly name: string;
  readonly bytes: number;
}

export type Refusal =
  /** The pattern, or a link that it runs into, leaves the root. */
  | { readonly kind: 'escape'; readonly name: string }
  /** A named thing that is no regular file (a pipe, a device). */
  | { readonly kind: 'special'; readonly name: string }
  | { readonly kind: 'limit'; readonly name: string; readonly limit: string };

export interface PatternFiles {
  readonly files: readonly FoundFile[];
  readonly refusals: readonly Refusal[];
}

/** Shared by all patterns of a run, so that many patterns cannot ask for more than one. */
export interface EntryBudget {
  left: number;
}

interface Search {
  /** Real path that nothing may leave. */
  readonly root: string;
  readonly budget: EntryBudget;
  readonly files: Map<string, FoundFile>;
  readonly refusals: Map<string, Refusal>;
}

/** Files under `root`/`folder` that `pattern` names, by name. A folder or file that is not there is no error: it matches nothing. */
export async function findFiles(root: string, folder: string, pattern: string, limits: EvidenceLimits, budget: EntryBudget): Promise<PatternFiles> {
  if (pattern.length > limits.patternLength) return refuse({ kind: 'limit', name: pattern, limit: 'patternLength' });
  const alternatives = expandBraces(pattern, limits.patterns);
  if (alternatives === null) return refuse({ kind: 'limit', name: pattern, limit: 'patterns' });
  if (alternatives.some(leavesFolder)) return refuse({ kind: 'escape', name: pattern });
  const search: Search = { root, budget, files: new Map(), refusals: new Map() };
  for (const alternative of alternatives) {
    const segments = alternative.split('/').filter((segment) => segment !== '' && segment !== '.');
    await descend(search, join(root, folder), segments);
  }
  return { files: [...search.files.values()], refusals: [...search.refusals.values()] };
}

function refuse(refusal: Refusal): PatternFiles {
  return { files: [], refusals: [refusal] };
}

/** Absolute paths of either system, `..`, and the separators and NULs that could hide them. */
function leavesFolder(pattern: string): boolean {
  return /^[/\\]|^[A-Za-z]:|\\|\0/.test(pattern) || pattern.split('/').includes('..');
}

/** `a.{csv,jsonl}` as its alternatives, innermost braces first; null when there are more than `limit`. */
function expandBraces(pattern: string, limit: number): string[] | null {
  let open = [pattern];
  const done: string[] = [];
  while (open.length > 0) {
    if (open.length + done.length > limit) return null;
    const next: string[] = [];
    for (const text of open) {
      const braces = /\{([^{}]*)\}/.exec(text);
      if (braces === null || !(braces[1] ?? '').includes(',')) done.push(text);
      else for (const part of (braces[1] ?? '').split(',')) next.push(text.slice(0, braces.index) + part + text.slice(braces.index + braces[0].length));
    }
    open = next;
  }
  return done;
}

async function descend(search: Search, path: string, segments: readonly string[]): Promise<void> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return settle(search, path);
  if (segment !== '**' && !isWild(segment)) return follow(search, join(path, segment), rest);
  if (segment === '**' && rest.length > 0) await descend(search, path, rest);
  for (const entry of await entriesOf(search, path)) {
    const next = join(path, entry.name);
    if (segment !== '**') {
      if (matchName(segment, entry.name) && couldMatch(entry, rest)) await follow(search, next, rest);
    } else if (!entry.name.startsWith('.')) {
      // Links to folders are not walked by `**`, so that a loop of links ends.
      if (entry.isDirectory()) await descend(search, next, segments);
      else if (rest.length === 0) await follow(search, next, rest);
    }
  }
}

/** A wildcard passes over folders where it looks for files, and over files where it looks for folders. */
function couldMatch(entry: Dirent, rest: readonly string[]): boolean {
  return entry.isSymbolicLink() || (rest.length === 0 ? entry.isFile() : entry.isDirectory());
}

/** One step down: what is not there matches nothing, what leads out of the root is refused. */
async function follow(search: Search, path: string, rest: readonly string[]): Promise<void> {
  const real = await realPathOf(path);
  if (real === null) return;
  if (!isInside(search.root, real)) {
    const name = nameOf(search.root, path);
    search.refusals.set(name, { kind: 'escape', name });
    return;
  }
  await descend(search, path, rest);
}

async function settle(search: Search, path: string): Promise<void> {
  const real = await realPathOf(path);
  const facts = real === null ? null : await stat(real).catch(notThere);
  if (real === null || facts === null || facts.isDirectory()) return;
  const name = nameOf(search.root, path);
  if (facts.isFile()) search.files.set(name, { realPath: real, name, bytes: facts.size });
  else search.refusals.set(name, { kind: 'special', name });
}

async function entriesOf(search: Search, path: string): Promise<Dirent[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => notThere(error) ?? []);
  search.budget.left -= entries.length;
  if (search.budget.left >= 0) return entries;
  const name = nameOf(search.root, path);
  search.refusals.set(name, { kind: 'limit', name, limit: 'entries' });
  return [];
}

function realPathOf(path: string): Promise<string | null> {
  return realpath(path).catch(notThere);
}

function nameOf(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

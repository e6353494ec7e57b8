/** Finds and reads the files of a ledger: bounded in size, never outside the root. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../model/user-error.ts';
import { isNotThere, notThere } from '../model/not-there.ts';
import { isInside } from '../model/inside.ts';

/** Larger ledger files are refused. */
export const maxFileBytes = 4 * 1024 * 1024;
/** Documents and saved pages beyond this are not hashed. */
const maxDocumentBytes = 512 * 1024 * 1024;
const maxFolderDepth = 4;
const pointerStart = 'version https://git-lfs.github.com/spec/v1';

/** What stands at a name, or why it is not read. */
export type Opened<Content> =
  | { readonly state: 'read'; readonly content: Content; readonly bytes: number }
  | { readonly state: 'missing' | 'escape' | 'too-large' | 'not-a-file' };

/** The real path of a ledger root, so that links out of it can be told. */
export async function realRoot(root: string): Promise<string> {
  try {
    return await realpath(root);
  } catch (cause) {
    if (!isNotThere(cause)) throw cause;
    throw new UserError(`There is no folder ${root} to read a ledger from.`, 'Name the folder that holds trueup.yaml with --ledger.', { cause });
  }
}

/** Reads one ledger file whole, or a document of at most `limit` bytes. */
export async function openFile(root: string, name: string, limit = maxFileBytes): Promise<Opened<Buffer>> {
  const found = await locate(root, name, limit);
  if (found.state !== 'read') return found;
  return { ...found, content: await readFile(found.content) };
}

/** The SHA-256 (lower-case hex) of a file that the ledger names; `pointer` is true for a Git LFS pointer whose content is not here. */
export async function hashFile(root: string, name: string): Promise<Opened<{ sha256: string; pointer: boolean }>> {
  const found = await locate(root, name, maxDocumentBytes);
  if (found.state !== 'read') return found;
  const hash = createHash('sha256');
  let start = '';
  for await (const chunk of createReadStream(found.content)) {
    const bytes = chunk as Buffer;
    if (start === '') start = bytes.subarray(0, pointerStart.length).toString('latin1');
    hash.update(bytes);
  }
  return { ...found, content: { sha256: hash.digest('hex'), pointer: start === pointerStart } };
}

async function locate(root: string, name: string, limit: number): Promise<Opened<string>> {
  const path = await realpath(join(root, name)).catch(notThere);
  if (path === null) return { state: 'missing' };
  if (!isInside(root, path)) return { state: 'escape' };
  const stats = await stat(path);
  if (!stats.isFile()) return { state: 'not-a-file' };
  return stats.size > limit ? { state: 'too-large' } : { state: 'read', content: path, bytes: stats.size };
}

/** Names (POSIX, relative to the root, sorted) of the YAML files below a folder; dot files are left alone. */
export async function listYaml(root: string, folder: string): Promise<string[]> {
  return (await walk(root, folder, maxFolderDepth)).sort();
}

async function walk(root: string, folder: string, depth: number): Promise<string[]> {
  const entries = await entriesOf(root, folder);
  // What is no YAML file may be a folder or a link to one; reading a plain file as a folder yields nothing.
  const nested = entries.map(async (entry): Promise<string[]> => {
    const name = `${folder}/${entry.name}`;
    if (/\.ya?ml$/.test(entry.name) && !entry.isDirectory()) return [name];
    return depth > 1 ? await walk(root, name, depth - 1) : [];
  });
  return (await Promise.all(nested)).flat();
}

/** The folders right below a folder, sorted; a link counts as a folder, whatever it leads to. */
export async function listFolders(root: string, folder: string): Promise<string[]> {
  const entries = await entriesOf(root, folder);
  return entries
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map((entry) => entry.name)
    .sort();
}

/** The names of everything right below a folder, sorted. */
export async function listNames(root: string, folder: string): Promise<string[]> {
  return (await entriesOf(root, folder)).map((entry) => entry.name).sort();
}

async function entriesOf(root: string, folder: string) {
  const entries = (await readdir(join(root, folder), { withFileTypes: true }).catch(notThere)) ?? [];
  return entries.filter((entry) => !entry.name.startsWith('.'));
}

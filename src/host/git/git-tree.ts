/** The files of one commit and single objects, read from the repository on this machine; nothing is fetched. */
import { type Environment, runGit } from './run-git.ts';
import type { BaseTree, TreeFile } from '../../model/base-tree.ts';
import { UserError } from '../../model/user-error.ts';

/** The largest ledger file, as the ledger room has it. */
const maxFileBytes = 4 * 1024 * 1024;

export class GitTree implements BaseTree {
  readonly commit: string;
  private readonly root: string;
  private readonly environment: Environment;
  private readonly files: ReadonlyMap<string, TreeFile>;

  constructor(root: string, environment: Environment, commit: string, files: readonly TreeFile[]) {
    this.root = root;
    this.environment = environment;
    this.commit = commit;
    this.files = new Map(files.map((file) => [file.path, file]));
  }

  async list(prefix: string): Promise<readonly TreeFile[]> {
    const all = [...this.files.values()];
    return prefix === '' ? all : all.filter(({ path }) => path === prefix || path.startsWith(`${prefix}/`));
  }

  async read(path: string): Promise<Buffer | null> {
    const file = this.files.get(path);
    if (file === undefined || file.mode === '160000') return null;
    const size = await this.cat(['-s', file.blob], path);
    if (Number(size.toString('latin1')) > maxFileBytes) return null;
    return this.cat(['blob', file.blob], path);
  }

  private async cat(arguments_: readonly string[], path: string): Promise<Buffer> {
    const { code, stdout } = await runGit(this.root, this.environment, ['cat-file', ...arguments_]);
    if (code === 0) return stdout;
    throw new UserError(
      `The content of ${JSON.stringify(path)} at ${this.commit} is not in this clone.`,
      'Clone without a filter, or fetch the commit in full.',
    );
  }
}

/** `ls-tree -z`: mode, type, name of the content, tab, path. */
export function parseTree(output: Buffer): TreeFile[] {
  return recordsOf(output).flatMap((record) => {
    const match = /^(\d{6}) (?:blob|commit) ([0-9a-f]{40,64})\t([^]+)$/.exec(record);
    return match === null ? [] : [{ mode: match[1] ?? '', blob: match[2] ?? '', path: match[3] ?? '' }];
  });
}

/** Records that end in NUL. Names that are not UTF-8 keep a replacement character: they name no file of a ledger. */
export function recordsOf(output: Buffer): string[] {
  return output
    .toString('utf8')
    .split('\0')
    .filter((record) => record !== '');
}

/** null for an id that this clone does not have, or that names no file content. */
export async function readBlob(root: string, environment: Environment, id: string): Promise<Buffer | null> {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id)) return null;
  const { code, stdout } = await runGit(root, environment, ['cat-file', 'blob', id]);
  return code === 0 ? stdout : null;
}

/** What the repository on this machine knows of its own past; it is only read, and nothing is ever fetched. */
import { lstat, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BaseTree, Checkout } from '../../model/base-tree.ts';
import { readCheckout } from './checkout.ts';
import { GitTree, parseTree } from './git-tree.ts';
import { askGit, runGit, type Environment } from './run-git.ts';
import { notThere } from '../../model/not-there.ts';

export interface History {
  /** Absolute path of the work tree, links resolved. */
  readonly root: string;
  /** The commit behind a branch, tag or (abbreviated) name, in lower-case hex; null when this clone does not have it. */
  resolve(name: string): Promise<string | null>;
  /** The commits that the commit names as its parents, in order; in a shallow clone they need not be here. */
  parents(commit: string): Promise<readonly string[]>;
  /** The best common ancestor; null when this clone knows none. */
  mergeBase(one: string, other: string): Promise<string | null>;
  /** null when this clone does not hold the commit's tree. */
  tree(commit: string): Promise<BaseTree | null>;
  checkout(): Promise<Checkout>;
}

/** The repository that `folder` stands in; null when it stands in none. `environment` is the process's own, from which little is passed on. */
export async function openHistory(folder: string, environment: Environment): Promise<History | null> {
  const root = await findRoot((await realpath(folder).catch(notThere)) ?? folder);
  return root === null ? null : new GitHistory(root, environment);
}

/** Found by hand: git would refuse to say it for a folder of somebody else, before it can be told that this is fine. */
async function findRoot(folder: string): Promise<string | null> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await lstat(join(at, '.git')).catch(notThere);
    if (found !== null) return at;
    if (dirname(at) === at) return null;
  }
}

class GitHistory implements History {
  readonly root: string;
  private readonly environment: Environment;

  constructor(root: string, environment: Environment) {
    this.root = root;
    this.environment = environment;
  }

  async resolve(name: string): Promise<string | null> {
    // What starts with a dash would be an option, and no name holds control characters.
    if (!/^[^-\p{Cc}][^\p{Cc}]*$/u.test(name)) return null;
    const { code, stdout } = await this.run(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
    const commit = stdout.toString('latin1').trim();
    return code === 0 && isCommit(commit) ? commit : null;
  }

  async parents(commit: string): Promise<readonly string[]> {
    if (!isCommit(commit)) return [];
    const text = (await askGit(this.root, this.environment, ['cat-file', 'commit', commit])).toString('latin1');
    const [header = ''] = text.split('\n\n', 1);
    return [...header.matchAll(/^parent ([0-9a-f]{40,64})$/gm)].map((match) => match[1] ?? '');
  }

  async mergeBase(one: string, other: string): Promise<string | null> {
    if (!isCommit(one) || !isCommit(other)) return null;
    const { code, stdout } = await this.run(['merge-base', one, other]);
    const commit = stdout.toString('latin1').trim();
    return code === 0 && isCommit(commit) ? commit : null;
  }

  async tree(commit: string): Promise<BaseTree | null> {
    if (!isCommit(commit)) return null;
    const { code, stdout } = await this.run(['ls-tree', '-r', '-z', '--full-tree', commit]);
    return code === 0 ? new GitTree(this.root, this.environment, commit, parseTree(stdout)) : null;
  }

  async checkout(): Promise<Checkout> {
    return { root: this.root, commit: await this.resolve('HEAD'), files: await readCheckout(this.root, this.environment) };
  }

  private async run(arguments_: readonly string[]) {
    return runGit(this.root, this.environment, arguments_);
  }
}

function isCommit(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

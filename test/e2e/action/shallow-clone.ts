/** A clone that knows one commit only, and the host that knows the others. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitHubState, TreeEntry } from '../github-server/github-state.ts';
import type { Repository } from './run-action.ts';

/** As actions/checkout leaves it: one commit, detached. */
export function cloneShallow(repository: Repository, commit: string): Repository {
  const parent = mkdtempSync(join(tmpdir(), 'trueup-shallow-'));
  const folder = join(parent, 'workspace');
  repository.git('init', '--quiet', folder);
  const git = (...arguments_: readonly string[]): string => repository.git('-C', folder, ...arguments_);
  git('fetch', '--quiet', '--depth', '1', `file://${repository.folder}`, commit);
  git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
  return { ...repository, folder, git, remove: () => rmSync(parent, { recursive: true, force: true }) };
}

/** Lets the API answer for the parents of `merge` and for every file of `base`. */
export function serveCommit(state: GitHubState, repository: Repository, merge: string, base: string): void {
  state.commits.set(merge, repository.git('rev-parse', `${merge}^1`, `${merge}^2`).split('\n'));
  serveTree(state, repository, base);
}

/** Lets the API answer for every file of a commit. */
export function serveTree(state: GitHubState, { git }: Repository, commit: string): void {
  const tree = git('ls-tree', '-r', commit)
    .split('\n')
    .map((line): TreeEntry => {
      const [, mode = '', sha = '', path = ''] = /^(\d+) blob ([0-9a-f]+)\t(.+)$/.exec(line) ?? [];
      return { path, mode, type: 'blob', sha };
    });
  for (const { sha } of tree) state.blobs.set(sha, Buffer.from(`${git('cat-file', 'blob', sha)}\n`));
  state.trees.set(commit, { sha: commit, all: { truncated: false, tree }, one: [] });
}

/** What is read of a repository's past: real repositories, full, shallow, detached, and of another user. */
import { chmodSync, chownSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openHistory, type History } from '../../../src/host/git/history.ts';
import { gitEnvironment, Repository, temporaryWorkspace } from '../../e2e/git-repository.ts';

const workspace = temporaryWorkspace();
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

async function open(root: string): Promise<History> {
  const history = await openHistory(root, gitEnvironment);
  if (history === null) throw new Error('no repository');
  return history;
}

/** main with two commits, a branch off the first, and a merge of both. */
function merged() {
  const repository = Repository.created(workspace);
  repository.write('a/trueup.yaml', 'id: a\n');
  const first = repository.commit('first');
  repository.git('checkout', '--quiet', '-b', 'change');
  repository.write('a/b c"\u00e9\n.csv', 'x\n');
  const change = repository.commit('change');
  repository.git('checkout', '--quiet', 'main');
  repository.write('a/trueup.yaml', 'id: a2\n');
  const second = repository.commit('second');
  repository.git('merge', '--quiet', '--no-ff', '--message', 'merge', 'change');
  return { repository, first, change, second, merge: repository.git('rev-parse', 'HEAD') };
}

describe('history', () => {
  it('finds the work tree from a folder below it, and none outside', async () => {
    const { repository } = merged();
    expect((await open(join(repository.root, 'a'))).root).toBe(realpathSync(repository.root));
    mkdirSync(join(workspace, 'elsewhere'));
    expect(await openHistory(join(workspace, 'elsewhere'), gitEnvironment)).toBeNull();
  });

  it('resolves names, reads parents as the commit names them, and finds where two lines part', async () => {
    const { repository, first, change, second, merge } = merged();
    const history = await open(repository.root);
    expect(await history.resolve('main')).toBe(merge);
    expect(await history.resolve(change.slice(0, 12))).toBe(change);
    expect(await history.parents(merge)).toEqual([second, change]);
    expect(await history.parents(first)).toEqual([]);
    expect(await history.mergeBase(second, change)).toBe(first);
    for (const name of ['nowhere', '', '--all', '-n', 'main\u0000', 'HEAD~9', `${'0'.repeat(40)}`]) expect(await history.resolve(name)).toBeNull();
  });

  it('lists and reads the files of a commit, whatever their names', async () => {
    const { repository, first, merge } = merged();
    const history = await open(repository.root);
    const [then, now] = [await history.tree(first), await history.tree(merge)];
    expect(await then?.list('')).toEqual([{ path: 'a/trueup.yaml', mode: '100644', blob: repository.git('rev-parse', `${first}:a/trueup.yaml`) }]);
    expect((await now?.list('a'))?.map(({ path }) => path)).toEqual(['a/b c"\u00e9\n.csv', 'a/trueup.yaml']);
    expect((await now?.list('a/trueup.yaml'))?.length).toBe(1);
    expect(await now?.list('a/true')).toEqual([]);
    expect((await then?.read('a/trueup.yaml'))?.toString()).toBe('id: a\n');
    expect(await then?.read('a/b c"\u00e9\n.csv')).toBeNull();
    expect(await history.tree('0'.repeat(40))).toBeNull();
  });

  it('reads links as what they say and refuses what no ledger file may be', async () => {
    const repository = Repository.created(workspace);
    symlinkSync('../elsewhere', join(repository.root, 'link'));
    repository.write('large.yaml', 'x'.repeat(4 * 1024 * 1024 + 1));
    const tree = await (await open(repository.root)).tree(repository.commit('odd'));
    expect((await tree?.list(''))?.map(({ path, mode }) => [path, mode])).toEqual([
      ['large.yaml', '100644'],
      ['link', '120000'],
    ]);
    expect((await tree?.read('link'))?.toString()).toBe('../elsewhere');
    expect(await tree?.read('large.yaml')).toBeNull();
  });

  it('says of the checkout what is edited, new, removed, ignored', async () => {
    const repository = Repository.created(workspace);
    for (const name of ['kept', 'edited', 'removed', 'staged']) repository.write(name, `${name}\n`);
    repository.write('.gitignore', 'ignored\n');
    const commit = repository.commit('first');
    repository.append('edited', 'more\n');
    repository.remove('removed');
    repository.write('new name', 'new\n');
    repository.write('ignored', 'ignored\n');
    repository.append('staged', 'more\n');
    repository.git('add', 'staged');
    const checkout = await (await open(repository.root)).checkout();
    const blob = (path: string): string => repository.git('rev-parse', `:${path}`);
    expect(checkout.commit).toBe(commit);
    expect([...checkout.files].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: '.gitignore', mode: '100644', blob: blob('.gitignore'), tracked: true },
      { path: 'edited', mode: '100644', blob: null, tracked: true },
      { path: 'kept', mode: '100644', blob: blob('kept'), tracked: true },
      { path: 'new name', mode: '100644', blob: null, tracked: false },
      { path: 'staged', mode: '100644', blob: blob('staged'), tracked: true },
    ]);
  });

  it('names the parents of a shallow clone without having them', async () => {
    const { repository, second, change, merge } = merged();
    const clone = join(workspace, 'shallow');
    repository.git('clone', '--quiet', '--depth', '1', `file://${repository.root}`, clone);
    const history = await open(clone);
    expect(await history.resolve('HEAD')).toBe(merge);
    expect(await history.parents(merge)).toEqual([second, change]);
    expect(await history.resolve(second)).toBeNull();
    expect(await history.tree(second)).toBeNull();
    expect(await history.mergeBase(second, change)).toBeNull();
  });

  it('never fetches what a partial clone lacks', async () => {
    const { repository, first } = merged();
    repository.git('config', 'uploadpack.allowFilter', 'true');
    repository.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    const clone = join(workspace, 'partial');
    repository.git('clone', '--quiet', '--filter=blob:none', `file://${repository.root}`, clone);
    const tree = await (await open(clone)).tree(first);
    await expect(tree?.read('a/trueup.yaml')).rejects.toThrow('is not in this clone');
  });

  it('works on a detached head and in a work tree beside the repository', async () => {
    const { repository, first, change } = merged();
    repository.git('checkout', '--quiet', '--detach', change);
    expect((await (await open(repository.root)).checkout()).commit).toBe(change);
    const beside = join(workspace, 'beside');
    repository.git('worktree', 'add', '--quiet', '--detach', beside, first);
    expect((await (await open(beside)).checkout()).commit).toBe(first);
  });

  it('runs nothing that the repository is configured to run, and writes nothing', async () => {
    const { repository } = merged();
    const marker = join(repository.root, 'ran');
    const trap = join(repository.root, '.git', 'trap');
    repository.write('.git/trap', `#!/bin/sh\ntouch ${marker}\n`);
    chmodSync(trap, 0o755);
    for (const key of ['core.fsmonitor', 'core.pager', 'diff.external', 'core.sshCommand']) repository.git('config', key, trap);
    const before = readdirSync(join(repository.root, '.git')).sort();
    const history = await open(repository.root);
    const checkout = await history.checkout();
    await history.tree(checkout.commit ?? '');
    expect(readdirSync(repository.root)).not.toContain('ran');
    expect(readdirSync(join(repository.root, '.git')).sort()).toEqual(before);
  });

  it.runIf(process.getuid?.() === 0)('reads a checkout that belongs to another user', async () => {
    const { repository, merge } = merged();
    for (const name of ['.', '.git']) chownSync(join(repository.root, name), 12_345, 12_345);
    expect(() => repository.git('status')).toThrow('dubious ownership');
    const history = await open(repository.root);
    expect(await history.resolve('HEAD')).toBe(merge);
    expect((await history.checkout()).files).toHaveLength(2);
  });
});

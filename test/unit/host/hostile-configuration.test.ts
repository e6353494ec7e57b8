/** Reading a repository starts nothing that its configuration, the user's or the system's names. Each trap would leave a file behind. */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { openPast } from '../../../src/host/git/git-past.ts';
import { openHistory } from '../../../src/host/git/history.ts';
import { readChanges, readTrail } from '../../../src/host/git/read-trail.ts';
import { gitEnvironment, Repository, temporaryWorkspace } from '../../e2e/git-repository.ts';

const workspace = temporaryWorkspace();
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

let made = 0;
/** A program that says in a file of its own that it was started, and by what name; it passes its input on, as a filter must. */
function trap(): { readonly program: string; readonly sprung: () => string[] } {
  const folder = join(workspace, `trap-${(made += 1)}`);
  mkdirSync(folder);
  const program = join(folder, 'run');
  writeFileSync(program, `#!/bin/sh\ntouch "${folder}/sprung-$1"\ncat\n`);
  chmodSync(program, 0o755);
  return { program, sprung: () => readdirSync(folder).filter((name) => name.startsWith('sprung-')) };
}

const settingsOf = (program: string): string => `
[core]
	fsmonitor = ${program} fsmonitor
	hooksPath = ${program.replace(/run$/, 'hooks')}
	sshCommand = ${program} ssh
	pager = ${program} pager
	editor = ${program} editor
	askPass = ${program}
	alternateRefsCommand = ${program} alternates
	gitProxy = ${program}
[pager]
	log = ${program} pager-log
	blame = ${program} pager-blame
	status = ${program} pager-status
[alias]
	status = !${program} alias
	ls-files = !${program} alias
	log = !${program} alias
[diff]
	external = ${program} external
[diff "evil"]
	textconv = ${program} textconv
	command = ${program} command
	cachetextconv = true
[filter "evil"]
	clean = ${program} clean
	smudge = ${program} smudge
	required = true
[filter "EviL.with=signs"]
	process = ${program} process
	required = true
[log]
	showSignature = true
[gpg]
	program = ${program}
[gpg "ssh"]
	program = ${program}
[credential]
	helper = !${program} credential
[protocol]
	allow = always
[protocol "ext"]
	allow = always
[remote "origin"]
	url = ext::${program} transport
	promisor = true
	partialclonefilter = blob:none
	uploadpack = ${program} uploadpack
[extensions]
	partialClone = origin
[interactive]
	diffFilter = ${program} interactive
[status]
	submoduleSummary = true
`;

/** A repository with every kind of attribute, whose files git must look at again, and a commit that claims to be signed. */
function bait(): { readonly repository: Repository; readonly first: string; readonly head: string } {
  const repository = Repository.created(workspace);
  repository.addLedger('ledger');
  repository.write('.gitattributes', '*.csv filter=evil diff=evil\n*.yaml filter=EviL.with=signs diff=evil\n*.txt diff=evil\n');
  const first = repository.commit('first');
  repository.append('ledger/contract.yaml', '# more\n');
  const second = repository.commit('second');
  const text = repository.git('cat-file', 'commit', second);
  const signed = text.replace(/\n\n/, '\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n\n');
  const head = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin'], {
    cwd: repository.root,
    env: gitEnvironment,
    input: `${signed}\n`,
    encoding: 'utf8',
  }).trim();
  repository.git('reset', '--quiet', '--hard', head);
  const hooks = join(repository.root, '.git/hooks');
  mkdirSync(hooks, { recursive: true });
  for (const name of ['ledger/contract.yaml', 'ledger/periods/2026-05/evidence/provider.csv', 'ledger/periods/2026-05/invoice.txt'])
    utimesSync(join(repository.root, name), 1, 1);
  return { repository, first, head };
}

/** Everything that is ever asked of a repository. */
async function readAll(root: string, environment: Readonly<Record<string, string>>, commits: readonly string[]): Promise<void> {
  const history = await openHistory(root, environment);
  if (history === null) throw new Error('no repository');
  const { commit } = await history.checkout();
  expect(commit).toBe(commits.at(-1));
  for (const one of commits) {
    await history.parents(one);
    const tree = await history.tree(one);
    await tree?.read('ledger/contract.yaml');
    // What is not here is not fetched either.
    await history.mergeBase(one, commits[0] ?? '');
  }
  await history.resolve('HEAD');
  const head = commits.at(-1) ?? '';
  await readTrail(root, environment, head, ['ledger/contract.yaml', 'ledger/periods/2026-05/evidence/provider.csv'], 100);
  await readChanges(root, environment, head, 100);
  const past = openPast(root, environment);
  await past.writersOf(head, [
    { path: 'ledger/contract.yaml', line: 1 },
    { path: 'ledger/contract.yaml', line: null },
    { path: 'ledger/periods/2026-05/invoice.txt', line: 1 },
  ]);
  expect(await past.readBlob('1'.repeat(40))).toBeNull();
}

describe('nothing is started', () => {
  it.each(['repository', 'worktree of it', 'include of the repository', 'user', 'system'] as const)('that the configuration names: %s', async (place) => {
    const { repository, first, head } = bait();
    const { program, sprung } = trap();
    const hooks = program.replace(/run$/, 'hooks');
    mkdirSync(hooks);
    for (const hook of ['post-index-change', 'fsmonitor-watchman', 'reference-transaction', 'post-checkout', 'pre-auto-gc']) {
      for (const folder of [hooks, join(repository.root, '.git/hooks')]) {
        writeFileSync(join(folder, hook), `#!/bin/sh\nexec "${program}" hook-${hook}\n`);
        chmodSync(join(folder, hook), 0o755);
      }
    }
    const text = settingsOf(program);
    const file = join(workspace, `config-${made}`);
    writeFileSync(file, text);
    const local = join(repository.root, '.git/config');
    const environment: Record<string, string> = { ...gitEnvironment };
    const config = execFileSync('cat', [local], { encoding: 'utf8' });
    if (place === 'repository') writeFileSync(local, config + text);
    else if (place === 'include of the repository') writeFileSync(local, `${config}[include]\n\tpath = ${file}\n`);
    else if (place === 'worktree of it') {
      writeFileSync(local, config.replace('repositoryformatversion = 0', 'repositoryformatversion = 1') + '[extensions]\n\tworktreeConfig = true\n');
      writeFileSync(join(repository.root, '.git/config.worktree'), text);
    } else environment[place === 'user' ? 'GIT_CONFIG_GLOBAL' : 'GIT_CONFIG_SYSTEM'] = file;
    if (place === 'system') delete environment['GIT_CONFIG_NOSYSTEM'];
    await readAll(repository.root, environment, [first, head]);
    expect(sprung()).toEqual([]);
    // The bait is taken where nobody takes care, so that the test could have failed.
    spawnSync('git', ['status', '--porcelain'], { cwd: repository.root, env: environment });
    spawnSync('git', ['log', '-p', head], { cwd: repository.root, env: environment });
    expect(sprung().length).toBeGreaterThan(2);
  });
});

it('a file that Git LFS stored is what the index names, though its filter is not run', async () => {
  const repository = Repository.created(workspace);
  const content = 'a,b\n1,2\n';
  const sha256 = createHash('sha256').update(content).digest('hex');
  repository.write('a.csv', `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${content.length}\n`);
  repository.write('b.csv', `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize ${content.length}\n`);
  repository.commit('pointers');
  const blob = repository.git('rev-parse', 'HEAD:a.csv');
  repository.write('.gitattributes', '*.csv filter=lfs\n');
  for (const name of ['a.csv', 'b.csv']) repository.write(name, content);
  const history = await openHistory(repository.root, gitEnvironment);
  const files = new Map((await history?.checkout())?.files.map((file) => [file.path, file.blob]));
  expect(files.get('a.csv')).toBe(blob);
  expect(files.get('b.csv')).toBeNull();
  expect(existsSync(join(repository.root, '.git/lfs'))).toBe(false);
});

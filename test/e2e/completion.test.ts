/** `trueup completion` in the shells themselves: each loads what is printed and asks for completions; a shell that is not there is skipped. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callCli } from './call-cli.ts';
import { programUnderTest } from './program-under-test.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const workspace = mkdtempSync(join(tmpdir(), 'trueup-completion-'));
const script = (shell: Shell): string => join(workspace, `completion.${shell}`);
beforeAll(async () => {
  mkdirSync(join(workspace, 'bin'));
  mkdirSync(join(workspace, 'ledger/periods/2026-05'), { recursive: true });
  mkdirSync(join(workspace, 'ledger/periods/$(touch harmed)'));
  const program = [process.execPath, ...programUnderTest('dist/cli/index.js', 'src/cli.ts')].map((word) => `'${word}'`).join(' ');
  writeFileSync(join(workspace, 'bin/trueup'), `#!/bin/sh\nexec ${program} "$@"\n`);
  chmodSync(join(workspace, 'bin/trueup'), 0o755);
  for (const shell of shells) writeFileSync(script(shell), (await callCli(workspace, ['completion', shell])).stdout);
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** What a shell runs to complete `words`, the last of them as far as it is typed. */
const asking: Readonly<Record<Shell, (words: readonly string[]) => readonly string[]>> = {
  bash: (words) => [
    '--norc',
    '-uc',
    `source ${script('bash')}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _trueup; printf '%s\\n' \${COMPREPLY[@]+"\${COMPREPLY[@]}"}`,
    'bash',
    ...words,
  ],
  // Outside its line editor the shell has no builtin that takes the answers; these print them instead.
  zsh: (words) => [
    '-fc',
    `compdef() {}; _files() {}; compadd() { shift; print -rl -- "$@" }; source ${script('zsh')}; words=("$@"); CURRENT=$#; _trueup`,
    'zsh',
    ...words,
  ],
  fish: (words) => ['--no-config', '-c', `source ${script('fish')}; complete -C ${JSON.stringify(words.join(' '))}`],
};

function completed(shell: Shell, ...words: readonly string[]): string[] {
  const text = execFileSync(shell, asking[shell](['trueup', ...words]), {
    cwd: workspace,
    encoding: 'utf8',
    env: { PATH: `${join(workspace, 'bin')}:/usr/bin:/bin`, HOME: workspace, TERM: 'dumb' },
  });
  return text.split('\n').filter((line) => line !== '');
}

const isThere = (shell: Shell): boolean => spawnSync(shell, ['--version']).status === 0;

describe.each(shells)('completion in %s', { timeout: 60_000 }, (shell) => {
  it.skipIf(!isThere(shell)).each([
    [['re'], ['reconcile', 'reopen']],
    [['reconcile', '--ren'], ['--render']],
    [['reconcile', '--render', 'comm'], ['comment']],
    [['reconcile', '--ledger', 'ledger', '20'], ['2026-05']],
  ])('%s', (words, answers) => {
    expect(completed(shell, ...words)).toEqual(answers);
  });

  it.skipIf(!isThere(shell))('export 2026-05', () => {
    expect(completed(shell, 'export', '2026-05', '')).toContain('junit');
  });
});

describe('what may stand next', () => {
  const answers = async (...words: readonly string[]): Promise<string[]> =>
    (await callCli(workspace, ['complete', '--', ...words])).stdout.split('\n').filter((line) => line !== '');

  it.each([
    [['drill', 'n'], ['new']],
    [['drill', 'new', 'fall'], ['fallback']],
    [['--', 're'], []],
    [['reconcile', '--ledger', ''], []],
    [['reconcile', '--ledger', 'ledger', ''], ['2026-05']],
    [['close', '--ledger', 'ledger', '2026-05', ''], []],
    [['reconcile', '--ledger', 'ledger', '2026-05', '2'], ['2026-05']],
    [['reconcile', '--ledger', 'nowhere', ''], []],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['comple'], ['completion']],
  ])('%s', async (words, expected) => {
    expect(await answers(...words)).toEqual(expected);
  });

  it('is every command that help lists', async () => {
    const { stdout } = await callCli(workspace, ['--help']);
    const listed = [...(/^Commands:\n([^]*)/m.exec(stdout)?.[1] ?? '').matchAll(/^ {2}([a-z]+)/gm)].map((match) => match[1] ?? '');
    expect(await answers('')).toEqual(listed);
  });
});

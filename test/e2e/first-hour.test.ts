/** docs/first-hour.md replayed from an empty folder: every file as it is shown, every command by argv, in the order of the page; as of an old day, and today. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { callCli } from './call-cli.ts';
import { actsOf } from './page-acts.ts';
import { runCli } from './run-cli.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-first-hour-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const page = readFileSync(join(import.meta.dirname, '../../docs/first-hour.md'), 'utf8');

const gitEnvironment = {
  PATH: process.env['PATH'],
  HOME: workspace,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Jane',
  GIT_AUTHOR_EMAIL: 'jane@example.org',
  GIT_COMMITTER_NAME: 'Jane',
  GIT_COMMITTER_EMAIL: 'jane@example.org',
};

/** Each command's first time on the page is a process, as a reader starts it; after that it is called in this process. */
function firstAsProcess(): typeof callCli {
  const started = new Set<string>();
  return async (folder, words) => {
    const [command = ''] = words;
    if (started.has(command)) return callCli(folder, words);
    started.add(command);
    return runCli(folder, words);
  };
}

// The page speaks of May and June 2026: the first day on which June can be closed, and the day on which the test runs, whichever that is.
describe.each([
  ['as of an old day', ['--as-of', '2026-07-06'], callCli],
  ['today', [], firstAsProcess()],
] as const)('%s', (name, day, trueup) => {
  it('comes out as the page says', { timeout: 600_000 }, async () => {
    const folder = join(workspace, name, 'llm-spend');
    mkdirSync(folder, { recursive: true });
    const ran: string[] = [];
    for (const act of actsOf(page)) {
      if ('file' in act) {
        mkdirSync(dirname(join(folder, act.file)), { recursive: true });
        writeFileSync(join(folder, act.file), act.text);
        continue;
      }
      if ('printed' in act) continue;
      const [program = '', ...options] = act.command;
      ran.push(act.command.slice(0, 2).join(' '));
      if (program !== 'trueup') {
        expect(['git', 'rm']).toContain(program);
        execFileSync(program, options, { cwd: folder, env: gitEnvironment });
        continue;
      }
      const { code, stdout, stderr } = await trueup(folder, [...options, ...day]);
      const command = act.command.join(' ');
      expect({ command, code, ...(code === act.exit ? {} : { stdout, stderr }) }).toEqual({ command, code: act.exit });
    }
    const commands = ['init', 'validate', 'reconcile', 'explain', 'freeze', 'close', 'verify', 'period', 'drill'];
    expect(ran).toEqual(expect.arrayContaining(commands.map((command) => `trueup ${command}`)));
    expect(readdirSync(join(folder, 'periods')).toSorted()).toEqual(['2026-05', '2026-06']);
    expect(readdirSync(join(folder, 'periods/2026-06')).toSorted()).toEqual(
      expect.arrayContaining(['close-1.yaml', 'evidence', 'evidence.lock', 'period.yaml']),
    );
    expect(readFileSync(join(folder, 'periods/2026-06/close-1.yaml'), 'utf8')).toContain('periods/2026-05/close-1.yaml');
    expect(execFileSync('git', ['status', '--porcelain', '--', 'periods'], { cwd: folder, env: gitEnvironment, encoding: 'utf8' })).toBe('');
  });
});

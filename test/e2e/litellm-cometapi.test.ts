/** docs/litellm-cometapi.md replayed from an empty folder: every file as it is shown, every command, and what the page says that it prints. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { callCli } from './call-cli.ts';
import { actsOf } from './page-acts.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-litellm-cometapi-'));
const folder = join(workspace, 'llm-spend');
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

it('comes out as the page says', { timeout: 120_000 }, async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/litellm-cometapi.md'), 'utf8');
  mkdirSync(folder);
  let printed = '';
  const ran: string[] = [];
  for (const act of actsOf(page)) {
    if ('file' in act) {
      mkdirSync(dirname(join(folder, act.file)), { recursive: true });
      writeFileSync(join(folder, act.file), act.text);
    } else if ('printed' in act) {
      expect(printed).toContain(act.printed);
    } else {
      const [program = '', ...options] = act.command;
      ran.push(act.command.slice(0, 2).join(' '));
      if (program !== 'trueup') {
        expect(['git', 'rm']).toContain(program);
        execFileSync(program, options, { cwd: folder, env: { PATH: process.env['PATH'], HOME: workspace, GIT_CONFIG_NOSYSTEM: '1' } });
        continue;
      }
      const { code, stdout, stderr } = await callCli(folder, [...options, '--as-of', '2026-06-15']);
      printed = stdout;
      expect({ command: act.command.join(' '), code, stderr: code === act.exit ? '' : stdout + stderr }).toEqual({
        command: act.command.join(' '),
        code: act.exit,
        stderr: '',
      });
    }
  }
  expect(ran).toEqual(expect.arrayContaining(['trueup init', 'trueup validate', 'trueup reconcile', 'trueup explain']));
  const { findings } = JSON.parse(readFileSync(join(folder, '.trueup/2026-05/result.json'), 'utf8')) as {
    findings: { code: string; args: Record<string, string> }[];
  };
  const stated = findings.flatMap(({ code, args }) => (code === 'stated-amount' ? [[args['model'], args['stated'], args['charged']]] : []));
  // 0.0375 is 0.03 ÷ 0.8; a model that the list does not know is stated as 0.
  expect(stated.toSorted()).toEqual([
    ['claude-haiku-4-5-20251001', '0', '0.0436'],
    ['gpt-4.1-nano-2025-04-14', '0.0375', '0.03'],
  ]);
  // Rows inside pages cannot be changed one by one; what is done to whole files shows all the same.
  const faults = await callCli(workspace, ['drill', 'faults', '2026-05', '--ledger', 'llm-spend', '--as-of', '2026-06-15']);
  expect({ code: faults.code, said: /\(\d+%\)/.exec(faults.stdout)?.[0] }).toEqual({ code: 0, said: '(100%)' });
});

/** A month with nothing of the provider but its invoice, through its whole life. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { callCli } from './call-cli.ts';
import { Repository } from './git-repository.ts';
import { type Expected, scenarios } from '../scenarios/expected.ts';
import { layOut } from '../scenarios/lay-out.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-invoice-only-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const name = 'pass-invoice-only-rounded';

it('is closed as what it is, computed again to the same, and told by line', { timeout: 60_000 }, async () => {
  const root = await layOut(workspace, name, JSON.parse(readFileSync(join(scenarios, name, 'expected.json'), 'utf8')) as Expected);
  const repository = new Repository(root);
  repository.git('init', '-q');
  repository.git('add', '-A');
  repository.git('commit', '-qm', 'the month');
  const call = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await callCli(root, [...args, '--as-of', '2026-06-15']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  await call('freeze', '2026-05');
  expect(await call('close', '2026-05', '--approved-by', 'jane')).toContain(
    'compared with an invoice of USD 0.47, all explained; by period and model, not by request.',
  );
  expect(readFileSync(join(root, 'periods/2026-05/close-1.yaml'), 'utf8')).toMatch(/^assurance: invoice$/m);
  expect(await call('verify', '--rerun')).toContain('recomputed to the same result');
  const told = await call('explain', '2026-05', 'period/gpt-4.1-nano-2025-04-14');
  expect(told).toContain('a line of the invoice');
  // The line says 0.13, which is 0.12636 in whole cents.
  expect(told).toContain('value − E = 0.12636 − 0.12636 = 0');
  await call('export', '2026-05', 'packet');
  expect(JSON.parse(readFileSync(join(root, '.trueup/2026-05-packet/result.json'), 'utf8'))).toMatchObject({
    assurance: 'invoice',
    buckets: { width: 'period' },
  });
});

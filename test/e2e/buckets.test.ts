/** A month of sums through its whole life: frozen, closed, computed again, and told to whoever asks for a request or for a bucket. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callCli } from './call-cli.ts';
import { Repository } from './git-repository.ts';
import { type Expected, scenarios } from '../scenarios/expected.ts';
import { layOut } from '../scenarios/lay-out.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-buckets-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const name = 'pass-buckets';
const bucket = '2026-05-08/gpt-4.1-nano-2025-04-14';
let root = '';

beforeAll(async () => {
  const expected = JSON.parse(readFileSync(join(scenarios, name, 'expected.json'), 'utf8')) as Expected;
  root = await layOut(workspace, name, expected);
  const repository = new Repository(root);
  repository.git('init', '-q');
  repository.git('add', '-A');
  repository.git('commit', '-qm', 'the month');
});

const call = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await callCli(root, [...args, '--as-of', '2026-06-15']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

it('is closed as what it is, and a rerun comes to the same', { timeout: 60_000 }, async () => {
  await call('freeze', '2026-05');
  await call('close', '2026-05', '--approved-by', 'jane');
  expect(readFileSync(join(root, 'periods/2026-05/close-1.yaml'), 'utf8')).toMatch(/^assurance: bucket$/m);
  expect(await call('verify', '--rerun')).toContain('recomputed to the same result');
});

it('tells of a request in which bucket it is counted, and of a bucket what lies in it', { timeout: 60_000 }, async () => {
  expect(await call('explain', '2026-05', 'req-004')).toContain(`expected at 0.0264 USD, is counted in ${bucket}`);
  const told = await call('explain', '2026-05', bucket);
  expect(told).toContain('Here 1 attempt of ours lies, and the provider counts 1 request');
  expect(told).toContain('value − E = 0.0264 − 0.0264 = 0');
});

it('is exported in the stretches of its buckets', { timeout: 60_000 }, async () => {
  await call('export', '2026-05', 'focus');
  const rows = readFileSync(join(root, '.trueup/2026-05-focus/cost-and-usage.csv'), 'utf8').split('\n');
  expect(rows.filter((row) => row.includes('2026-05-08T00:00:00Z,2026-05-09T00:00:00Z'))).toHaveLength(1);
});

/** A month of calls with sums of the provider beside them through its whole life: frozen with its sums, closed, computed again, and caught when a sum is touched. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callCli } from './call-cli.ts';
import { Repository } from './git-repository.ts';
import { type Expected, scenarios } from '../scenarios/expected.ts';
import { layOut } from '../scenarios/lay-out.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-witness-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const name = 'pass-witness';
const buckets = 'periods/2026-05/evidence/buckets.csv';
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

it('is frozen and closed with the sums, and a rerun comes to the same', { timeout: 60_000 }, async () => {
  await call('freeze', '2026-05');
  expect(readFileSync(join(root, 'periods/2026-05/evidence.lock'), 'utf8')).toMatch(/file: evidence\/buckets\.csv[^]*role: usage_buckets[^]*rows: "?12"?/);
  await call('close', '2026-05', '--approved-by', 'jane');
  // A period of calls: what stands beside them makes it no other.
  const close = readFileSync(join(root, 'periods/2026-05/close-1.yaml'), 'utf8');
  expect(close).toContain('evidence/buckets.csv');
  expect(close).not.toContain('assurance:');
  expect(await call('verify', '--rerun')).toContain('recomputed to the same result');
  await call('audit');
});

it('tells of a request what it always tells, and of the packet which files were read', { timeout: 60_000 }, async () => {
  expect(await call('explain', '2026-05', 'req-004')).not.toContain('usage_buckets');
  await call('export', '2026-05', 'packet');
  expect(readFileSync(join(root, '.trueup/2026-05-packet/ipe.csv'), 'utf8')).toContain('buckets.csv');
});

it('does not verify once a sum is touched', { timeout: 60_000 }, async () => {
  const path = join(root, buckets);
  writeFileSync(path, readFileSync(path, 'utf8').replace('0.0264', '0.0265'));
  const { code, stdout } = await callCli(root, ['verify', '--as-of', '2026-06-15']);
  expect(code).not.toBe(0);
  expect(stdout).toContain('The usage_buckets file evidence/buckets.csv is not what it was');
});

/** What stands around a ledger and is still open: owners and workflows, each by its line. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { initLedger } from '../../../src/period/init-ledger.ts';
import { findSharedPlaceholders } from '../../../src/ledger/shared-placeholders.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-shared-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));
const environment = { PATH: process.env['PATH'], HOME: workspace };

function repository(name: string, remote: string | null): string {
  const folder = join(workspace, name);
  mkdirSync(folder);
  execFileSync('git', ['init', '--quiet'], { cwd: folder, env: environment });
  if (remote !== null) execFileSync('git', ['remote', 'add', 'origin', remote], { cwd: folder, env: environment });
  return folder;
}
const placesOf = async (ledger: string): Promise<string[]> =>
  (await findSharedPlaceholders(ledger)).map(
    ({ severity, source, args }) => `${severity} ${source?.file}:${source?.line} ${args['key']} ${args['value']?.slice(0, 16)}`,
  );

it('lists what init leaves open: owners where the remote names none, and the release in every workflow', async () => {
  const folder = repository('fresh', null);
  await initLedger(folder, '2026-06-15', environment);
  const places = await placesOf(folder);
  expect(places.slice(0, 2)).toEqual(['warn .github/CODEOWNERS:2 /trueup.yaml @REPLACE_ME', 'warn .github/CODEOWNERS:3 /models.yaml @REPLACE_ME']);
  const daily = readFileSync(join(folder, '.github/workflows/trueup-daily.yml'), 'utf8').split('\n');
  const line = daily.findIndex((text) => text.includes('@0000000000')) + 1;
  expect(places).toContain(`warn .github/workflows/trueup-daily.yml:${line} uses acme/trueup@0000`);
});

it('is relative to a ledger that is a folder of the repository', async () => {
  const folder = repository('monorepo', 'git@github.com:acme/llm-spend.git');
  await initLedger(join(folder, 'finance/llm'), '2026-06-15', environment);
  const places = await placesOf(join(folder, 'finance/llm'));
  expect(places.length).toBeGreaterThan(3);
  expect(places.every((place) => place.startsWith('warn ../../.github/workflows/trueup-'))).toBe(true);
});

it('is nothing once it is filled in; comments and other words do not count', async () => {
  const folder = repository('done', null);
  mkdirSync(join(folder, '.github/workflows'), { recursive: true });
  writeFileSync(join(folder, '.github/CODEOWNERS'), '# REPLACE_ME by a team\n/periods/ @acme/finops # not @REPLACE_ME\n/x @acme/NOT_REPLACE_ME\n');
  writeFileSync(join(folder, '.github/workflows/other.yml'), 'jobs: # TODO\n  a: { uses: acme/trueup@0123456789012345678901234567890123456789 }\n');
  symlinkSync('/etc/passwd', join(folder, '.github/workflows/link.yml'));
  expect(await placesOf(folder)).toEqual([]);
});

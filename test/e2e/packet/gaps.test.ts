/** The gap test of the packet: days without a row, and holes in ids that are counted up, said of the layer that has them and of no other. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { callCli } from '../call-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'trueup-gaps-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The base ledger with each provider id counted up, and without the rows whose number is named. */
async function ipeOf(name: string, missing: readonly number[]): Promise<string> {
  const ledger = join(folder, name);
  cpSync(join(import.meta.dirname, '../../scenarios/_base'), ledger, { recursive: true });
  const provider = join(ledger, 'periods/2026-05/evidence/provider.csv');
  const [head = '', ...rows] = readFileSync(provider, 'utf8').trimEnd().split('\n');
  const kept = rows.map((row, index) => row.replace(/comet-\d+/, String(7001 + index))).filter((_, index) => !missing.includes(index));
  writeFileSync(provider, `${[head, ...kept].join('\n')}\n`);
  const application = join(ledger, 'periods/2026-05/evidence/application.csv');
  writeFileSync(application, readFileSync(application, 'utf8').replace(/comet-\d+/g, ''));
  const { code } = await callCli(folder, ['export', '2026-05', 'packet', '--ledger', ledger, '--out', `${name}-out`, '--as-of', '2026-06-15']);
  expect(code).toBe(0);
  return readFileSync(join(folder, `${name}-out/2026-05-packet/ipe.md`), 'utf8');
}

it('says which days of a layer have no row, and that no id is missing where none is', async () => {
  const text = await ipeOf('whole', []);
  expect(text).toContain('- provider: 19 of 31 days have no row: 2026-05-01, 2026-05-04, ');
  expect(text).toContain('- provider: provider_request_id is counted up from 7001 to 7012 without a hole.');
  expect(text).not.toMatch(/- application: \w+ is counted up/);
});

it('counts the ids that are missing between the lowest and the highest', async () => {
  const text = await ipeOf('holed', [3, 4]);
  expect(text).toContain('- provider: provider_request_id is counted up from 7001 to 7012, and 2 of these are not there.');
  expect(text).toContain('- provider: 21 of 31 days have no row: ');
});

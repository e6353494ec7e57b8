/** A month without exports: a ledger, a pull and a judgement, three commands and one access token. It is judged in full, and never green. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Result } from '../../../src/model/result.ts';
import { callCli } from '../call-cli.ts';
import { rowsOfDay } from '../usage-host/log-rows.ts';
import { accessToken, startUsageHost } from '../usage-host/usage-host.ts';

const folder = mkdtempSync(join(tmpdir(), 'trueup-zero-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const moment = { now: Date.parse('2026-06-01T00:10:00Z'), environment: { COMETAPI_ACCESS_TOKEN: accessToken } };
const days = Array.from({ length: 31 }, (_, index) => `2026-05-${String(index + 1).padStart(2, '0')}`);

describe('init, pull, reconcile', () => {
  const rows = days.flatMap((day, index) => rowsOfDay(day, 20 + index));

  it('init and pull leave evidence of every day, and the closing balance', async () => {
    const host = await startUsageHost(rows);
    const init = await callCli(folder, ['init', 'ledger', '--from', 'cometapi'], moment);
    expect(init.code).toBe(0);
    expect(init.stdout).toContain('Next: `trueup usage pull cometapi` with the key in the environment, then `trueup reconcile`.');
    const pull = await callCli(folder, ['usage', 'pull', 'cometapi', '--ledger', 'ledger', '--base-url', host.url], moment);
    host.close();
    expect(pull.stderr).toBe('');
    expect(pull.stdout.match(/^2026-05-\d\d log: \d+ rows/gm)?.length).toBe(31);
    expect(pull.stdout).toContain('2026-06-01 balance: 1904.1 USD\n');
  });

  it('reconcile says what was charged, to the last unit, and that nothing of ours was held against it', async () => {
    const { code, stdout } = await callCli(folder, ['reconcile', '--ledger', 'ledger', '--out', 'out'], moment);
    const result = JSON.parse(readFileSync(join(folder, 'out/2026-05/result.json'), 'utf8')) as Result;
    const sum = (type: number): number => rows.filter((row) => row.type === type).reduce((all, { quota }) => all + quota, 0);
    const { inputs } = JSON.parse(readFileSync(join(folder, 'out/2026-05/manifest.json'), 'utf8')) as { inputs: { name: string; role: string }[] };
    expect(inputs.filter(({ role }) => role === 'pull').map(({ name }) => name)).toEqual(['periods/2026-05/evidence/pull.json']);
    expect(readFileSync(join(folder, 'out/2026-05/report.md'), 'utf8')).toContain('evidence/pull.json');
    expect(code).toBe(2);
    expect(stdout).toContain('INCONCLUSIVE May 2026 cannot be judged: no charge could be held against a counted request');
    expect(result.totals.provider_charged).toBe(String(((sum(2) - sum(6)) * 2) / 1_000_000));
    expect(result.counts?.provider.charges).toBe(rows.filter(({ type }) => type === 2).length);
    expect(result.findings.filter(({ severity }) => severity === 'inconclusive').map(({ code: found, args }) => [found, args['problem']])).toEqual([
      ['coverage-low', 'no-application'],
    ]);
  });
});

/** Whatever a ledger holds, the script of its packet computes the same bridge from the lines. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { callCli } from '../e2e/call-cli.ts';
import { python, runPython } from '../e2e/packet/run-python.ts';
import { seedsPer } from './drawn-seeds.ts';
import { randomBuckets } from './random-buckets.ts';
import { randomLedger } from './random-ledger.ts';
import { writeLedger } from './write-ledger.ts';

const seeds = Array.from({ length: seedsPer(8) }, (_, index) => 12_000 + index);
const ledgers = { calls: randomLedger, sums: randomBuckets };
const cases = seeds.flatMap((seed) => (['calls', 'sums'] as const).map((of) => [of, seed] as const));

describe.runIf(python !== null)('computed again', () => {
  test.each(cases)('%s, seed %i', { timeout: 60_000 }, async (of, seed) => {
    const folder = await mkdtemp(join(tmpdir(), 'trueup-reperform-'));
    try {
      await writeLedger(ledgers[of](seed), folder);
      const { code, stdout, stderr } = await callCli(folder, ['export', '2026-05', 'packet', '--as-of', '2026-07-01']);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'Wrote .trueup/2026-05-packet\n', stderr: '' });
      const again = runPython(join(folder, '.trueup/2026-05-packet/reperform.py'));
      expect(again.output).toContain('everything agrees');
      expect(again.code).toBe(0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** What `--memory` promises: a month that does not fit spills, and the process as a whole stays within a known distance of the limit. Counted in bytes, so that it holds on a busy machine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, expect, test } from 'vitest';
import { generateBench } from '../../bench/generate.ts';
import { measureProcess } from '../../bench/measure-process.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-headroom-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const megabyte = 1_000_000;
const limit = 200 * megabyte;
/** Node, the engine's code and what it does not count, such as the buffers of its readers. */
const headroom = 300 * megabyte;
const program = join(import.meta.dirname, '../../dist/cli/index.js');

// Elsewhere the system does not tell the peak of a process.
test.runIf(process.platform === 'linux')(
  'a month that takes more memory than it is given stays within the headroom',
  async () => {
    const ledger = join(workspace, 'ledger');
    await generateBench({ rows: 150_000, seed: 1, folder: ledger });
    const words = ['--ledger', ledger, '--out', join(workspace, 'out'), '--as-of', '2026-06-15', '--fail-on', 'never', '--memory', `${limit / megabyte}MB`];
    const { peak, disk } = await measureProcess([process.execPath, program, 'reconcile', ...words], join(workspace, 'temporary'));
    // It was measured, and the limit was reached: with more memory the same month takes no disk.
    expect(peak).toBeGreaterThan(limit / 2);
    expect(disk).toBeGreaterThan(10 * megabyte);
    expect(peak).toBeLessThan(limit + headroom);
  },
  120_000,
);

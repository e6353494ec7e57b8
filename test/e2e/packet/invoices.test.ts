/** The auditor's script on months whose invoices are not the sum of the rows: it comes to every row of the bridge by itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { scenariosOf } from '../../scenarios/expected.ts';
import { layOut } from '../../scenarios/lay-out.ts';
import { callCli } from '../call-cli.ts';
import { share } from '../../properties/drawn-seeds.ts';
import { python, runPython } from './run-python.ts';

const folder = mkdtempSync(join(tmpdir(), 'trueup-packet-invoices-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const about = /invoice-rounding|two-invoices|residual-one-of-two|tax-included|tax-twice|in-euro|cny-bill|fx-rate/;

describe.runIf(python !== null)('computed again', () => {
  it.each(share(scenariosOf('reconcile').filter(([name]) => about.test(name))))('%s', { timeout: 60_000 }, async (name, expected) => {
    const root = await layOut(folder, name, expected);
    const out = join(folder, 'out', name);
    await callCli(folder, ['export', expected.period, 'packet', '--ledger', root, '--out', out, '--as-of', expected.asOf]);
    const { code, output } = runPython(join(out, `${expected.period}-packet`, 'reperform.py'));
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('everything agrees') });
  });
});

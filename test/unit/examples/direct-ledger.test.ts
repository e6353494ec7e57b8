/** The example of days: its evidence is what the generator writes, it passes, and its figures are those of plain integers over our own log. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { directEvidence } from '../../../scripts/generate/direct-evidence.ts';
import { type PeriodRun, reconcileLedger, validateLedger } from '../../../src/period/reconcile.ts';
import { usualRun } from '../../../src/period/period-facts.ts';

const root = join(import.meta.dirname, '../../../examples/direct');
const period = join(root, 'periods/2026-05');
const folder = mkdtempSync(join(tmpdir(), 'trueup-direct-'));
let run: PeriodRun | undefined;

beforeAll(async () => {
  const settings = { ...usualRun, toolVersion: '0.0.0-test', temporaryRoot: folder, memoryBytes: 1_000_000_000n };
  const { periods } = await reconcileLedger({ ...settings, ledgerRoot: root, out: join(folder, 'out'), periods: [], asOf: '2026-06-15' });
  run = periods[0];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function amount(step: string): string | undefined {
  return run?.result.bridge.find((row) => row.step === step)?.amount;
}

/** Tokens × the public price per million, in units of 10⁻⁹ USD. */
const prices: Readonly<Record<string, readonly [input: bigint, cached: bigint, output: bigint]>> = {
  'gpt-4.1-mini': [400n, 100n, 1600n],
  'gpt-4.1-nano': [100n, 25n, 400n],
};

function costOfLog(): bigint {
  const [, ...lines] = readFileSync(join(period, 'evidence/app.csv'), 'utf8').trimEnd().split('\n');
  return lines
    .map((line) => line.split(','))
    .filter(([, , , , , status]) => status === 'success')
    .map((cells) => {
      const [input, cached, output] = cells.slice(7).map(BigInt) as [bigint, bigint, bigint];
      const [perInput, perCached, perOutput] = prices[cells[4] ?? ''] ?? [0n, 0n, 0n];
      return (input - cached) * perInput + cached * perCached + output * perOutput;
    })
    .reduce((sum, cost) => sum + cost, 0n);
}

describe('examples/direct', () => {
  test('holds what the generator writes', () => {
    for (const [name, content] of directEvidence()) expect(readFileSync(join(period, name), 'utf8'), name).toBe(content);
  });

  test('is read without a finding', async () => {
    expect((await validateLedger(root, '2026-06-15')).findings).toEqual([]);
  });

  test('passes, by day and not by request', () => {
    expect(run?.result.verdict).toBe('pass');
    expect(run?.result.assurance).toBe('bucket');
    expect(run?.result.counts).toMatchObject({ units: 219, bucket_moved: 1 });
  });

  test('costs what our own log says', () => {
    expect(costOfLog()).toBe(10_450_955_700n);
    expect([amount('expected'), amount('provider_charged')]).toEqual(['10.4509557', '10.4509557']);
  });

  // 10.4509557 × 0.87 = 9.092331459; × 0.0031 = 0.03239796267; × 0.8731 = 9.12472942167, to a cent 9.12; 19 % of it 1.7328, to a cent 1.73.
  test('becomes the invoice in euros', () => {
    const steps = ['charged_converted', 'fx_rate', 'invoice_rounding', 'invoice_usage', 'tax', 'invoice_total'];
    expect(steps.map(amount)).toEqual(['9.092331459', '0.03239796267', '-0.00472942167', '9.12', '1.73', '10.85']);
  });

  test('its page shows the headline', () => {
    const [headline = ''] = run?.report.split('\n') ?? [];
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(headline.replace(/^.*\*\*(.+)\*\*/, 'PASS $1'));
  });
});

/** A period whose relations lie on a cluster: the same bytes where one is at hand, and no number at all where it goes away. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultTrinoPatience, openTrino } from '../../src/host/trino/ask-trino.ts';
import type { RunSettings } from '../../src/period/period-facts.ts';
import { reconcileLedger } from '../../src/period/reconcile.ts';
import { clusterAtHand } from '../cluster.ts';
import { baseAlone, scenariosOf } from '../scenarios/expected.ts';
import { layOut } from '../scenarios/lay-out.ts';
import { planted } from '../unit/report/planted-secrets.ts';
import { settingsFor } from './controls/three-months.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-cluster-'));
/** The others lay the same scenario out. */
const alone = join(workspace, 'alone');
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

async function reconcile(ledgerRoot: string, name: string, wide: RunSettings['wide'], more: Partial<RunSettings> = {}) {
  const temporaryRoot = join(workspace, `${name}-tmp`);
  mkdirSync(temporaryRoot);
  const out = join(workspace, `${name}-out`);
  const run = await reconcileLedger({ ...settingsFor(workspace), ...more, temporaryRoot, wide, ledgerRoot, out, periods: [] });
  return { ...run, results: run.periods.map(({ period }) => readFileSync(join(out, period.id, 'result.json'), 'utf8')) };
}

function problemsOf({ periods }: Awaited<ReturnType<typeof reconcile>>): unknown {
  return periods.map(({ judgement }) => judgement.findings.map(({ code, args }) => [code, String(args['problem'])]));
}

/** What the manifest says of who computed. */
function engineOf(name: string, period: string): unknown {
  return JSON.parse(readFileSync(join(workspace, `${name}-out`, period, 'manifest.json'), 'utf8')).engine;
}

describe('a cluster that is not there', () => {
  const folder = join(workspace, 'shared');
  mkdirSync(folder);
  mkdirSync(alone);
  const place = { url: 'http://127.0.0.1:9', user: 'trueup', catalog: 'hive', folder, location: 'local:///shared' };
  const client = openTrino(place, null, defaultTrinoPatience({ now: () => Date.now(), wait: async () => undefined }));

  it('leaves the period inconclusive, without a number and with nothing behind', async () => {
    const run = await reconcile(await layOut(alone, '_base', baseAlone), 'alone', { place, client });
    expect(run.verdict).toBe('inconclusive');
    expect(problemsOf(run)).toEqual([[['cluster-failure', expect.stringContaining('Trino at 127.0.0.1:9 did not answer to the end')]]]);
    expect(run.periods.map(({ result }) => result.totals.provider_charged)).toEqual([null]);
    expect(readdirSync(folder)).toEqual([]);
    expect(engineOf('alone', '2026-05')).toBe('trino');
  });

  it('is handed no secret: the period is inconclusive before it is asked', async () => {
    const root = await layOut(join(alone, 'secret'), '_base', baseAlone);
    const rows = join(root, 'periods/2026-05/evidence/application.csv');
    writeFileSync(rows, readFileSync(rows, 'utf8').replace(',chat,', `,${planted['an access key']},`));
    const run = await reconcile(root, 'secret', { place, client });
    expect(problemsOf(run)).toEqual([[['cluster-failure', expect.stringContaining('column service of the application rows holds a secret')]]]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

const wide = clusterAtHand();
describe.skipIf(wide === null)('a cluster at hand', () => {
  const named = [
    'likely-hidden-retry',
    'refund-repeated',
    'exception-used',
    'conflicting-duplicate',
    'case-batch-and-fast-tiers',
    'balance-gap',
    'threshold-total-parts-overcharged',
    // Sums in place of calls, by hour, day and key, with units that move and rows without their bucket.
    'pass-buckets-late',
    'pass-buckets-by-key',
    'bucket-of-fallback',
    'bucket-straddles',
    'bucket-exception',
    // Beside calls, and invoices alone.
    'pass-witness-late',
    'pass-witness-whole',
    'bucket-mismatch-refund',
    'bucket-uncompared-cells',
    'pass-invoice-only-rounded',
  ];
  const scenarios = scenariosOf('reconcile').filter(([name]) => named.includes(name));

  it.each([['_base', baseAlone] as const, ...scenarios])('says of %s what the embedded engine says', { timeout: 300_000 }, async (name, expected) => {
    const root = await layOut(workspace, name, expected);
    const more = { asOf: expected.asOf };
    const [here, there] = [await reconcile(root, `${name}-here`, undefined, more), await reconcile(root, `${name}-there`, wide ?? undefined, more)];
    expect(there.results).toEqual(here.results);
    expect([engineOf(`${name}-here`, expected.period), engineOf(`${name}-there`, expected.period)]).toEqual([undefined, 'trino']);
  });

  it('finds a secret in the name of a file, which it is not told of', { timeout: 300_000 }, async () => {
    const root = await layOut(join(workspace, 'named'), '_base', baseAlone);
    const [period, evidence, name] = [join(root, 'periods/2026-05/period.yaml'), join(root, 'periods/2026-05/evidence'), `${planted['an access key']}.csv`];
    renameSync(join(evidence, 'application.csv'), join(evidence, name));
    writeFileSync(period, readFileSync(period, 'utf8').replace('evidence/application.csv', `evidence/${name}`));
    const [here, there] = [await reconcile(root, 'named-here', undefined), await reconcile(root, 'named-there', wide ?? undefined)];
    expect(there.periods.flatMap(({ judgement }) => judgement.findings.map(({ code }) => code))).toContain('evidence-contains-secret');
    expect(there.results).toEqual(here.results);
  });

  it('says of the example what the embedded engine says, with every line', { timeout: 600_000 }, async () => {
    const root = join(workspace, 'example');
    cpSync('examples/cometapi', root, { recursive: true });
    const more: Partial<RunSettings> = { lineFiles: ['lines.parquet', 'lines.csv'] };
    const [here, there] = [await reconcile(root, 'example-here', undefined, more), await reconcile(root, 'example-there', wide ?? undefined, more)];
    expect(there.results).toEqual(here.results);
    const csv = (name: string, id: string): string => readFileSync(join(workspace, `${name}-out`, id, 'lines.csv'), 'utf8');
    for (const { period } of here.periods) expect(csv('example-there', period.id)).toBe(csv('example-here', period.id));
  });
});

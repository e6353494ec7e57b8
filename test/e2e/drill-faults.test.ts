/** The self-test: faults made in a copy of a period must show, those that a policy hides must be said, and the ledger itself stays as it is. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeText } from '../../src/drills/faults/source-table.ts';
import { faultKinds, injectFaults } from '../../src/drills/inject-faults.ts';
import type { RunSettings } from '../../src/period/period-facts.ts';
import { renderFaults } from '../../src/report/render-drills.ts';
import { expectInertTerminal } from '../scenarios/expect-inert.ts';
import { baseAlone, type Expected, scenariosOf } from '../scenarios/expected.ts';
import { factsOf } from '../scenarios/facts-of.ts';
import { layOut } from '../scenarios/lay-out.ts';
import { hashesOf } from './read-folder.ts';
import { plainScreen } from '../plain-screen.ts';
import { isThorough, share } from '../properties/drawn-seeds.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-faults-test-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));
const example = join(import.meta.dirname, '../../examples/cometapi');
const temporaryRoot = mkdtempSync(join(workspace, 'tmp-'));

const settings: RunSettings = {
  evidenceRoot: null,
  asOf: '2026-06-15',
  through: null,
  lineFiles: [],
  toolVersion: '0.0.0-test',
  temporaryRoot,
  memoryBytes: 1_000_000_000n,
  onProgress: () => undefined,
  onPlan: null,
};

function named(name: string): Expected {
  const found = scenariosOf('reconcile').find(([one]) => one === name);
  if (found === undefined) throw new Error(`there is no scenario ${name}`);
  return found[1];
}

function layOutNamed(name: string): Promise<string> {
  return layOut(workspace, name, named(name));
}

function periodOf(name: string): string {
  return named(name).period ?? '';
}

function settingsOf(name: string): RunSettings {
  return { ...settings, asOf: named(name).asOf };
}

describe('scenarios', () => {
  it.each(scenariosOf('faults'))('%s', async (name, expected) => {
    const kinds = ['provider-row-exported-twice', 'application-row-exported-twice', 'provider-row-dropped', 'request-that-never-left-the-gateway'];
    const report = await injectFaults(await layOut(workspace, name, expected), expected.period, { seed: 1, kinds }, settings);
    expect(factsOf(report.findings, expected.findings)).toEqual(expected.findings);
    expect(report.kinds.map(({ kind, injected, detected }) => [kind, injected, detected])).toEqual([
      ['provider-row-dropped', 3, 3],
      ['provider-row-exported-twice', 3, 0],
      ['application-row-exported-twice', 3, 0],
      ['request-that-never-left-the-gateway', 0, 0],
    ]);
    const text = renderFaults(report, plainScreen);
    expect(text).toContain('undetectable: request-that-never-left-the-gateway needs a gateway layer\n');
    expect(text).toContain('That is fewer than 40 faults of 14 kinds');
    expectInertTerminal(text);
  });
});

describe('the example', () => {
  it('shows every fault of every kind, and is not touched', { timeout: 180_000 }, async () => {
    const before = hashesOf(join(example, 'periods/2026-03/evidence'));
    const report = await injectFaults(example, '2026-03', { seed: 7, kinds: [] }, settings);
    const made = report.kinds.filter(({ needs }) => needs === null);
    expect(made.filter(({ detected, injected }) => detected !== injected)).toEqual([]);
    expect(made.length).toBeGreaterThanOrEqual(14);
    expect(made.reduce((sum, { injected }) => sum + injected, 0)).toBeGreaterThanOrEqual(40);
    expect(report.findings).toEqual([]);
    expect(renderFaults(report, plainScreen)).toMatch(/2026-03: (\d+) of \1 faults of \d+ kinds showed \(100%\), seed 7/);
    expect(hashesOf(join(example, 'periods/2026-03/evidence'))).toEqual(before);
    expect(readdirSync(temporaryRoot)).toEqual([]);
  });
});

describe('a period', () => {
  it('of JSON lines in Zstandard is tested row by row; Parquet has no text, and is said to be left out', async () => {
    const edit = [{ path: 'periods/2026-05/period.yaml', find: 'evidence/application.csv', put: 'evidence/application.jsonl.zst' }];
    const root = await layOut(workspace, '_base', { ...baseAlone, edit });
    const folder = join(root, 'periods/2026-05/evidence');
    const [header = [], ...rows] = readFileSync(join(folder, 'application.csv'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const lines = rows.map((cells) => `${JSON.stringify(Object.fromEntries(header.map((name, index) => [name, cells[index]])))}\n`);
    writeFileSync(join(folder, 'application.jsonl.zst'), encodeText(lines.join(''), 'zstd'));
    const kinds = [
      'application-row-dropped',
      'output-tokens-of-a-request-changed',
      'requested-model-unknown',
      'application-file-truncated',
      'provider-file-truncated',
    ];
    const report = await injectFaults(root, '2026-05', { seed: 3, kinds }, settings);
    expect(report.kinds.map(({ injected, detected }) => [injected, detected])).toEqual([
      [3, 3],
      [3, 3],
      [3, 3],
      [1, 1],
      [1, 1],
    ]);

    const parquet = await layOut(workspace, 'pass-parquet', scenariosOf('reconcile').find(([name]) => name === 'pass-parquet')?.[1] ?? baseAlone);
    const { kinds: left } = await injectFaults(
      parquet,
      '2026-05',
      { seed: 3, kinds: ['provider-row-dropped', 'clock-of-the-provider-in-another-zone'] },
      settings,
    );
    expect(left.map(({ needs }) => needs)).toEqual(['plain requests whose rows can be read as CSV or JSON lines', 'provider rows as CSV or JSON lines']);
  });

  it('that is frozen has its lock and what it holds tested too', async () => {
    const root = await layOut(workspace, 'pass-frozen', baseAlone);
    const kinds = ['lock-edited', 'frozen-evidence-changed', 'provider-row-dropped', 'charge-duplicated'];
    const report = await injectFaults(root, '2026-05', { seed: 1, kinds }, settings);
    expect(report.kinds.map(({ kind, injected, detected, needs }) => [kind, injected, detected, needs])).toEqual([
      ['provider-row-dropped', 3, 3, null],
      ['charge-duplicated', 3, 3, null],
      ['lock-edited', 1, 1, null],
      ['frozen-evidence-changed', 1, 1, null],
    ]);
    expect(report.findings).toEqual([]);
  });

  it('of sums has its buckets tested, a prepaid one its balance, and one in two currencies its rate', async () => {
    const shownIn = async (root: string, kinds: readonly string[]): Promise<unknown> => {
      const report = await injectFaults(root, '2026-05', { seed: 2, kinds }, settings);
      return report.kinds.map(({ kind, injected, detected, needs }) => [kind, injected, detected, needs]);
    };
    const ofBuckets = ['bucket-dropped', 'bucket-stated-twice', 'buckets-in-another-zone'];
    const ofBalances = ['balance-misread', 'movement-of-the-balance-forgotten'];
    expect(await shownIn(await layOutNamed('pass-buckets'), [...ofBuckets, ...ofBalances])).toEqual([
      ...ofBuckets.map((kind) => [kind, 1, 1, null]),
      ['balance-misread', 0, 0, 'a statement of a prepaid balance (stage prepaid)'],
      ['movement-of-the-balance-forgotten', 0, 0, 'a statement of a prepaid balance (stage prepaid) with a movement'],
    ]);
    expect(await shownIn(await layOutNamed('pass-prepaid'), [...ofBuckets, ...ofBalances])).toEqual([
      ...ofBuckets.map((kind) => [kind, 0, 0, 'buckets of the provider as CSV or JSON lines']),
      ...ofBalances.map((kind) => [kind, 1, 1, null]),
    ]);
    const ofWitnesses = ['provider-row-dropped-beside-buckets', 'call-lost-from-every-export-of-calls'];
    expect(await shownIn(await layOutNamed('pass-witness'), ofWitnesses)).toEqual(ofWitnesses.map((kind) => [kind, 1, 1, null]));
    expect(await shownIn(await layOutNamed('pass-witness'), ['provider-row-exported-twice'])).toEqual([['provider-row-exported-twice', 3, 3, null]]);
    expect(await shownIn(await layOutNamed('pass-invoice-in-euro'), ['rate-of-another-day'])).toEqual([['rate-of-another-day', 1, 1, null]]);
    const ofRows = ['rate-of-rows-of-another-day', 'charged-amount-changed', 'charge-in-another-currency'];
    const needsOwn = "a column for the charged amount in the provider's export, in the currency of the period";
    const rows = await shownIn(await layOutNamed('pass-rows-in-two-currencies'), ofRows);
    expect(rows).toEqual([...ofRows.slice(1).map((kind) => [kind, 3, 3, null]), ['rate-of-rows-of-another-day', 1, 1, null]]);
    const site = await shownIn(await layOutNamed('case-new-api-cny-site'), [ofRows[0] ?? '', 'charged-amount-changed']);
    expect(site).toEqual([
      ['charged-amount-changed', 0, 0, needsOwn],
      ['rate-of-rows-of-another-day', 1, 1, null],
    ]);
  });

  it('that counts searches has some lost, one of tiers has them swapped, one that corrects another has it booked twice', async () => {
    const shownIn = async (name: string, asked: readonly string[]): Promise<unknown> => {
      const report = await injectFaults(await layOutNamed(name), periodOf(name), { seed: 2, kinds: asked }, settingsOf(name));
      expect(report.findings).toEqual([]);
      return report.kinds.map(({ kind, injected, detected, needs }) => [kind, injected, detected, needs]);
    };
    const ofMeters = ['metered-quantity-of-a-charge-lost', 'metered-quantity-of-a-request-lost'];
    const further = ['service-tier-swapped', 'correction-booked-twice'];
    const lacking = {
      meters: ofMeters.map((kind) => [kind, 0, 0, 'requests of which both sides count something beside tokens, such as searches']),
      tiers: ['service-tier-swapped', 0, 0, 'a service tier with a price of its own, and columns for it on both sides'],
      corrections: ['correction-booked-twice', 0, 0, 'a row that corrects an earlier period, with an id'],
    };
    expect(await shownIn('pass-meters', [...ofMeters, ...further])).toEqual([
      ...ofMeters.map((kind) => [kind, 1, 1, null]),
      lacking.tiers,
      lacking.corrections,
    ]);
    expect(await shownIn('pass-variants-of-price', [...ofMeters, ...further])).toEqual([
      ...lacking.meters,
      ['service-tier-swapped', 3, 3, null],
      lacking.corrections,
    ]);
    expect(await shownIn('period-corrected', further)).toEqual([lacking.tiers, ['correction-booked-twice', 1, 1, null]]);
    expect(await shownIn('set-aside-correction', ['correction-booked-twice'])).toEqual([['correction-booked-twice', 1, 1, null]]);
  });

  // Sums, a prepaid balance, an invoice in another currency. On a desk each kind is tried in one of them, since all of it is a run of each kind.
  it.each(['pass-buckets', 'pass-prepaid', 'pass-invoice-in-euro'].map((name, place) => [name, place] as const))(
    'shows every fault of every kind that can be made in it: %s',
    { timeout: 180_000 },
    async (name, place) => {
      const kinds = share(faultKinds, place).map(({ kind }) => kind);
      const report = await injectFaults(await layOutNamed(name), periodOf(name), { seed: 2, kinds }, settingsOf(name));
      expect(report.kinds.filter(({ injected, detected }) => detected !== injected)).toEqual([]);
      expect(report.findings).toEqual([]);
      expect(report.kinds.filter(({ needs }) => needs === null).length).toBeGreaterThanOrEqual(isThorough ? 14 : 4);
      expect(renderFaults(report, plainScreen)).toContain('(100%)');
    },
  );

  it('must be known, and so must the kinds', async () => {
    const root = await layOut(workspace, '_base', baseAlone);
    await expect(injectFaults(root, '2026-04', { seed: 1, kinds: [] }, settings)).rejects.toThrow('There is no period "2026-04"');
    await expect(injectFaults(root, '2026-05', { seed: 1, kinds: ['gremlins'] }, settings)).rejects.toThrow('There is no kind of fault "gremlins"');
  });

  it('that cannot be judged without faults is not tested with them', async () => {
    const root = await layOut(workspace, 'evidence-empty', scenariosOf('reconcile').find(([name]) => name === 'evidence-empty')?.[1] ?? baseAlone);
    const report = await injectFaults(root, '2026-05', { seed: 1, kinds: [] }, settings);
    expect(report.kinds).toEqual([]);
    expect(report.findings.map(({ code }) => code)).toEqual(['evidence-empty']);
  });
});

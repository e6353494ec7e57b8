/** No statement of the engine compares every row with every other: a plan with such a join is slow on real months. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/engine/database.ts';
import { sql } from '../../src/engine/sql.ts';
import { reconcileLedger } from '../../src/period/reconcile.ts';
import { seedsPer } from './drawn-seeds.ts';
import type { ReferenceInput } from '../reference/input.ts';
import { randomLedger } from './random-ledger.ts';
import { writeLedger } from './write-ledger.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-plans-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

interface Plan {
  readonly statement: string;
  readonly plan: string;
}

async function plansOf(ledgerRoot: string): Promise<Plan[]> {
  const plans: Plan[] = [];
  const run = await reconcileLedger({
    ledgerRoot,
    evidenceRoot: null,
    out: join(workspace, 'out'),
    periods: ['2026-05'],
    asOf: '2026-06-15',
    through: null,
    lineFiles: ['lines.parquet', 'lines.csv'],
    toolVersion: '0.0.0-test',
    temporaryRoot: workspace,
    memoryBytes: 1_000_000_000n,
    onProgress: () => undefined,
    onPlan: (statement, plan) => plans.push({ statement, plan }),
  });
  expect(run.periods[0]?.judgement.bridge).not.toEqual([]);
  return plans;
}

const nestedLoop = /NESTED_LOOP_JOIN|BLOCKWISE_NL_JOIN/;

function expectNoNestedLoops(plans: readonly Plan[]): void {
  expect(plans.length).toBeGreaterThan(70);
  // The hook really gives plans, and joins are among them.
  expect(plans.filter(({ plan }) => plan.includes('HASH_JOIN')).length).toBeGreaterThan(10);
  expect(plans.filter(({ plan }) => nestedLoop.test(plan)).map(({ statement, plan }) => `${statement}\n${plan}`)).toEqual([]);
}

test('the base of the scenarios', async () => {
  expectNoNestedLoops(await plansOf(join(import.meta.dirname, '../scenarios/_base')));
});

test('the failing month of the example', async () => {
  expectNoNestedLoops(await plansOf(join(import.meta.dirname, '../../examples/cometapi')));
});

/** A ledger that has every layer, three snapshots, a scope, tiers and incidents. */
function isRich(input: ReferenceInput): boolean {
  return (
    input.layers.gateway !== null &&
    input.snapshots.length === 3 &&
    input.period.models !== null &&
    input.period.environment !== null &&
    input.period.incidents.length > 1 &&
    input.snapshots.some(({ prices }) => prices.some(({ tiers }) => tiers.length > 1))
  );
}

/** The first of them: one in a hundred is. */
function richLedgers(count: number): { readonly seed: number; readonly input: ReferenceInput }[] {
  const found: { seed: number; input: ReferenceInput }[] = [];
  for (let seed = 0; seed < 600 && found.length < count; seed += 1) {
    const input = randomLedger(seed);
    if (isRich(input)) found.push({ seed, input });
  }
  return found;
}
const rich = richLedgers(Math.max(3, seedsPer(20)));

test.each(rich.slice(0, seedsPer(20)))('a random ledger with everything in it, seed $seed', async ({ seed, input }) => {
  const folder = join(workspace, `seed-${seed}`);
  await writeLedger(input, folder);
  expectNoNestedLoops(await plansOf(folder));
});

test('a plan says so when there is such a join', async () => {
  const plans: string[] = [];
  const database = await openDatabase({
    file: ':memory:',
    temporaryFolder: workspace,
    readable: [],
    folders: [],
    memoryLimit: null,
    maxTemporaryBytes: 0n,
    threads: 1,
    onPlan: (_, plan) => plans.push(plan),
  });
  await database.run(sql`create table numbers as select range as number from range(10000)`);
  await database.rows(sql`select count(*) as count from numbers as one join numbers as other on one.number = other.number or one.number = 2 * other.number`);
  await database.rows(sql`select count(*) as count from numbers as one left join numbers as other on one.number <> other.number + 1`);
  database.close();
  expect(plans.filter((plan) => nestedLoop.test(plan))).toHaveLength(2);
});

test('there are such ledgers', () => {
  expect(rich.length).toBeGreaterThanOrEqual(3);
});

/** Whatever a ledger holds, the column of each step of the line file sums to the bridge, as a whole and grouped as the cuts are, in both files. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Database, Row } from '../../src/engine/database.ts';
import { joinSql, literal, sql, type Sql } from '../../src/engine/sql.ts';
import type { Terms } from '../../src/engine/terms.ts';
import { createToldLines } from '../../src/engine/line-rows.ts';
import { writeLineFiles } from '../../src/engine/write-lines.ts';
import { type CutName, rowSteps } from '../../src/model/bridge.ts';
import { type LineColumn, lineColumnsWith } from '../../src/model/line.ts';
import { amountOf, noAmount } from '../../src/model/money.ts';
import type { StepAmount } from '../../src/model/reconciliation.ts';
import { layOutLines } from '../../src/period/period-facts.ts';
import { seedsPer } from './drawn-seeds.ts';
import { type EngineRun, withEngine } from './engine-implementation.ts';
import { randomLedger } from './random-ledger.ts';

const seeds = Array.from({ length: seedsPer(4) }, (_, index) => 9000 + index);

/** The column that a cut goes by. */
const cutColumns = {
  by_service: 'service',
  by_cost_center: 'cost_center',
  by_day: 'day',
  by_role: 'role',
  by_prompt_version: 'prompt_version',
  by_retry_reason: 'retry_reason',
  by_key: 'key_ref',
  by_account: 'account_ref',
  by_incident: 'incident',
} as const satisfies Record<Exclude<CutName, 'by_model'>, LineColumn>;

describe.each(seeds)('seed %i', (seed) => {
  test('adds up', { timeout: 60_000 }, () => withEngine(randomLedger(seed), {}, expectSums));
});

async function expectSums(run: EngineRun): Promise<void> {
  const { database, outcome, ledger, period, folder } = run;
  const { reconciliation, terms } = outcome;
  if (reconciliation === null || terms === null) throw new Error(JSON.stringify(outcome.findings));
  await layOutLines(database, { ledger, period }, outcome);
  const files = ['lines.parquet', 'lines.csv'] as const;
  await writeLineFiles(database, folder, files, { secrets: 'none', steps: terms.steps });
  for (const file of files) {
    const [whole] = await sumsOf(database, join(folder, file), terms, literal('all'));
    expect(moving(whole)).toEqual(stepsOf(reconciliation.steps));
    for (const [cut, column] of Object.entries(cutColumns) as [keyof typeof cutColumns, LineColumn][]) {
      const sums = await sumsOf(database, join(folder, file), terms, sql`coalesce(${plain(column)}, '(none)')`);
      // Of one account, what the provider's rows name is told and no cut goes by it.
      if (cut === 'by_account' && reconciliation.cuts.by_account.length === 0) continue;
      const found = Object.fromEntries(sums.map((row) => [String(row['key']), moving(row)]));
      // Where no line names a key there is no cut by key.
      if (cut === 'by_key' && reconciliation.cuts.by_key.length === 0) {
        expect(Object.keys(found)).toEqual(['(none)']);
        continue;
      }
      const told = Object.fromEntries(reconciliation.cuts[cut].map(({ key, steps }) => [key, stepsOf(steps)]));
      expect({ file, cut, rows: withoutEmpty(found) }).toEqual({ file, cut, rows: withoutEmpty(told) });
    }
  }
  await expectTold(run, join(folder, 'lines.parquet'));
}

/** The lines that somebody is told of are lines as they are among all, and every line that moves money away from what was expected is one, but for roundings. */
async function expectTold({ database, outcome: { terms, loaded } }: EngineRun, all: string): Promise<void> {
  if (terms === null) throw new Error('there are no terms');
  const [drawn] = await database.rows(sql`select min(request_id) as id, count(*) as lines from read_parquet(${literal(all)})`);
  await database.run(sql`drop view line_rows`);
  await createToldLines(database, terms, { loaded, uncharged: 'some' }, drawn?.['id'] === null ? [] : [String(drawn?.['id'])]);
  const moving = joinSql(
    terms.steps.filter((step) => step !== 'expected' && step !== 'rounding').map((step) => sql`coalesce(${step}, 0) <> 0`),
    ' or ',
  );
  const told = sql`(select ${joinSql(lineColumnsWith(terms.steps))} from line_rows)`;
  const lines = sql`(select * from read_parquet(${literal(all)}))`;
  expect(await database.rows(sql`from ${told} except all from ${lines}`)).toEqual([]);
  expect(await database.rows(sql`select * from ${lines} where ${moving} or request_id = ${literal(String(drawn?.['id']))} except all from ${told}`)).toEqual(
    [],
  );
}

/** The sums of all steps by a key; a column of text is read as exact decimals, never as binary fractions. */
function sumsOf(database: Database, path: string, { steps, scale }: Terms, key: Sql): Promise<Row[]> {
  const source = path.endsWith('.csv') ? sql`read_csv(${literal(path)}, all_varchar = true, header = true)` : sql`read_parquet(${literal(path)})`;
  const sums = joinSql(steps.map((step) => sql`coalesce(sum(${step}::decimal(38, ${scale})), 0)::varchar as ${step}`));
  return database.rows(sql`select ${key} as key, ${sums} from ${source} group by all order by key`);
}

/** The text of a column without the apostrophe that keeps a spreadsheet from running it. */
function plain(column: LineColumn): Sql {
  return sql`regexp_replace(${column}::varchar, '^''([=+\\-@])', '\\1')`;
}

function moving(row: Row | undefined): Record<string, string> {
  const steps = rowSteps.filter((step) => row !== undefined && step in row);
  return Object.fromEntries(steps.map((step) => [step, amountOf(String(row?.[step]))]).filter(([, amount]) => amount !== noAmount));
}

function stepsOf(steps: readonly StepAmount[]): Record<string, string> {
  return Object.fromEntries(steps.filter(({ amount }) => amount !== noAmount).map(({ step, amount }) => [step, amount]));
}

function withoutEmpty(rows: Readonly<Record<string, Readonly<Record<string, string>>>>): Record<string, Readonly<Record<string, string>>> {
  return Object.fromEntries(Object.entries(rows).filter(([, steps]) => Object.keys(steps).length > 0));
}

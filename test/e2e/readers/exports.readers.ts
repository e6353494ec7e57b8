/** The exports, read by the programs that they are for: a spreadsheet computes every formula, two accounting programs check the journals, FOCUS and SARIF have readers of others. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readCsv } from '../../../src/drills/faults/source-table.ts';
import { Money } from '../../../src/model/money.ts';
import type { Result } from '../../../src/model/result.ts';
import { seedCount } from '../../properties/drawn-seeds.ts';
import { randomLedger } from '../../properties/random-ledger.ts';
import { writeLedger } from '../../properties/write-ledger.ts';
import { exampleMonth, exportEveryKind, exportMonth, type Month, resultOfMonth } from '../export-month.ts';

const [office, hledger, python] = [inject('office'), inject('hledger'), inject('python')];
const workspace = mkdtempSync(join(tmpdir(), 'trueup-readers-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));
const months = ['2026-03', '2026-04', '2026-05'];

const exampleResults = new Map<string, Promise<Result>>();
/** Writes every kind of a month of the example below `out`, and has its result; once, since each run judges a full month. Nobody reads a file that another one spoils. */
function exportedExample(id: string): Promise<Result> {
  const result = exampleResults.get(id) ?? exportEveryKind(workspace, exampleMonth(id), 'out').then(() => resultOfMonth(workspace, exampleMonth(id)));
  exampleResults.set(id, result);
  return result;
}

describe.skipIf(office === null)('the workbook in a spreadsheet', { timeout: 900_000 }, () => {
  /** Name of the workbook → its month as judged. */
  const results = new Map<string, Result>();

  /** All of them in one call: the program takes longer to start than to compute. */
  beforeAll(async () => {
    const books = join(workspace, 'books');
    mkdirSync(books);
    for (const month of months) {
      results.set(`example-${month}`, await exportedExample(month));
      copyFileSync(join(workspace, 'out', `${month}.xlsx`), join(books, `example-${month}.xlsx`));
    }
    for (let seed = 0; seed < seedCount; seed += 1) {
      const root = join(workspace, `ledger-${seed}`);
      await writeLedger(randomLedger(50_000 + seed), root);
      const month: Month = { ledger: root, period: '2026-05', asOf: '2026-07-01' };
      await exportMonth(workspace, month, 'xlsx', `random-${seed}`);
      copyFileSync(join(workspace, `random-${seed}`, '2026-05.xlsx'), join(books, `random-${seed}.xlsx`));
      results.set(`random-${seed}`, await resultOfMonth(workspace, month));
      rmSync(root, { recursive: true });
    }
    const files = [...results.keys()].map((name) => join(books, `${name}.xlsx`));
    // Every sheet as CSV, computed, with all digits.
    const filter = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1';
    const profile = `-env:UserInstallation=file://${join(workspace, 'profile')}`;
    execFileSync(office ?? '', [profile, '--headless', '--convert-to', filter, '--outdir', books, ...files], { stdio: 'ignore' });
  }, 900_000);

  const sheet = (book: string, name: string): string[][] =>
    readCsv(readFileSync(join(workspace, 'books', `${book}-${name}.csv`), 'utf8')).map(({ fields }) => [...fields]);
  const books = [...months.map((month) => `example-${month}`), ...Array.from({ length: seedCount }, (_, seed) => `random-${seed}`)];

  it.each(books)('%s: every formula comes to the digits of result.json', (book) => {
    const result = results.get(book);
    if (result === undefined) throw new Error(`there is no ${book}`);
    const [, ...bridge] = sheet(book, 'Bridge');
    const largest = result.bridge.reduce((most, { amount }) => Money.max(most, new Money(amount).abs()), new Money(1));
    const [unit, near] = [
      new Money(10).pow(-13),
      (computed: string, exact: string) => new Money(computed).minus(exact).abs().lessThan(largest.times(unit).times(10)),
    ];
    expect(bridge.map(([, step]) => step)).toEqual(result.bridge.map(({ step }) => step));
    for (const [index, { step, amount }] of result.bridge.entries()) {
      expect({ step, computed: bridge[index]?.[2], near: near(bridge[index]?.[2] ?? 'NaN', amount) }).toMatchObject({ step, near: true });
      expect(bridge[index]?.[3]).toBe(amount);
    }
    for (const [name, cuts] of [
      ['By model', result.by_model],
      ['By service', result.by_service],
      ['By day', result.by_day],
    ] as const) {
      const rows = cuts.every(({ key }) => key === '(none)') ? [] : sheet(book, name).slice(1);
      for (const [key = '', expected = '', , , charged = ''] of rows) {
        const cut = cuts.find((one) => one.key === key);
        expect({ name, key, expected: near(expected, cut?.totals.expected ?? '0'), charged: near(charged, cut?.totals.provider_charged ?? '0') }).toEqual({
          name,
          key,
          expected: true,
          charged: true,
        });
      }
    }
    const texts = ['Summary', 'Bridge', 'Lines', 'Findings'].map((name) => sheet(book, name).flat());
    for (const cell of texts.flat()) expect(cell).not.toMatch(/^#(?:NAME|REF|VALUE|N\/A|DIV|NUM)|^Err:|DIFFERS/);
  });

  it('runs no text as a formula', () => {
    const cells = [...results.keys()].filter((name) => name.startsWith('random-')).flatMap((name) => sheet(name, 'Lines').flat());
    expect(cells.some((cell) => cell.startsWith('='))).toBe(true);
  });
});

describe('the journals', { timeout: 300_000 }, () => {
  it.skipIf(hledger === null).each(months)('%s passes hledger, strictly, and its balances are those of the result', async (month) => {
    const result = await exportedExample(month);
    const file = join(workspace, 'out', `${month}-journal`, `${month}.journal`);
    const run = (...words: string[]) => spawnSync(hledger ?? '', ['-f', file, ...words], { encoding: 'utf8' });
    expect(run('check', '--strict', 'ordereddates', 'balanced')).toMatchObject({ status: 0, stderr: '' });
    const balances = new Map(
      readCsv(run('balance', '--flat', '--empty', '-O', 'csv').stdout).map(({ fields }) => [fields[0] ?? '', (fields[1] ?? '').replace('USD ', '')]),
    );
    expect(new Money(balances.get('liabilities:llm:payable') ?? 'NaN').toFixed()).toBe(new Money(result.totals.invoice_total ?? 'NaN').negated().toFixed());
    for (const { step, amount } of result.bridge.slice(1).filter((row) => !/^(?:provider_(?:at|charged)|invoice_)/.test(row.step))) {
      const name = step.replaceAll('_', '-');
      const sum = ['explained', 'unexplained'].reduce((all, side) => all.plus(balances.get(`expenses:llm:${side}:${name}`) ?? '0'), new Money(0));
      expect({ step, sum: sum.toFixed() }).toEqual({ step, sum: amount });
    }
    writeFileSync(file, readFileSync(file, 'utf8').replace(/USD 0/, 'USD 1'));
    expect(run('check', '--strict').status).not.toBe(0);
  });

  it.skipIf(python === null).each(months)('%s passes Beancount', async (month) => {
    await exportedExample(month);
    const file = join(workspace, 'out', `${month}-journal`, `${month}.beancount`);
    const check = () => spawnSync(python ?? '', ['-m', 'beancount.scripts.check', file], { encoding: 'utf8' });
    expect(check()).toMatchObject({ status: 0, stderr: '' });
    writeFileSync(file, readFileSync(file, 'utf8').replace(/ {2}0\./, '  1.'));
    expect(check().status).not.toBe(0);
  });
});

describe.skipIf(python === null)('FOCUS', { timeout: 300_000 }, () => {
  const validate = (dataset: string, file: string) =>
    spawnSync(
      python ?? '',
      ['-c', 'import sys; from focus_data_toolkit.cli import main; sys.exit(main(sys.argv[1:]))', 'validate', '--dataset', dataset, file],
      { encoding: 'utf8' },
    );

  it.each(months)('%s is valid, and its rows sum to what is payable', async (month) => {
    const result = await exportedExample(month);
    const folder = join(workspace, 'out', `${month}-focus`);
    const [usage, detail] = [join(folder, 'cost-and-usage.csv'), join(folder, 'invoice-detail.csv')];
    expect(validate('cost-and-usage', usage)).toMatchObject({ status: 0, stdout: expect.stringContaining('SEMANTIC_VALID') as unknown });
    expect(validate('invoice-detail', detail)).toMatchObject({ status: 0, stdout: expect.stringContaining('SEMANTIC_VALID') as unknown });
    for (const file of [usage, detail]) {
      const sum = readCsv(readFileSync(file, 'utf8'))
        .slice(1)
        .reduce((all, { fields }) => all.plus(fields[0] ?? '0'), new Money(0));
      expect(sum.toFixed()).toBe(result.totals.invoice_total);
    }
    writeFileSync(usage, readFileSync(usage, 'utf8').replace(',Usage,', ',Usages,'));
    expect(validate('cost-and-usage', usage).status).not.toBe(0);
  });
});

it.skipIf(python === null).each(months)('SARIF of %s is read', { timeout: 120_000 }, async (month) => {
  const { findings } = await exportedExample(month);
  const file = join(workspace, 'out', `${month}.sarif`);
  const read = () =>
    spawnSync(
      python ?? '',
      ['-c', 'import sys; from sarif_pydantic import Sarif; print(len(Sarif.model_validate_json(open(sys.argv[1]).read()).runs[0].results))', file],
      {
        encoding: 'utf8',
      },
    );
  expect(read()).toMatchObject({ status: 0, stdout: `${findings.length}\n` });
  writeFileSync(file, readFileSync(file, 'utf8').replace('"level": "note"', '"level": "loud"'));
  expect(read().status).not.toBe(0);
});

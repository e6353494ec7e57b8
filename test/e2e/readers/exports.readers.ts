/** What other programs make of the exports: a spreadsheet computes every formula of the workbook, accounting and FinOps tools accept their files, and all come to the result. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { moneyOf } from '../../../src/model/money.ts';
import type { Result, ResultCut } from '../../../src/model/result.ts';
import { parseCsv } from '../../parse-csv.ts';
import { randomLedger } from '../../properties/random-ledger.ts';
import { writeLedger } from '../../properties/write-ledger.ts';
import { exampleMonth, exportMonth, type Month, resultOfMonth } from '../export-month.ts';

const { office, hledger, beanCheck, focusToolkit } = inject('programs');
const workspace = mkdtempSync(join(tmpdir(), 'trueup-readers-'));
const examples = ['2026-03', '2026-04', '2026-05'].map(exampleMonth);
/** As many as TRUEUP_SEEDS names. */
const seeds = Array.from({ length: Number(process.env['TRUEUP_SEEDS'] ?? '12') }, (_, index) => 31_000 + index);

interface Judged {
  readonly name: string;
  readonly result: Result;
}
const judged: Judged[] = [];

beforeAll(async () => {
  if (office === null && hledger === null && beanCheck === null && focusToolkit === null) return;
  for (const month of examples) await exportAll(month, month.period);
  for (const seed of seeds) {
    const ledger = join(workspace, `ledger-${seed}`);
    await writeLedger(randomLedger(seed), ledger);
    await exportAll({ ledger, period: '2026-05', asOf: '2026-07-01' }, `seed-${seed}`);
  }
  if (office !== null) compute(office);
}, 1_200_000);
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

async function exportAll(month: Month, name: string): Promise<void> {
  judged.push({ name, result: await resultOfMonth(workspace, month) });
  for (const kind of ['xlsx', 'focus', 'journal']) {
    for (const [path, bytes] of await exportMonth(workspace, month, kind)) {
      const file = join(workspace, 'files', path.replaceAll('/', '-').replace(month.period, name));
      mkdirSync(join(workspace, 'files'), { recursive: true });
      writeFileSync(file, bytes);
    }
  }
}

const file = (name: string): string => join(workspace, 'files', name);

function run(program: string, words: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  if (error !== undefined) throw error;
  expect(`${status} ${stdout}${stderr}`, words.join(' ')).toMatch(/^0 /);
  return stdout;
}

/** Every sheet as CSV: UTF-8, values at their full precision, formulas computed. */
function compute(program: string): void {
  const filter = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1';
  const profile = `-env:UserInstallation=${pathToFileURL(join(workspace, 'profile')).href}`;
  const books = judged.map(({ name }) => file(`${name}.xlsx`));
  run(program, [profile, '--headless', '--convert-to', filter, '--outdir', join(workspace, 'sheets'), ...books]);
}

function sheet(name: string, sheetName: string): string[][] {
  return parseCsv(readFileSync(join(workspace, 'sheets', `${name}-${sheetName}.csv`), 'utf8'));
}

/** A spreadsheet computes in binary: to twelve digits of the largest amount of the month. */
function expectNear(computed: string | undefined, exact: string, { bridge }: Result, what: string): void {
  const largest = Math.max(1, ...bridge.flatMap(({ amount, increase, decrease }) => [amount, increase, decrease].map((value) => Math.abs(Number(value)))));
  expect(Math.abs(Number(computed) - Number(exact)), `${what}: ${computed} for ${exact}`).toBeLessThanOrEqual(largest * 1e-11);
}

const names = [...examples.map(({ period }) => period), ...seeds.map((seed) => `seed-${seed}`)];
const resultOf = (name: string): Result => judged.find((one) => one.name === name)?.result as Result;

describe.skipIf(office === null)('LibreOffice computes', () => {
  it.each(names)('%s: the bridge of the result', (name) => {
    const result = resultOf(name);
    const rows = sheet(name, 'Bridge').slice(1);
    expect(rows.map(([, step]) => step)).toEqual(result.bridge.map(({ step }) => step));
    for (const [index, { step, amount }] of result.bridge.entries()) {
      const [, , computed, exact, check] = rows[index] ?? [];
      expectNear(computed, amount, result, step);
      expect(exact).toBe(amount);
      expect(check).toMatch(/^(?:agrees|a line of the invoice)$/);
    }
  });

  const cuts = { 'By service': 'by_service', 'By cost centre': 'by_cost_center', 'By model': 'by_model', 'By day': 'by_day', 'By role': 'by_role' } as const;
  it.each(names)('%s: every cut of the result', (name) => {
    const result = resultOf(name);
    for (const [title, cut] of Object.entries(cuts)) {
      // Keys through which nothing went have no row, and a cut that knows no key no sheet.
      const of = result[cut].filter(({ totals }: ResultCut) => Object.values(totals).some((amount) => amount !== null && amount !== '0'));
      if (of.every(({ key }) => key === '(none)')) continue;
      // Largest first in the sheet; by name in the result.
      const rows = new Map(
        sheet(name, title)
          .slice(1)
          .map((row) => [row[0] ?? '', row]),
      );
      expect([...rows.keys()].sort()).toEqual(of.map(({ key }) => key).sort());
      for (const { key, totals } of of) {
        const [, expected, exactlyExpected, , charged, exactlyCharged] = rows.get(key) ?? [];
        expectNear(expected, totals.expected ?? '', result, `${title} ${key}`);
        expectNear(charged, totals.provider_charged ?? '', result, `${title} ${key}`);
        expect([exactlyExpected, exactlyCharged]).toEqual([totals.expected, totals.provider_charged]);
      }
    }
  });

  it.each(names)('%s: that nothing differs', (name) => {
    const row = sheet(name, 'Summary').find(([text = '']) => text.startsWith('Formulas that do not'));
    expect(row?.[1]).toBe('0');
  });
});

describe.skipIf(hledger === null)('hledger', () => {
  it.each(names)('%s: accepts the journal in strict mode, and its balances are the result', (name) => {
    const result = resultOf(name);
    const path = file(`${name}-journal-${name}.journal`).replace(`-${name}.journal`, `-${result.period.id}.journal`);
    run(hledger ?? '', ['check', '--strict', '-f', path]);
    const balances = parseCsv(run(hledger ?? '', ['balance', '--flat', '-O', 'csv', '-f', path]));
    const balance = (account: string): string => (balances.find(([name]) => name === account)?.[1] ?? '0').replace('USD ', '');
    const { invoice_total: payable, provider_charged: charged } = result.totals;
    const [account, owed] = payable === null ? (['liabilities:llm:charged', charged] as const) : (['liabilities:llm:payable', payable] as const);
    expect(
      moneyOf(owed ?? ('0' as never))
        .plus(balance(account))
        .toFixed(),
    ).toBe('0');
  });
});

describe.skipIf(beanCheck === null)('bean-check', () => {
  it.each(names)('%s: accepts the journal', (name) => {
    expect(run(beanCheck ?? '', [file(`${name}-journal-${resultOf(name).period.id}.beancount`)])).toBe('');
  });
});

describe.skipIf(focusToolkit === null)('focus-toolkit', () => {
  it.each(names.flatMap((name) => ['cost-and-usage', 'invoice-detail'].map((dataset) => ({ name, dataset }))))(
    '$name: accepts $dataset',
    ({ name, dataset }) => {
      if (resultOf(name).period.invoice_id === null && dataset === 'invoice-detail') return;
      expect(run(focusToolkit ?? '', ['validate', '--dataset', dataset, file(`${name}-focus-${dataset}.csv`)])).toContain('STRUCTURAL_VALID, SEMANTIC_VALID');
    },
  );
});

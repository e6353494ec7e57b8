/** The exports of a month hold the money of its result, to the digit, and nothing in them that another program would run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { focus } from '../../src/evidence/formats/clouds.ts';
import { type Amount, amountOf, formatMoney, moneyOf, sumMoney } from '../../src/model/money.ts';
import type { Result } from '../../src/model/result.ts';
import type { Exporter } from '../../src/report/exports/export-source.ts';
import { exporters } from '../../src/report/exports/exporters.ts';
import { parseRecords } from '../parse-csv.ts';
import { isThorough } from '../properties/drawn-seeds.ts';
import { randomLedger } from '../properties/random-ledger.ts';
import { writeLedger } from '../properties/write-ledger.ts';
import { baseAlone, scenariosOf } from '../scenarios/expected.ts';
import { layOut } from '../scenarios/lay-out.ts';
import { readExport } from '../unit/engine/read-export.ts';
import { exampleMonth, exportEveryKind, exportMonth, type Month, resultOfMonth, textOf } from './export-month.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-exports-'));
const may = exampleMonth('2026-05');
/** Small, and with texts of others: what `writeHostile` lays out. */
const hostile: Month = { ledger: join(workspace, 'hostile'), period: '2026-05', asOf: '2026-07-01' };
/** On a desk the small month is written twice, and the large one once. */
const repeated = isThorough ? may : hostile;
let written: ReadonlyMap<string, Buffer>;
/** Twice, into two folders. */
let first: ReadonlyMap<string, Buffer>;
let again: ReadonlyMap<string, Buffer>;
let result: Result;

beforeAll(async () => {
  result = await resultOfMonth(workspace, may);
  written = await exportEveryKind(workspace, may, 'out');
  await writeHostile();
  first = repeated === may ? written : await exportEveryKind(workspace, repeated, 'first');
  again = await exportEveryKind(workspace, repeated, 'again');
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

function total(rows: readonly Readonly<Record<string, string>>[], column: string): Amount {
  return formatMoney(sumMoney(rows.map((row) => moneyOf(amountOf(row[column] ?? '')))));
}

it.each(exporters)('$kind: the same bytes again, into another folder', ({ files }) => {
  for (const path of files.map(({ name }) => name(repeated.period))) expect(again.get(path)?.equals(first.get(path) ?? Buffer.alloc(0)), path).toBe(true);
});

describe('FOCUS', () => {
  it('sums to what is payable, and without the lines of the invoice to what was charged', () => {
    const rows = parseRecords(textOf(written, '2026-05-focus/cost-and-usage.csv'));
    expect(total(rows, 'BilledCost')).toBe(result.totals.invoice_total);
    const invoiced = new Set(['usage_subtotal', 'credit', 'discount', 'tax', 'fx', 'minimum', 'other']);
    expect(
      total(
        rows.filter(({ x_Step: step = '' }) => !invoiced.has(step)),
        'BilledCost',
      ),
    ).toBe(result.totals.provider_charged);
  });

  it('states the invoice line by line', () => {
    const rows = parseRecords(textOf(written, '2026-05-focus/invoice-detail.csv'));
    expect(rows).not.toEqual([]);
    expect(new Set(rows.map(({ InvoiceId: id }) => id))).toEqual(new Set([result.period.invoice_id]));
    // This invoice bills more usage than the export holds, on lines of its own.
    expect(total(rows, 'BilledCost')).toBe(result.totals.invoice_total);
  });

  it('is read back as evidence with the same money', async () => {
    const read = await readExport({ 'costs.csv': textOf(written, '2026-05-focus/cost-and-usage.csv') }, focus);
    expect(read.findings.filter(({ severity }) => severity === 'inconclusive')).toEqual([]);
    expect(formatMoney(sumMoney(read.rows.map(({ charged_amount: amount }) => moneyOf(amountOf(amount ?? '')))))).toBe(result.totals.invoice_total);
    expect(new Set(read.rows.map(({ account_ref: account }) => account))).toEqual(new Set([result.period.account_ref]));
  });
});

describe('journals', () => {
  const postings = {
    hledger: { path: '2026-05-journal/2026-05.journal', line: /^ {4}(\S+) {2}USD (-?[\d.]+)/gm },
    Beancount: { path: '2026-05-journal/2026-05.beancount', line: /^ {2}(\S+) {2}(-?[\d.]+) USD/gm },
  };
  it.each(Object.entries(postings))('%s: every transaction sums to nothing, and what is payable is the invoice', (_name, { path, line }) => {
    const text = textOf(written, path);
    const all = [...text.matchAll(line)].map(([, account = '', amount = '']) => ({ account: account.toLowerCase(), amount }));
    for (const transaction of text.split(/\n\n/).slice(1)) {
      const amounts = [...transaction.matchAll(line)].map(([, , amount = '']) => moneyOf(amountOf(amount)));
      expect(amounts.length).toBeGreaterThan(2);
      expect(formatMoney(sumMoney(amounts))).toBe('0');
    }
    const balance = (start: string): Amount =>
      total(
        all.filter(({ account }) => account.startsWith(start)),
        'amount',
      );
    expect(moneyOf(balance('liabilities:llm:payable')).negated().toFixed()).toBe(result.totals.invoice_total);
    expect(balance('expenses:llm:expected')).toBe(result.totals.expected);
    for (const { step, amount } of result.bridge) {
      const account = step.replaceAll('_', '-');
      const posted = all.filter(({ account: name }) => name === `expenses:llm:explained:${account}` || name === `expenses:llm:unexplained:${account}`);
      if (posted.length > 0) expect(total(posted, 'amount'), step).toBe(amount);
    }
  });
});

describe('SARIF', () => {
  interface Sarif {
    readonly version: string;
    readonly runs: readonly [
      {
        readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string; readonly help: { readonly text: string } }[] } };
        readonly results: readonly {
          readonly ruleId: string;
          readonly ruleIndex: number;
          readonly level: string;
          readonly message: { readonly text: string };
          readonly partialFingerprints: Readonly<Record<string, string>>;
          readonly locations?: readonly unknown[];
        }[];
      },
    ];
  }
  const levels: Readonly<Record<string, string>> = { info: 'note', warn: 'warning', quarantine: 'warning', fail: 'error', inconclusive: 'error' };

  it('holds every finding with its rule, its level and a fingerprint of its own', () => {
    const { version, runs } = JSON.parse(textOf(written, '2026-05.sarif')) as Sarif;
    const [{ tool, results }] = runs;
    expect(version).toBe('2.1.0');
    expect(results.map(({ ruleId }) => ruleId).sort()).toEqual(result.findings.map(({ code }) => code).sort());
    expect(results.map(({ level }) => level).sort()).toEqual(result.findings.map(({ severity }) => levels[severity]).sort());
    for (const { ruleId, ruleIndex, message } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(message.text).not.toBe('');
    }
    expect(new Set(results.map(({ partialFingerprints }) => partialFingerprints['trueup/v1'])).size).toBe(results.length);
  });
});

describe('JUnit', () => {
  it('has a test case for each threshold and each finding that is more than said, and fails where they do', () => {
    const text = textOf(written, '2026-05.junit.xml');
    const cases = [
      ...result.decision.map(({ outcome }) => outcome),
      ...result.findings.map(({ severity }) => severity).filter((severity) => severity !== 'info'),
    ];
    expect(text.match(/<testcase /g)).toHaveLength(cases.length);
    expect(text.match(/<failure /g)).toHaveLength(cases.filter((outcome) => outcome === 'fail' || outcome === 'inconclusive').length);
    expect(text).toContain(`<testsuites name="trueup" tests="${cases.length}"`);
  });
});

describe('workbook', () => {
  it('writes no value beside a formula, sums the columns of the lines, and asks to be computed when it is opened', () => {
    const parts = unzipSync(written.get('2026-05.xlsx') ?? Buffer.alloc(0));
    const part = (name: string): string => Buffer.from(parts[name] ?? []).toString('utf8');
    expect(part('xl/workbook.xml')).toContain('fullCalcOnLoad="1"');
    expect([...part('xl/workbook.xml').matchAll(/<sheet name="([^"]+)"/g)].map(([, name]) => name)).toEqual([
      'Summary',
      'Bridge',
      'By service',
      'By cost centre',
      'By model',
      'By day',
      'By role',
      'Lines',
      'Prices',
      'Counts',
      'Evidence',
      'Findings',
    ]);
    const bridge = part('xl/worksheets/sheet2.xml');
    expect(bridge.match(/<f>SUM\(Lines!/g)?.length).toBeGreaterThan(20);
    expect(bridge).not.toMatch(/<\/f><v>/);
    expect(part('xl/worksheets/sheet10.xml')).not.toContain('Counted beside tokens');
  });

  it('has what both sides count beside tokens below the counts', async () => {
    const [name, expected] = scenariosOf('reconcile').find(([one]) => one === 'pass-meters') ?? ['', baseAlone];
    const month: Month = { ledger: await layOut(workspace, name, expected), period: '2026-05', asOf: expected.asOf };
    const files = await exportMonth(workspace, month, 'xlsx', 'meters-out');
    const parts = Object.values(unzipSync(files.get('2026-05.xlsx') ?? Buffer.alloc(0))).map((bytes) => Buffer.from(bytes).toString('utf8'));
    const counts = parts.find((text) => text.includes('Counted beside tokens')) ?? '';
    const cells = [...counts.slice(counts.indexOf('Counted beside tokens')).matchAll(/<t[^>]*>([^<]*)<\/t>|<v>([^<]*)<\/v>/g)].map(
      ([, text, value]) => text ?? value,
    );
    expect(cells.join(' ').trim()).toBe('Application Provider audio_input 250000 250000 image 2 2 second 10 10 web_search 3 3');
  });
});

const evil = ['=cmd|calc', '@SUM(A1)', '+1;"x"', '-2\n2026-05-01 * "theft"', '\u202Egnp', '</testsuite><x>'];

/** Services and cost centres of random ledgers begin like formulas, hold quotes and lie outside of the basic plane. */
async function writeHostile(): Promise<void> {
  const ledger = randomLedger(4);
  const rename = (service: string | null, request: string | null): string | null =>
    service === null ? null : (evil[Number(/\d+/.exec(request ?? '')?.[0] ?? 0) % evil.length] ?? service);
  const { application } = ledger.layers;
  if (application === null) throw new Error('this seed has no application');
  const rows = application.rows.map((row) => ({ ...row, service: rename(row.service, row.request_id) }));
  await writeLedger({ ...ledger, layers: { ...ledger.layers, application: { ...application, rows } } }, hostile.ledger);
}

describe('text of others', () => {
  // By the command, which takes one kind at a time; on a desk of the one run that wrote every kind.
  const filesOf = async ({ kind }: Exporter): Promise<ReadonlyMap<string, Buffer>> =>
    isThorough ? exportMonth(workspace, hostile, kind, 'hostile-out') : again;

  it.each(exporters)('$kind: stays text', async (exporter) => {
    const files = await filesOf(exporter);
    for (const path of exporter.files.map(({ name }) => name(hostile.period))) {
      const bytes = files.get(path);
      if (bytes === undefined) throw new Error(`${path} was not written`);
      if (path.endsWith('.csv')) {
        for (const row of parseRecords(bytes.toString('utf8')))
          for (const value of Object.values(row)) expect(value).not.toMatch(/^(?:[=+@\t\r]|-(?!\d[\d.]*$))/);
      } else if (path.endsWith('.xlsx')) {
        const parts = Object.values(unzipSync(bytes)).map((part) => Buffer.from(part).toString('utf8'));
        expect(parts.join('')).not.toMatch(/<f>[^<]*(?:cmd|theft)/);
      } else if (path.includes('-journal/')) {
        expect(bytes.toString('utf8')).not.toMatch(/^2026-05-01 \*/m);
        expect(bytes.toString('utf8')).not.toContain('\u202E');
      } else if (path.endsWith('.xml')) expect(bytes.toString('utf8')).not.toContain('<x>');
      else if (path.endsWith('.sarif')) expect(Object.keys(JSON.parse(bytes.toString('utf8')) as object)).toEqual(['$schema', 'version', 'runs']);
      else expect(bytes.toString('utf8')).not.toContain('<x>');
    }
  });
});

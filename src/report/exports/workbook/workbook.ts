/** The workbook: a month that a reviewer can perform again in a spreadsheet. Every total is a formula over the lines, beside it the exact digits and whether they agree. */
import { balanceSteps, isConversion, isSubtotal } from '../../../model/bridge.ts';
import { tokenClasses } from '../../../model/evidence.ts';
import { type Amount, formatMoney, moneyOf, noAmount } from '../../../model/money.ts';
import type { ResultCut } from '../../../model/result.ts';
import { verdictWords } from '../../headline-words.ts';
import { inOneCurrency } from '../../one-currency.ts';
import { numberRows } from '../../overview.ts';
import { balanceLines } from '../../sections/balance.ts';
import { namedCuts } from '../../sections/cuts.ts';
import { layerCounts } from '../../sections/counts.ts';
import { placeText } from '../../sections/findings.ts';
import { currencyOf } from '../../show-money.ts';
import { visibleText } from '../../escape-markdown.ts';
import { labelOf } from '../../wording/step-wording.ts';
import { remedyOf, sentenceOf, wording } from '../../wording.ts';
import type { Exporter, ExportSource } from '../export-source.ts';
import { isRowStep, type LineSheet, lineSheet, mostLines, type SheetColumn } from './line-sheet.ts';
import { type Cell, type Sheet, type Style, xlsxFile } from './xlsx-file.ts';

export const workbookExporter: Exporter = {
  kind: 'xlsx',
  description: 'a workbook whose totals are formulas over the lines',
  files: [{ name: (period) => `${period}.xlsx`, content: workbook }],
};

async function* workbook(source: ExportSource): AsyncIterable<Uint8Array> {
  const { bridge, by_account: accounts } = source.result;
  const lines = await lineSheet(source.lines, {
    steps: bridge.map(({ step }) => step).filter(isRowStep),
    further: accounts === undefined ? [] : ['account_ref'],
  });
  const digits = comparedDigits(source);
  const sheets = [
    bridgeSheet(source, lines, digits),
    ...balanceSheets(source, digits),
    ...cutSheets(source, lines, digits),
    lines.sheet,
    priceSheet(source),
    countSheet(source),
    evidenceSheet(source),
    findingSheet(source),
  ];
  yield* xlsxFile([summarySheet(source, lines, sheets), ...sheets]);
}

const show = (text: string): string => visibleText(text, 1000);
const text = (value: string, style?: Style): Cell => ({ text: show(value), ...(style === undefined ? {} : { style }) });
const money = (amount: string, style: Style = 'money'): Cell => ({ number: amount, style });
const heads = (...names: readonly string[]): Cell[] => names.map((name) => text(name, 'head'));

/** A spreadsheet computes in binary with about fifteen digits: so many decimals of the largest amount mean something, fewer than none where that is vast. */
function comparedDigits({ result }: ExportSource): number {
  const amounts = result.bridge.flatMap(({ amount, increase, decrease }) => [amount, increase, decrease]);
  const largest = amounts.reduce((most, amount) => Math.max(most, moneyOf(amount).e + 1), 1);
  return 13 - largest;
}

/** The exact digits as text, and whether the formula before them comes to the same. */
function checked(
  formula: string,
  exact: Amount | null,
  place: { readonly row: number; readonly column: string; readonly next: string },
  digits: number,
): Cell[] {
  // Not rounded: a sum adds up the cells above it, and would add up what each was rounded by.
  const computed: Cell = { formula, style: 'money' };
  if (exact === null) return [computed, text('not known', 'digits'), null];
  const compared = `ABS(${place.column}${place.row}-_xlfn.NUMBERVALUE(${place.next}${place.row},"."))<1.5E${digits < 0 ? '+' : '-'}${Math.abs(digits)}`;
  return [computed, text(exact, 'digits'), { formula: `IF(${compared},"agrees","DIFFERS")` }];
}

function bridgeSheet({ result }: ExportSource, lines: LineSheet, digits: number): Sheet {
  const rows: Cell[][] = [
    heads('Step', 'Code', result.fx === undefined ? currencyOf(result.period.currency) : 'Amount', 'Exactly', 'Check', 'Up', 'Down', 'Requests and charges'),
  ];
  let first = 2;
  let last: number | null = null;
  for (const { step, amount, increase, decrease, count, currency } of result.bridge) {
    const row = rows.length + 1;
    const place = { row, column: 'C', next: 'D' };
    const isSum = isSubtotal(step);
    // A sum is the sum before it and the steps since.
    const sum = `SUM(C${first}:C${row - 1})${last === null ? '' : `+C${last}`}`;
    // Behind it the sheet goes on in the currency of the invoices.
    const converted = step === 'charged_converted' ? `C${last ?? row}*${result.fx?.reference ?? '1'}` : null;
    const formula = converted ?? (isSum ? sum : isRowStep(step) ? `SUM(${lines.range(step)})` : null);
    const [computed = null, exact = null, check = null] =
      formula === null ? [money(amount), text(amount, 'digits'), text(originOf(step))] : checked(formula, amount, place, digits);
    const sides: Cell[] = isSum ? [] : [money(increase), money(decrease), { number: String(count), style: 'count' }];
    const within = currency === undefined ? '' : ` (${currencyOf(currency)})`;
    rows.push([
      text(`${isSum ? '= ' : ''}${labelOf(step, amount)}${within}`, isSum ? 'bold' : 'text'),
      text(step),
      bold(computed, isSum),
      exact,
      check,
      ...sides,
    ]);
    if (isSum) [last, first] = [row, row + 1];
  }
  return { name: 'Bridge', widths: [48, 22, 18, 24, 20, 16, 16, 20], frozen: 1, rows };
}

function isOfBalance(step: string): boolean {
  return (balanceSteps as readonly string[]).includes(step);
}

/** The closing is what the lines above it come to; nothing where no balance is compared. */
function balanceSheets({ result }: ExportSource, digits: number): Sheet[] {
  const lines = balanceLines(result);
  if (lines.length === 0) return [];
  const rows: Cell[][] = [heads('Balance', currencyOf(result.period.currency), 'Exactly', 'Check')];
  for (const { kind, label, amount, currency } of lines) {
    const row = rows.length + 1;
    const [computed = null, exact = null, check = null] =
      kind === 'closing' ? checked(`SUM(B2:B${row - 1})`, amount, { row, column: 'B', next: 'C' }, digits) : [money(amount), text(amount, 'digits')];
    rows.push([text(label, kind === 'closing' ? 'bold' : 'text'), bold(computed, kind === 'closing'), exact, currency === null ? check : text(currency)]);
  }
  return [{ name: 'Balance', widths: [56, 18, 24, 12], frozen: 1, rows }];
}

/** Where an amount comes from that no line has. */
function originOf(step: string): string {
  if (isOfBalance(step)) return 'of the balance';
  return isConversion(step) ? 'as declared for the invoice' : 'a line of the invoice';
}

function bold(cell: Cell, isSum: boolean): Cell {
  return isSum && cell !== null ? { ...cell, style: 'bold-money' } : cell;
}

/** By column of the lines: a model's expected cost belongs to the expected model, its charges to the billed one. */
const cutColumns: Readonly<Record<string, { readonly sheet: string; readonly expected: SheetColumn; readonly charged: SheetColumn }>> = {
  Service: { sheet: 'By service', expected: 'service', charged: 'service' },
  'Cost centre': { sheet: 'By cost centre', expected: 'cost_center', charged: 'cost_center' },
  Model: { sheet: 'By model', expected: 'model_expected', charged: 'model_billed' },
  Account: { sheet: 'By account', expected: 'account_ref', charged: 'account_ref' },
  Key: { sheet: 'By key', expected: 'key_ref', charged: 'key_ref' },
  Day: { sheet: 'By day', expected: 'day', charged: 'day' },
  Role: { sheet: 'By role', expected: 'role', charged: 'role' },
};

/** Each key is looked for in every line. */
const mostKeys = 500;

function cutSheets({ result }: ExportSource, lines: LineSheet, digits: number): Sheet[] {
  return namedCuts(result).flatMap(({ name, cuts }): Sheet[] => {
    const columns = cutColumns[name];
    if (columns === undefined) return [];
    // Where the invoices are in another currency, what reaches them is judged in that one.
    const isConverted = cuts.some(({ totals }) => totals.charged_converted !== undefined);
    const judged = result.fx === undefined ? '' : ` (${currencyOf(isConverted ? result.fx.to : result.fx.from)})`;
    const rows = [heads(name, 'Expected', 'Exactly', 'Check', 'Charged', 'Exactly', 'Check', `Unexplained${judged}`)];
    for (const cut of cuts.slice(0, mostKeys)) rows.push(cutRow(cut, rows.length + 1, { lines, digits, columns }));
    const left = cuts.length - mostKeys;
    if (left > 0) rows.push([text(`${left} more are in result.json`)]);
    return [{ name: columns.sheet, widths: [36, 18, 24, 12, 18, 24, 12, 18], frozen: 1, rows }];
  });
}

interface CutPlace {
  readonly lines: LineSheet;
  readonly digits: number;
  readonly columns: { readonly expected: SheetColumn; readonly charged: SheetColumn };
}

function cutRow({ key, totals }: ResultCut, row: number, { lines, digits, columns }: CutPlace): Cell[] {
  // EXACT: a spreadsheet's own equality knows neither case nor text that looks like a condition.
  const sumOf = (by: SheetColumn, of: SheetColumn): string => `SUMPRODUCT(EXACT(${lines.range(by)},$A${row})*${lines.range(of)})`;
  return [
    // As the lines have it, or the two would not be equal.
    { text: key },
    ...checked(sumOf(columns.expected, 'expected'), totals.expected, { row, column: 'B', next: 'C' }, digits),
    ...checked(sumOf(columns.charged, 'charged'), totals.provider_charged, { row, column: 'E', next: 'F' }, digits),
    money(totals.unexplained_gross ?? noAmount),
  ];
}

function summarySheet(source: ExportSource, lines: LineSheet, sheets: readonly Sheet[]): Sheet {
  const { result } = source;
  const read = inOneCurrency(result);
  const { head, rest } = verdictWords(read, show);
  const checks = sheets
    .filter(({ name }) => name === 'Bridge' || name === 'Balance' || name.startsWith('By '))
    .map(({ name }) => `COUNTIF('${name}'!A:I,"DIFFERS")`);
  const rows: Cell[][] = [
    [text(head, 'bold')],
    [text(`${rest}.`)],
    [],
    heads(currencyOf(read.period.currency), 'This period'),
    ...numberRows(read, null).map(({ name, now }): Cell[] => [text(name), text(now)]),
    [],
    [text('Formulas that do not come to the exact digits beside them', 'bold'), { formula: checks.join('+'), style: 'count' }],
    [
      text(lines.rows === 'lines' ? 'The sheet Lines holds every line' : `The sheet Lines sums the lines by cell: there are more than ${mostLines}`),
      money(String(lines.count), 'count'),
    ],
    [],
    [text('Period'), text(`${result.period.start_utc} to ${result.period.judged_end_utc}, account ${result.period.account_ref}, stage ${result.period.stage}`)],
    [text('As of'), text(result.as_of)],
    [text('Digest of the inputs'), text(result.digests.inputs)],
    [text('Digest of the result'), text(result.digests.result)],
    [text('Trueup'), text(result.tool_version)],
  ];
  return { name: 'Summary', widths: [60, 70], frozen: 0, rows };
}

/** The prices in force, as the snapshots write them. */
function priceSheet({ ledger, period }: ExportSource): Sheet {
  const named = new Set(period.prices.map(({ snapshot }) => snapshot));
  const rows = [heads('Snapshot', 'Model', 'Above input tokens', ...tokenClasses, 'Per request', 'Ratio', 'Per tokens', 'Verified')];
  for (const { id, unitDivisor, verified, prices } of ledger.snapshots.filter((snapshot) => named.has(snapshot.id))) {
    for (const row of prices) {
      for (const level of [{ inputTokensAbove: null, prices: row.prices }, ...row.tiers]) {
        const classes = tokenClasses.map((name): Cell => (level.prices[name] === undefined ? null : money(formatMoney(level.prices[name]))));
        const above = level.inputTokensAbove === null ? null : money(String(level.inputTokensAbove), 'count');
        const rest = [money(formatMoney(row.requestPrice)), money(formatMoney(row.ratio)), money(String(unitDivisor), 'count'), text(verified ? 'yes' : 'no')];
        rows.push([text(id), text(row.billableModel), above, ...classes, ...rest]);
      }
    }
  }
  return { name: 'Prices', widths: [28, 32, 18, ...tokenClasses.map(() => 14), 12, 10, 12, 10], frozen: 1, rows };
}

function countSheet({ result }: ExportSource): Sheet {
  const rows: Cell[][] = [
    heads('Layer', 'Counts', 'Number', 'Of these'),
    ...layerCounts(result).map(({ layer, counted, count, beside }): Cell[] => [text(layer), text(counted), money(String(count), 'count'), text(beside)]),
    [],
    heads('Step of the counts', '', 'Number'),
    ...result.count_bridge.map(({ step, count }): Cell[] => [text(step), null, money(String(count), 'count')]),
    ...meterRows(result),
  ];
  return { name: 'Counts', widths: [28, 28, 14, 40], frozen: 1, rows };
}

/** Nothing where no row counts anything beside tokens. */
function meterRows({ by_meter: meters }: ExportSource['result']): Cell[][] {
  if (meters === undefined) return [];
  const rows = meters.map(({ meter, application, provider }): Cell[] => [text(meter), null, money(application, 'money'), money(provider, 'money')]);
  return [[], heads('Counted beside tokens', '', 'Application', 'Provider'), ...rows];
}

function evidenceSheet({ inputs }: ExportSource): Sheet {
  const rows = [heads('Role', 'File', 'Bytes', 'Rows', 'SHA-256')];
  for (const { role, name, bytes, rows: count, sha256 } of inputs) {
    rows.push([text(role), text(name), money(String(bytes), 'count'), count === null ? null : money(String(count), 'count'), text(sha256)]);
  }
  return { name: 'Evidence', widths: [14, 56, 14, 12, 68], frozen: 1, rows };
}

function findingSheet({ findings }: ExportSource): Sheet {
  const rows = [heads('Severity', 'What', 'Amount', 'Count', 'Finding', 'What to do', 'Place', 'Samples')];
  for (const found of findings) {
    rows.push([
      text(found.severity),
      text(wording[found.code].title),
      found.amount === null ? null : money(found.amount),
      money(String(found.count), 'count'),
      text(sentenceOf(found, show), 'wrapped'),
      text(remedyOf(found, show), 'wrapped'),
      text(found.source === null ? '' : placeText(found.source)),
      text(found.samples.join(' ')),
    ]);
  }
  return { name: 'Findings', widths: [12, 36, 14, 8, 80, 60, 40, 60], frozen: 1, rows };
}

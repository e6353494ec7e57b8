/** Every row of the request where it stands, what it says and what became of it. */
import { type CanonicalColumn, canonicalColumns, columnDefaults } from '../../model/evidence.ts';
import type { OriginalRow, TraceRow } from '../../model/trace.ts';
import { showInTerminal, tint, type Colour } from '../terminal-style.ts';
import { parseMoney } from '../../model/money.ts';
import { amountText, type Case, fact, providerRow, roleWords, section } from './case.ts';
import { otherwise, tokenText } from './formula.ts';

/** More rows than anybody reads; the line file has them all. */
const mostRows = 200;

export function rowsSection(given: Case, colour: Colour): string {
  const { rows } = given.trace;
  const blocks = rows.slice(0, mostRows).map((row, index) => rowBlock(given, row, given.originals[index] ?? {}, colour));
  const note = rows.length > mostRows ? [`  ${rows.length - mostRows} more rows are left out here; trueup reconcile --lines parquet writes their lines.`] : [];
  return section('Rows, as file:data row (the header is not counted)', [...blocks, ...note], colour);
}

function rowBlock(given: Case, row: TraceRow, original: OriginalRow, colour: Colour): string {
  const number = given.trace.rows.indexOf(row) + 1;
  const { values } = row;
  const inFile = original.timestamp_utc === values.timestamp_utc ? ' (so in the file)' : otherwise(values.timestamp_utc, original.timestamp_utc);
  const amount =
    values.charged_amount === null
      ? `none reported${otherwise(null, original.charged_amount)}`
      : `${values.charged_amount} ${showInTerminal(values.charged_currency ?? '')}${otherwise(values.charged_amount, original.charged_amount)}${convertedText(given, values)}`;
  return [
    `  ${tint(String(number), 'bold', colour)} ${tint(row.layer, 'bold', colour)}  ${row.file === '' ? 'a line of the invoice' : showInTerminal(`${row.file}:${row.row}`)}`,
    fact('time', `${values.timestamp_utc ?? ''}${inFile}`, colour),
    fact('call', callText(row, original), colour),
    fact('tokens', tokenText(row, original), colour),
    ...(row.layer === 'provider' ? [fact('amount', amount, colour)] : []),
    ...(row.joinedBy === null ? [] : [fact('joined', `by its ${row.joinedBy.id}, which the ${row.joinedBy.layer} logged`, colour)]),
    fact('also', otherText(row), colour),
    fact('became', [...roleWords(given, row), ...lineNumbers(given, row)].join('\n'), colour),
  ].join('\n');
}

/** What the row's amount is in the currency of the period, where that is another one. */
function convertedText({ period }: Case, { charged_amount: amount, charged_currency: currency }: TraceRow['values']): string {
  const stated = period.fx.find(({ from }) => from === currency);
  const own = amount === null ? null : parseMoney(amount);
  if (stated === undefined || own === null) return '';
  return `: ${amountText(own.times(stated.rate))} ${period.currency} at ${amountText(stated.rate)}, the rate of ${stated.on}`;
}

function callText({ layer, values }: TraceRow, original: OriginalRow): string {
  const model = layer === 'provider' ? (values.model_billed ?? values.model_requested) : values.model_requested;
  const kind = layer === 'provider' && values.kind !== null ? [values.kind] : [];
  const named = values.internal_name === null ? '' : ` as ${showInTerminal(values.internal_name)}`;
  const status = values.status === null ? 'no status' : `${values.status}${layer === 'provider' ? '' : otherwise(values.status, original.status)}`;
  const id = values.provider_request_id === null ? 'no provider id' : `provider id ${showInTerminal(values.provider_request_id)}`;
  return [
    ...kind,
    status,
    values.attempt === null ? 'no attempt number' : `attempt ${values.attempt}`,
    `${showInTerminal(model ?? 'no model')}${named}`,
    id,
  ].join(', ');
}

const saidElsewhere: readonly CanonicalColumn[] = [
  'timestamp_utc',
  'provider_request_id',
  'internal_name',
  'kind',
  'status',
  'attempt',
  'charged_amount',
  'charged_currency',
];

/** Whatever else the row holds: nothing of it is dropped. */
function otherText({ layer, values }: TraceRow): string {
  const shownModel: CanonicalColumn = layer === 'provider' && values.model_billed !== null ? 'model_billed' : 'model_requested';
  const rest = canonicalColumns.filter(
    (column) =>
      values[column] !== null && values[column] !== usual[column] && column !== shownModel && !saidElsewhere.includes(column) && !isShownCount(column),
  );
  return rest.map((column) => `${column} ${showInTerminal(values[column] ?? '')}`).join(', ') || '(nothing)';
}

/** What a row says that says nothing. */
const usual: Readonly<Partial<Record<CanonicalColumn, string>>> = columnDefaults;

function isShownCount(column: CanonicalColumn): boolean {
  return column.endsWith('_tokens') && column !== 'total_tokens';
}

function lineNumbers(given: Case, row: TraceRow): string[] {
  return given.trace.lines.flatMap((line, index) => (providerRow(given, line) === row ? [`line ${index + 1} below`] : []));
}

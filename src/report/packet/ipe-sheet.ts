/** The IPE sheet: of every evidence file, invoice and reading of a balance where it comes from, who brought it and when, and its rows and sums at the source against those that were read. */
import type { LayerCompleteness } from '../../model/completeness.ts';
import { csvField } from '../../model/csv.ts';
import type { Layer } from '../../model/evidence.ts';
import { dayOf, formatInstant, type Instant, microsPerDay } from '../../model/instant.ts';
import { ratesInto } from '../../model/exchange-rate.ts';
import { usageLines } from '../../model/invoice-lines.ts';
import { formatNames, type Invoice, type LayerEvidence, type Period } from '../../model/ledger.ts';
import type { FrozenSums, Lock } from '../../model/lock.ts';
import { type Amount, formatMoney, type Money, moneyOf, noAmount, sumMoney } from '../../model/money.ts';
import type { PullRecord } from '../../model/pull.ts';
import type { ManifestFile, Result } from '../../model/result.ts';
import { escapeMarkdown, left, markdownTable, right } from '../escape-markdown.ts';

/** Who brought a file, as git records it: anybody can write anything there. */
export interface BroughtBy {
  readonly name: string;
  readonly email: string;
  readonly when: string;
  readonly commit: string;
}

export interface IpeSource {
  readonly period: Period;
  readonly judgedEnd: Instant;
  readonly result: Result;
  /** null where the rows could not be reconciled. */
  readonly layers: readonly LayerCompleteness[] | null;
  readonly inputs: readonly ManifestFile[];
  readonly pull: PullRecord | null;
  readonly lock: Lock | null;
  /** Name in the ledger → the commit that last touched it; files that are not committed are not there. */
  readonly brought: ReadonlyMap<string, BroughtBy>;
}

const columns = [
  'kind',
  'name',
  'source_system',
  'parameters',
  'brought_by',
  'brought_at',
  'commit',
  'period_from_utc',
  'period_to_utc',
  'rows_at_source',
  'rows_here',
  'control_at_source',
  'control_here',
  'first_row_utc',
  'last_row_utc',
  'sha256',
  'completeness',
  'accuracy',
] as const;
type Row = Readonly<Record<(typeof columns)[number], string>>;

const empty = Object.fromEntries(columns.map((column) => [column, ''])) as Row;
const notStated = 'not stated';

export function ipeCsv(source: IpeSource): string {
  const lines = ipeRows(source).map((row) => columns.map((column) => csvField(spreadsheetSafe(row[column]))).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

/** Text that a spreadsheet would run gets an apostrophe; a negative amount is none. */
function spreadsheetSafe(text: string): string {
  return /^[=+@\t\r]|^-(?![\d.]+$)/.test(text) ? `'${text}` : text;
}

export function ipeMarkdown(source: IpeSource): string {
  const { period, judgedEnd, result } = source;
  const rows = ipeRows(source);
  const sheet = markdownTable(
    [
      left('Name'),
      left('Source'),
      left('Brought by'),
      right('Rows at source'),
      right('Rows here'),
      right('Control at source'),
      right('Control here'),
      left('Completeness'),
      left('Accuracy'),
    ],
    rows.map((row) =>
      [
        row.name,
        [row.source_system, row.parameters].filter((text) => text !== '').join(': '),
        [row.brought_by, row.brought_at].filter((text) => text !== '').join(', '),
        row.rows_at_source,
        row.rows_here,
        row.control_at_source,
        row.control_here,
        row.completeness,
        row.accuracy,
      ].map((text) => (/^[a-z0-9. -]*$/.test(text) ? text : escapeMarkdown(text))),
    ),
  );
  return [
    `# Information provided by the entity: ${escapeMarkdown(period.id)}`,
    `Account ${escapeMarkdown(period.accountRef)}, ${formatInstant(period.start)} to ${formatInstant(judgedEnd)}, ${escapeMarkdown(period.currency)}. Result digest ${result.digests.result}. ipe.csv holds the same and every column.`,
    sheet,
    '## Gaps',
    ...gapLines(source),
    '',
  ].join('\n\n');
}

function ipeRows(source: IpeSource): Row[] {
  const { period, layers, inputs } = source;
  const files = inputs.filter(({ role }) => role !== 'ledger' && role !== 'pull').map((file) => fileRow(source, file, layers));
  const references = period.references.map(({ kind, text, url, file, sha256 }) => ({
    ...empty,
    kind: 'reference',
    name: kind,
    source_system: url ?? '',
    parameters: text ?? file ?? '',
    sha256: sha256 ?? '',
  }));
  return [...files, ...invoiceRows(source), ...readingRows(source), ...references];
}

function fileRow(source: IpeSource, { name, role, sha256, rows }: ManifestFile, layers: IpeSource['layers']): Row {
  const { period, judgedEnd, pull, lock, brought } = source;
  const read = layers?.flatMap(({ files }) => files).find((file) => file.name === name) ?? null;
  // Evidence under a root of its own lies there by the period's id.
  const own = name.slice((name.startsWith(`${period.folder}/`) ? period.folder : period.id).length + 1);
  const days = pull?.days.filter(({ files }) => files.some(({ file }) => file === own)) ?? [];
  const [day] = days;
  const frozen = lock?.files.find(({ file }) => file === own)?.sums ?? null;
  const evidence = period.evidence.find(({ layer }) => layer === (role as Layer));
  const by = brought.get(name);
  const here = read === null ? null : String(read.rows);
  // A day of several pages states its rows as a whole; only a file that holds days whole can be held against it.
  const wholeDays = days.every(({ files }) => files.length === 1);
  const stated =
    day !== undefined && wholeDays ? String(days.reduce((sum, one) => sum + one.rows, 0)) : frozen === null ? null : sumOf([frozen.rows, frozen.filtered]);
  const frozenAmount = frozenSum(frozen?.amounts ?? [], period);
  const control = controlOf(days, frozenAmount);
  return {
    ...empty,
    kind: role,
    name,
    source_system: day === undefined ? systemOf(evidence) : `${day.source} ${day.feed} at ${day.host}`,
    parameters: day === undefined ? '' : `${day.endpoint} ${day.parameters.map(([key, value]) => `${key}=${value}`).join('&')}`,
    brought_by: by === undefined ? 'not committed' : `${by.name} <${by.email}>`,
    brought_at: day?.asked_at_utc ?? by?.when ?? '',
    commit: by?.commit ?? '',
    period_from_utc: formatInstant(period.start),
    period_to_utc: formatInstant(judgedEnd),
    rows_at_source: stated ?? notStated,
    rows_here: here ?? String(rows ?? 'not read'),
    control_at_source: control ?? notStated,
    control_here: read?.amount ?? 'none reported',
    first_row_utc: read === null || read.first === null ? '' : formatInstant(read.first),
    last_row_utc: read === null || read.last === null ? '' : formatInstant(read.last),
    sha256,
    completeness: verdictOf(stated, here, day === undefined ? 'frozen set' : 'pull record'),
    accuracy: frozenAmount === null ? (control === null ? 'no control total' : control) : verdictOf(frozenAmount, read?.amount ?? noAmount, 'frozen set'),
  };
}

/** What was frozen of the amounts that enter sums, in the currency of the period; null = of none. */
function frozenSum(amounts: FrozenSums['amounts'], period: Period): Amount | null {
  const rates = ratesInto(period);
  const own = amounts.flatMap((one) => rates.get(one.currency)?.times(moneyOf(one.sum)) ?? []);
  return own.length === 0 ? null : formatMoney(sumMoney(own));
}

function systemOf(evidence: LayerEvidence | undefined): string {
  return evidence === undefined ? '' : `format ${formatNames(evidence).join(', ')}`;
}

function sumOf(counts: readonly string[]): string {
  return String(counts.reduce((sum, count) => sum + BigInt(count), 0n));
}

/** What the host itself said that its rows sum to; else the sum as it was frozen. */
function controlOf(days: PullRecord['days'], frozen: Amount | null): string | null {
  const told = days.flatMap(({ control }) => (control === null ? [] : [`${control.sum_of} ${control.figure}`]));
  return told.length > 0 ? [...new Set(told)].join('; ') : frozen;
}

function verdictOf(source: string | null, here: string | null, by: string): string {
  if (source === null) return 'no count at the source';
  return source === here ? `agrees with the ${by}` : `differs from the ${by}`;
}

/** An invoice states requests and money itself; ours are the provider's rows, which several invoices bill together. */
function invoiceRows({ period, result, brought }: IpeSource): Row[] {
  const { invoices } = period;
  const counted = result.counts === null ? null : String(result.counts.provider.charges + result.counts.provider.duplicates);
  const charged = result.totals.provider_charged;
  const [allRequests, allBilled] = [requestsOf(invoices), billedBy(invoices)];
  const together = invoices.length > 1 ? ', all invoices together' : '';
  const agreement = (agrees: boolean): string => `${agrees ? 'agrees with' : 'differs from'} the provider${together}`;
  return invoices.map((invoice) => {
    const by = brought.get(invoice.source.file);
    return {
      ...empty,
      kind: 'invoice',
      name: invoice.invoiceId,
      source_system: invoice.document?.file ?? 'no document',
      brought_by: by === undefined ? 'not committed' : `${by.name} <${by.email}>`,
      brought_at: by?.when ?? '',
      commit: by?.commit ?? '',
      period_from_utc: formatInstant(period.start),
      period_to_utc: formatInstant(period.end),
      rows_at_source: requestsOf([invoice]) ?? notStated,
      rows_here: counted ?? 'not read',
      control_at_source: formatMoney(billedBy([invoice])),
      control_here: charged ?? 'not read',
      sha256: invoice.document?.sha256 ?? '',
      completeness: allRequests === null ? 'no count at the source' : agreement(allRequests === counted),
      accuracy: charged === null ? 'not read' : agreement(moneyOf(charged).equals(allBilled)),
    };
  });
}

/** null where a usage line states none. */
function requestsOf(invoices: readonly Invoice[]): string | null {
  const usage = usageLines(invoices);
  return usage.every(({ requests }) => requests !== null) ? String(usage.reduce((sum, line) => sum + (line.requests ?? 0n), 0n)) : null;
}

function billedBy(invoices: readonly Invoice[]): Money {
  return sumMoney(usageLines(invoices).map(({ amount }) => amount));
}

/** What was left of a prepaid balance; at its end, ours is what it should be by the rows and the movements. */
function readingRows({ period, result, brought }: IpeSource): Row[] {
  const { statement } = period;
  const difference = result.bridge.find(({ step }) => step === 'balance_difference')?.amount ?? null;
  if (statement === null) return [];
  const by = brought.get(statement.source.file);
  return (['opening', 'closing'] as const).map((name) => {
    const { at, balance, shownBy } = statement[name];
    const ours = name === 'opening' || difference === null ? null : formatMoney(balance.plus(difference));
    return {
      ...empty,
      kind: 'balance',
      name: `${name} at ${formatInstant(at)}`,
      source_system: shownBy.file,
      brought_by: by === undefined ? 'not committed' : `${by.name} <${by.email}>`,
      brought_at: by?.when ?? '',
      commit: by?.commit ?? '',
      period_from_utc: formatInstant(period.start),
      period_to_utc: formatInstant(period.end),
      control_at_source: formatMoney(balance),
      control_here: ours ?? '',
      sha256: shownBy.sha256,
      accuracy: ours === null ? '' : ours === formatMoney(balance) ? 'agrees with the rows' : 'differs from the rows',
    };
  });
}

/** Days of the judged part without any row, and holes in ids that are counted up, layer by layer. */
function gapLines({ period, judgedEnd, layers }: IpeSource): string[] {
  if (layers === null) return ['The rows could not be reconciled, so no gap can be told.'];
  const first = Number(period.start / microsPerDay);
  const all = Array.from({ length: Number((judgedEnd + microsPerDay - 1n) / microsPerDay) - first }, (_, index) => first + index);
  const lines = layers.flatMap(({ layer, days, ids }) => {
    const there = new Set(days);
    const gaps = all.filter((day) => !there.has(day)).map((day) => dayOf(BigInt(day) * microsPerDay));
    const shown = gaps.length > 31 ? `${gaps.slice(0, 31).join(', ')} and ${gaps.length - 31} more` : gaps.join(', ');
    return [
      gaps.length === 0 ? `- ${layer}: each of the ${all.length} days has a row.` : `- ${layer}: ${gaps.length} of ${all.length} days have no row: ${shown}.`,
      ...ids.map(({ column, lowest, highest, missing }) =>
        missing === 0n
          ? `- ${layer}: ${column} is counted up from ${lowest} to ${highest} without a hole.`
          : `- ${layer}: ${column} is counted up from ${lowest} to ${highest}, and ${missing} of these are not there.`,
      ),
    ];
  });
  return [lines.join('\n')];
}

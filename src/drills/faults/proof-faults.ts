/** Faults that make a month look whole: half an export, errors that cancel, money without a charge, evidence that nobody reads, witnesses that say nothing. */
import { type FaultContext, type FaultKind, type RowEdit, rowFault, type TextEdit, textWith, wholeFault } from './fault-kind.ts';
import { timeOf } from './plain-requests.ts';
import { grossOf, newFinding, oneUnitIn, type RunView, type Signal, unreadable } from './signal.ts';
import { decodeText, encodeText, rewriteRow, type SourceRow, type SourceTable, valueOf, wholeLine } from './source-table.ts';
import { csvField } from '../../model/csv.ts';
import { formatInstant, microsPerDay } from '../../model/instant.ts';
import { periodPath } from '../../model/layout.ts';
import { formatMoney, Money, parseMoney } from '../../model/money.ts';

/** The period with one value set; null when its file is not at hand. */
function periodWith(context: FaultContext, path: readonly string[], value: string): TextEdit | null {
  return textWith(context, periodPath(context.period, 'period'), [[path, value]]);
}

function providerRows({ tables }: FaultContext): SourceRow[] {
  return tables.filter(({ layer }) => layer === 'provider').flatMap(({ rows }) => rows);
}

/** The export ends early, and the period says that it was final by then. */
const truncatedExport = wholeFault('export-cut-short-with-stale-finality', (context) => {
  const cutAt = context.period.start + ((context.judgedEnd - context.period.start) / microsPerDay / 2n) * microsPerDay;
  const later = providerRows(context).filter((row) => (timeOf(row) ?? 0n) >= cutAt);
  const edited = periodWith(context, ['evidence', 'provider', 'finalized_through_utc'], formatInstant(cutAt));
  if (edited === null || later.length === 0 || cutAt <= context.period.start) return 'provider rows as text on several days';
  return { rows: later.map((row) => ({ row, text: '' })), texts: [edited], signal: newFinding('provider-not-final') };
});

/** Two charges, one dearer and one cheaper by the same unit: the net stays, the gross must not. */
const oppositePrices = wholeFault('opposite-price-errors', (context) => {
  const edits = context.requests.flatMap(({ provider, requestId }) => {
    const amount = parseMoney(valueOf(provider, 'charged_amount') ?? '');
    return amount === null ? [] : [{ row: provider, requestId, amount }];
  });
  const [dear, cheap] = edits.toSorted((a, b) => b.amount.comparedTo(a.amount));
  const divisor = parseMoney(dear?.row.table.format.money.divisor ?? '');
  const up = dear === undefined || divisor === null ? null : withAmount(dear.row, dear.amount.plus(divisor));
  const down = cheap === undefined || divisor === null ? null : withAmount(cheap.row, cheap.amount.minus(divisor));
  if (dear === undefined || cheap === undefined || up === null || down === null) return "a column for the charged amount in the provider's export";
  return { rows: [up, down], signal: twoUnitsOfGross, requests: [dear.requestId, cheap.requestId] };
});

function withAmount(row: SourceRow, amount: Money): RowEdit | null {
  const text = rewriteRow(row, { charged_amount: formatMoney(amount) });
  return text === null ? null : { row, text };
}

const twoUnitsOfGross: Signal = {
  words: 'unexplained money, ups and downs added',
  watches: ['unexplained_gross'],
  moved: (before, after) => new Money(grossOf(after).minus(grossOf(before)).gte(rateOf(after).times(2)) ? 1 : 0),
};

/** Of the invoice's currency for one of the period's, as the policy takes it. */
function rateOf({ result }: RunView): Money {
  return new Money(result?.fx?.reference ?? 1);
}

/** How the layer writes a refund, and money that goes the other way under its name. */
const positiveRefund = rowFault({
  kind: 'refund-that-takes-money',
  needs: "columns for kind and charged amount in the provider's export",
  signal: oneUnitIn('adjustment'),
  disturbs: ['unexplained_gross'],
  make: ({ provider: row }, _, index) => {
    const { format } = row.table;
    const refund = Object.entries(format.kinds).find(([, kind]) => kind === 'refund')?.[0] ?? 'refund';
    const unit = parseMoney(format.money.divisor);
    if (unit === null || valueOf(row, 'charged_amount') === null) return null;
    const amount = format.money.negate.includes('refund') ? unit.negated() : unit;
    const id = valueOf(row, 'provider_request_id') === null ? {} : { provider_request_id: `trueup-fault-refund-${index + 1}` };
    const text = rewriteRow(row, { kind: refund, charged_amount: formatMoney(amount), ...id });
    return text === null ? null : [{ row, text: wholeLine(row) + text }];
  },
});

/** A second export lies beside the first, and no layer reads it. */
const unreadExport = wholeFault('second-export-unread', ({ files }) => {
  const file = files.find(({ layer }) => layer === 'provider');
  if (file === undefined) return 'a provider layer';
  const name = `${file.name.slice(0, file.name.lastIndexOf('/') + 1)}trueup-fault.second`;
  return { files: [{ name, change: () => Buffer.from('x\n') }], signal: newFinding('evidence-unread') };
});

/** The table whose header names a column twice, or whose first row a key. */
const doubledName = namesEdited('column-or-key-doubled', doubled);

/** One letter of a name becomes another that looks the same. */
const lookAlike = namesEdited('name-in-look-alike-letters', disguised);

function namesEdited(kind: string, edit: (table: SourceTable, name: string) => (text: string) => string): FaultKind {
  return wholeFault(kind, ({ tables }) => {
    const table = tables.find(({ layer }) => layer === 'provider');
    const name = table?.format.columns.timestamp_utc?.[0]?.column;
    if (table === undefined || name === undefined) return 'provider rows as CSV or JSON lines';
    const change = edit(table, name);
    const files = [{ name: table.name, change: (bytes: Buffer) => encodeText(change(decodeText(bytes, table.compression)), table.compression) }];
    return { files, signal: unreadable(table.name) };
  });
}

function doubled(table: SourceTable, name: string): (text: string) => string {
  if (table.header === null) return (text) => text.replace('{', `{${JSON.stringify(name)}:null,`);
  const other = table.header.findLastIndex((column) => column !== name);
  const head = table.header.map((column, index) => csvField(index === other ? name : column)).join(',');
  return (text) => text.replace(table.head.trimEnd(), head);
}

function disguised(_: SourceTable, name: string): (text: string) => string {
  const letters: Readonly<Record<string, string>> = { a: '\u0430', e: '\u0435', o: '\u043E', c: '\u0441', p: '\u0440', x: '\u0445', i: '\u0456' };
  const at = [...name].findIndex((letter) => letter in letters);
  const other = name.slice(0, at) + (letters[name[at] ?? ''] ?? '\u200B') + name.slice(at + 1);
  return (text) => text.replaceAll(name, other);
}

/** The period names another environment, or account, than the rows carry. */
const scopeMisspelt = wholeFault('scope-misspelt', (context) => {
  const carried = (column: 'environment' | 'account_ref'): boolean => context.requests.some(({ application }) => valueOf(application, column) !== null);
  const column = context.period.environment !== null && carried('environment') ? 'environment' : 'account_ref';
  const edited = carried(column) ? periodWith(context, [column], 'trueup-fault') : null;
  if (edited === null) return 'an account or an environment in the application rows';
  return { texts: [edited], signal: newFinding('coverage-low') };
});

/** The export no longer says what anything cost. */
const amountsRemoved = wholeFault('amounts-removed', (context) => {
  const rows = providerRows(context).flatMap((row) => {
    const text = valueOf(row, 'charged_amount') === null ? null : rewriteRow(row, { charged_amount: '' });
    return text === null ? [] : [{ row, text }];
  });
  if (rows.length === 0) return "a column for the charged amount in the provider's export";
  return { rows, signal: newFinding('amount-unreported') };
});

export const proofFaults: readonly FaultKind[] = [
  truncatedExport,
  oppositePrices,
  positiveRefund,
  unreadExport,
  doubledName,
  lookAlike,
  scopeMisspelt,
  amountsRemoved,
];

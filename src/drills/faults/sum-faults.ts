/** Faults in sums: buckets of the provider that are missing, stated twice or cut in another zone, calls that are missing beside them, a prepaid balance that is misread or lacks a movement, and invoices or rows at another rate. */
import { parseDocument } from 'yaml';
import { type FaultContext, type FaultKind, type PlainRequest, type SeededRandom, textWith, wholeFault } from './fault-kind.ts';
import { timeOf } from './plain-requests.ts';
import { newFinding, newlySaid, oneUnitIn, worse } from './signal.ts';
import { rewriteRow, type SourceRow, valueOf, wholeLine } from './source-table.ts';
import { periodPath } from '../../model/layout.ts';
import { formatMoney, type Money, parseMoney, zero } from '../../model/money.ts';

const needsBuckets = 'buckets of the provider as CSV or JSON lines';

/** Rows of buckets that lie in the period and state an amount. */
function bucketRows({ tables, period }: FaultContext): SourceRow[] {
  const isCut = period.evidence.some(({ layer, bucket }) => layer === 'provider' && bucket !== undefined);
  const rows = isCut ? tables.filter(({ layer }) => layer === 'provider').flatMap((table) => table.rows) : [];
  return rows.filter((row) => {
    const time = timeOf(row);
    return time !== null && time >= period.start && time < period.end && !amountOf(row).isZero();
  });
}

function amountOf(row: SourceRow): Money {
  return parseMoney(valueOf(row, 'charged_amount') ?? '0') ?? zero;
}

const dropped = wholeFault('bucket-dropped', (context, random) => {
  const rows = bucketRows(context);
  const row = rows[random.below(Math.max(1, rows.length))];
  return row === undefined ? needsBuckets : { rows: [{ row, text: '' }], signal: worse };
});

const restated = wholeFault('bucket-stated-twice', (context, random) => {
  const rows = bucketRows(context);
  const row = rows[random.below(Math.max(1, rows.length))];
  const again = row === undefined ? null : rewriteRow(row, { charged_amount: formatMoney(amountOf(row).plus(1)) });
  return row === undefined || again === null ? needsBuckets : { rows: [{ row, text: wholeLine(row) + again }], signal: newFinding('bucket-restated') };
});

const otherZone = wholeFault('buckets-in-another-zone', (context) => {
  const bucket = context.period.evidence.find(({ layer }) => layer === 'provider')?.bucket;
  if (bucket === undefined || bucketRows(context).length === 0) return needsBuckets;
  const zone = bucket.zone === '+08:00' ? '-05:00' : '+08:00';
  const edited = textWith(context, periodPath(context.period, 'period'), [[['evidence', 'provider', 'bucket', 'zone'], zone]]);
  return edited === null ? needsBuckets : { texts: [edited], signal: worse };
});

const needsWitness = 'usage_buckets beside rows of the provider that state amounts, and plain requests whose rows can be read as CSV or JSON lines';

/** A plain request that costs something, where sums of the provider stand beside its calls. */
function witnessed({ period, requests }: FaultContext, random: SeededRandom): PlainRequest | undefined {
  const hasWitness = period.evidence.some(({ layer }) => layer === 'usage_buckets');
  const free = hasWitness ? requests.filter(({ provider }) => !amountOf(provider).isZero()) : [];
  return free[random.below(Math.max(1, free.length))];
}

const droppedBeside = wholeFault('provider-row-dropped-beside-buckets', (context, random) => {
  const request = witnessed(context, random);
  return request === undefined ? needsWitness : { rows: [{ row: request.provider, text: '' }], signal: newlySaid('bucket-mismatch') };
});

/** What no export of single calls holds, only the sums can tell. */
const lostEverywhere = wholeFault('call-lost-from-every-export-of-calls', (context, random) => {
  const request = witnessed(context, random);
  if (request === undefined) return needsWitness;
  const { application, gateway, provider } = request;
  const rows = [application, ...(gateway === null ? [] : [gateway]), provider].map((row) => ({ row, text: '' }));
  return { rows, signal: newlySaid('bucket-mismatch') };
});

const needsStatement = 'a statement of a prepaid balance (stage prepaid)';

function statementText({ period, texts }: FaultContext): { readonly name: string; readonly text: string } | null {
  const name = periodPath(period, 'statement');
  const text = texts.get(name);
  return period.stage !== 'prepaid' || period.statement === null || text === undefined ? null : { name, text };
}

const misread = wholeFault('balance-misread', (context) => {
  const found = statementText(context);
  const opening = context.period.statement?.opening.balance;
  if (found === null || opening === undefined) return needsStatement;
  const edited = textWith(context, found.name, [[['opening', 'balance'], formatMoney(opening.plus(1))]]);
  return edited === null ? needsStatement : { texts: [edited], signal: oneUnitIn('balance_difference') };
});

const forgotten = wholeFault('movement-of-the-balance-forgotten', (context) => {
  const found = statementText(context);
  const movements = context.period.statement?.movements ?? [];
  const index = movements.findIndex(({ reference, amount }) => reference !== null && !amount.isZero());
  if (found === null || index < 0) return `${needsStatement} with a movement`;
  const document = parseDocument(found.text, { schema: 'failsafe' });
  document.deleteIn(['movements', index]);
  return { texts: [{ name: found.name, text: document.toString() }], signal: worse };
});

const otherRate = wholeFault('rate-of-another-day', (context) => {
  const needs = 'an invoice in another currency, with its rate';
  const [invoice] = context.period.invoices;
  if (invoice === undefined || invoice.fx === null) return needs;
  const edited = textWith(context, invoice.source.file, [[['fx', 'rate'], formatMoney(invoice.fx.rate.times('1.05'))]]);
  return edited === null ? needs : { texts: [edited], signal: worse };
});

const otherRateOfRows = wholeFault('rate-of-rows-of-another-day', (context) => {
  const needs = 'amounts of the provider in another currency, with its rate, as CSV or JSON lines';
  const { tables, period } = context;
  const rows = tables.filter(({ layer }) => layer === 'provider').flatMap((table) => table.rows);
  const used = period.fx.find(({ from }) => rows.some((row) => valueOf(row, 'charged_currency') === from && !amountOf(row).isZero()));
  const name = periodPath(period, 'period');
  if (used === undefined) return needs;
  const stated = parseDocument(context.texts.get(name) ?? '', { schema: 'failsafe' }).toJS() as { readonly fx?: unknown };
  const index = Array.isArray(stated.fx) ? stated.fx.findIndex((one: { readonly from?: unknown }) => one.from === used.from) : null;
  const edited = textWith(context, name, [[['fx', ...(index === null ? [] : [index]), 'rate'], formatMoney(used.rate.times('1.05'))]]);
  return edited === null ? needs : { texts: [edited], signal: worse };
});

export const sumFaults: readonly FaultKind[] = [dropped, restated, otherZone, droppedBeside, lostEverywhere, misread, forgotten, otherRate, otherRateOfRows];

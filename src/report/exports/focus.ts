/**
 * FOCUS 1.4 (focus.finops.org): what was charged as Cost and Usage rows, one for each line that moves money and one for each invoice line that is no usage, and the
 * invoice as Invoice Detail. The rows of an invoice sum to what is payable.
 */
import { rowSteps } from '../../model/bridge.ts';
import { type Bucket, bucketAt } from '../../model/bucket-bounds.ts';
import { csvField } from '../../model/csv.ts';
import { tokenClasses } from '../../model/evidence.ts';
import { formatInstant, type Instant, microsPerDay, parseInstant } from '../../model/instant.ts';
import { linesApart } from '../../model/invoice-lines.ts';
import type { Invoice, InvoiceLine } from '../../model/ledger.ts';
import type { Line } from '../../model/line.ts';
import { amountOf, formatMoney, Money, moneyOf, sumMoney, zero } from '../../model/money.ts';
import { labelOf } from '../wording/step-wording.ts';
import type { Exporter, ExportSource } from './export-source.ts';

export const focusExporter: Exporter = {
  kind: 'focus',
  description: 'FOCUS 1.4 cost and usage, and invoice detail',
  files: [
    { name: (period) => `${period}-focus/cost-and-usage.csv`, content: costAndUsage },
    { name: (period) => `${period}-focus/invoice-detail.csv`, content: invoiceDetail },
  ],
};

type Cells = Readonly<Record<string, string>>;

/** In the order of the files; the standard's own, then ours. */
const costColumns = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingCurrency',
  'BillingPeriodStart',
  'BillingPeriodEnd',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargeFrequency',
  'ChargePeriodStart',
  'ChargePeriodEnd',
  'ConsumedQuantity',
  'ConsumedUnit',
  'ContractedCost',
  'EffectiveCost',
  'HostProviderName',
  'InvoiceId',
  'InvoiceIssuerName',
  'ListCost',
  'PricingQuantity',
  'PricingUnit',
  'ServiceCategory',
  'ServiceName',
  'ServiceProviderName',
  'ServiceSubcategory',
  'SkuId',
  'SkuPriceId',
  'Tags',
  'x_RequestId',
  'x_ProviderRequestId',
  'x_Step',
  'x_Role',
  'x_KeyRef',
  ...tokenClasses.map((name) => `x_${name}_tokens`),
];

async function* costAndUsage(source: ExportSource): AsyncIterable<string> {
  yield `${costColumns.join(',')}\n`;
  for await (const batch of source.lines()) {
    const rows = batch.flatMap((line) => (line.line === 'uncharged' ? [] : [lineCells(source, line)]));
    if (rows.length > 0) yield rows.map((row) => record(costColumns, row)).join('');
  }
  for (const row of invoiceCells(source)) yield record(costColumns, row);
}

function record(columns: readonly string[], cells: Cells): string {
  return `${columns.map((column) => csvField(inert(cells[column] ?? ''))).join(',')}\n`;
}

/** A text that a spreadsheet would run gets an apostrophe in front; numbers are left alone. */
function inert(value: string): string {
  return /^[=+\-@\t\r]/.test(value) && !/^-\d[\d.]*$/.test(value) ? `'${value}` : value;
}

/** What every row of the month says. */
function common({ result, ledger, period }: ExportSource): Cells {
  const { provider } = ledger.settings;
  return {
    BillingAccountId: result.period.account_ref,
    BillingCurrency: result.period.currency,
    BillingPeriodStart: result.period.start_utc,
    BillingPeriodEnd: result.period.end_utc,
    HostProviderName: provider,
    InvoiceIssuerName: provider,
    // Which of several invoices bills a row, nobody says.
    InvoiceId: period.invoices.length === 1 ? (period.invoices[0]?.invoiceId ?? '') : '',
    ServiceCategory: 'AI and Machine Learning',
    ServiceSubcategory: 'Generative AI',
    ServiceName: provider,
    ServiceProviderName: provider,
  };
}

/** What a refund and an adjustment are to FOCUS; everything else is usage. */
const categories: Readonly<Record<string, string>> = { refund: 'Credit', adjustment: 'Adjustment' };

const microsPerHour = 3_600_000_000n;

function lineCells(source: ExportSource, line: Line): Cells {
  const billed = formatMoney(sumMoney(rowSteps.map((step) => moneyOf(amountOf(line[step] ?? '0')))));
  const isPriced = line.line === 'charge' && line.rounded_total !== null;
  const { start, end } = stretchOf(source, line);
  const category = categories[line.line ?? ''] ?? 'Usage';
  const tokens = sumMoney(tokenClasses.map((name) => moneyOf(amountOf(line[`${name}_quantity`] ?? '0'))));
  const counted = category === 'Usage' && !tokens.isZero();
  const tags = Object.fromEntries(
    (['service', 'cost_center', 'tenant'] as const).flatMap((name) => (line[name] === null ? [] : [[name, line[name]] as const])),
  );
  return {
    ...common(source),
    BilledCost: billed,
    EffectiveCost: billed,
    ContractedCost: isPriced ? formatMoney(moneyOf(amountOf(line.subtotal ?? '0'))) : billed,
    ListCost: isPriced ? formatMoney(listCost(line)) : billed,
    ChargeCategory: category,
    ChargeDescription: line.step === 'serving' || line.line === 'cell' ? 'Model usage' : labelOf(line.step ?? ''),
    ChargeFrequency: category === 'Usage' ? 'Usage-Based' : 'One-Time',
    ChargePeriodStart: formatInstant(start),
    ChargePeriodEnd: formatInstant(end),
    ...(counted ? { ConsumedQuantity: formatMoney(tokens), ConsumedUnit: 'Tokens', PricingQuantity: formatMoney(tokens), PricingUnit: 'Tokens' } : {}),
    SkuId: line.model_billed ?? '',
    SkuPriceId: line.snapshot === null ? '' : `${line.snapshot} ${line.model_billed ?? ''} tier ${line.tier ?? ''}`,
    Tags: JSON.stringify(tags),
    x_RequestId: line.request_id ?? '',
    x_ProviderRequestId: line.provider_request_id ?? '',
    x_Step: line.step ?? '',
    x_Role: line.role ?? '',
    x_KeyRef: line.key_ref ?? '',
    ...Object.fromEntries(tokenClasses.map((name) => [`x_${name}_tokens`, line[`${name}_quantity`] ?? ''])),
  };
}

/** The bucket of a cell; a call lies in its hour, since the standard wants a stretch of time. */
function stretchOf({ period }: ExportSource, line: Line): Pick<Bucket, 'start' | 'end'> {
  const cut = period.evidence.find(({ layer }) => layer === 'provider')?.bucket;
  const hour = startOf(line.timestamp_utc, microsPerHour);
  if (line.line === 'cell' && cut !== undefined) return bucketAt(startOf(line.timestamp_utc, 1n), cut);
  return { start: hour, end: hour + microsPerHour };
}

/** Quantities times the official rates, before the ratio of the account. */
function listCost(line: Line): Money {
  // 1, 1000 or a million: a shift of the decimal point, which is exact.
  const shift = new Money(10).pow(1 - (line.unit_divisor ?? '1').length);
  const classes = tokenClasses.map((name) => {
    const price = line[`${name}_price`] ?? (name === 'reasoning' ? line.output_price : null);
    return new Money(line[`${name}_quantity`] ?? '0').times(price ?? '0').times(shift);
  });
  return sumMoney([...classes, new Money(line.request_price ?? '0')]);
}

/** The start of the hour that a timestamp lies in. */
function startOf(timestamp: string | null, unit: bigint): Instant {
  const at = parseInstant((timestamp ?? '').replace(' ', 'T').replace(/\+00$/, 'Z')) ?? 0n;
  return at - (((at % unit) + unit) % unit);
}

const lineCategories: Readonly<Record<InvoiceLine['kind'], string>> = {
  usage: 'Usage',
  credit: 'Credit',
  discount: 'Credit',
  tax: 'Tax',
  fx: 'Adjustment',
  minimum: 'Adjustment',
  other: 'Adjustment',
};

/** What was charged leaves the rows in the currency of the period and comes back in that of the invoices, at the reference: so the rows of each currency sum by themselves. */
function convertedPair({ fx, totals }: ExportSource['result']): readonly (readonly [currency: string, amount: Money])[] {
  if (fx === undefined || totals.charged_converted === undefined) return [];
  const charged = moneyOf(totals.provider_charged) ?? zero;
  return [
    [fx.from, charged.negated()],
    [fx.to, moneyOf(totals.charged_converted)],
  ];
}

/** What the invoice adds to the rows of the provider, so that all rows of it sum to what is payable. */
function invoiceCells(source: ExportSource): Cells[] {
  const { result, period } = source;
  const beyond = ['fx_rate', 'invoice_rounding', 'usage_subtotal'].map(
    (step) => [step, moneyOf(amountOf(result.bridge.find((row) => row.step === step)?.amount ?? '0'))] as const,
  );
  const end = period.end;
  const converted = convertedPair(result);
  const row = (category: string, description: string, amount: Money, invoice: Invoice | null): Cells => ({
    ...common(source),
    ...(invoice === null ? {} : { InvoiceId: invoice.invoiceId }),
    ...(result.fx === undefined ? {} : { BillingCurrency: result.fx.to }),
    BilledCost: formatMoney(amount),
    EffectiveCost: formatMoney(amount),
    ContractedCost: formatMoney(amount),
    ListCost: formatMoney(amount),
    ChargeCategory: category,
    ChargeDescription: description,
    ChargeFrequency: 'One-Time',
    ChargePeriodStart: formatInstant(end - microsPerDay),
    ChargePeriodEnd: formatInstant(end),
    x_Step: description,
    Tags: '{}',
  });
  if (result.totals.invoice_total === null) return [];
  return [
    ...converted.map(([currency, amount]) => ({ ...row('Adjustment', 'charged_converted', amount, null), BillingCurrency: currency })),
    ...beyond.filter(([, amount]) => !amount.isZero()).map(([step, amount]) => row('Adjustment', step, amount, null)),
    ...period.invoices.flatMap((invoice) =>
      linesApart(invoice)
        .filter(({ kind }) => kind !== 'usage')
        .map(({ kind, amount }) => row(lineCategories[kind], kind, amount, invoice)),
    ),
  ];
}

const detailColumns = [
  'BilledCost',
  'BillingAccountId',
  'BillingCurrency',
  'BillingPeriodStart',
  'BillingPeriodEnd',
  'ChargeCategory',
  'InvoiceDetailCreated',
  'InvoiceDetailDescription',
  'InvoiceDetailGrain',
  'InvoiceDetailId',
  'InvoiceDetailLastUpdated',
  'InvoiceId',
  'InvoiceIssueDate',
  'InvoiceIssueStatus',
  'InvoiceIssuerName',
  'PaymentDueDate',
  'PaymentTerms',
  'ReferenceInvoiceId',
];

function* invoiceDetail(source: ExportSource): Iterable<string> {
  yield `${detailColumns.join(',')}\n`;
  for (const invoice of source.period.invoices) for (const cells of detailCells(source, invoice)) yield record(detailColumns, cells);
}

function detailCells({ result, ledger, period }: ExportSource, invoice: Invoice): Cells[] {
  const issued = invoice.document?.issuedOn ?? null;
  const day = issued === null ? formatInstant(period.end) : `${issued}T00:00:00Z`;
  return linesApart(invoice).map(({ kind, amount, billableModel, reference, corrects }, index) => ({
    BilledCost: formatMoney(amount),
    BillingAccountId: result.period.account_ref,
    BillingCurrency: invoice.currency,
    BillingPeriodStart: result.period.start_utc,
    BillingPeriodEnd: result.period.end_utc,
    ChargeCategory: lineCategories[kind],
    InvoiceDetailCreated: day,
    InvoiceDetailDescription: [kind, billableModel ?? '', reference ?? '', corrects === null ? '' : `corrects ${corrects}`]
      .filter((part) => part !== '')
      .join(' '),
    InvoiceDetailGrain: billableModel === null ? '' : JSON.stringify({ SkuId: billableModel }),
    InvoiceDetailId: `${invoice.invoiceId}-${index + 1}`,
    InvoiceDetailLastUpdated: day,
    InvoiceId: invoice.invoiceId,
    InvoiceIssueDate: issued === null ? '' : day,
    InvoiceIssueStatus: 'Issued',
    InvoiceIssuerName: ledger.settings.provider,
    PaymentTerms: 'not stated',
    ReferenceInvoiceId: invoice.invoiceId,
  }));
}

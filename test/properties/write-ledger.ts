/** Writes a random ledger as real files, so that the whole pipeline can read it back (SPEC §2). */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contractAreas } from '../../src/model/contract-area.ts';
import { type EvidenceLayer, type Layer, layers, meterColumn, sourceColumns, type TokenClass, tokenColumns } from '../../src/model/evidence.ts';
import { dayOf, formatInstant, microsPerDay } from '../../src/model/instant.ts';
import type { ClassPrices, Mapping, Meter, PriceRow, DeclaredRounding, Snapshot, Variant } from '../../src/model/ledger.ts';
import { formatMoney, Money, sumMoney } from '../../src/model/money.ts';
import { sha256Of } from '../../src/model/sha256.ts';
import { seededRandom } from './random.ts';
import type { CanonicalRow, ReferenceException, ReferenceInput, ReferenceLayer, Scope } from '../reference/input.ts';

export interface WriteOptions {
  /** Shuffles rows and spreads them over the files anew; absent: in the order of the input. */
  readonly shuffleSeed?: number;
  readonly filesPerLayer?: number;
  /** The variable part of a file's name; absent: its number. */
  readonly nameOf?: (file: number) => string;
}

/** What YAML can say here: text, lists and mappings; null and absent keys are left out. */
type Yaml = string | readonly Yaml[] | { readonly [key: string]: Yaml | null };

/** Writes trueup.yaml, models.yaml, contract.yaml, prices/ and periods/2026-05/ into `folder`; the period's stage is usage. */
export async function writeLedger(input: ReferenceInput, folder: string, options: WriteOptions = {}): Promise<void> {
  const files = new Map<string, string>([
    ['trueup.yaml', yamlFile(settingsOf(input))],
    ['models.yaml', yamlFile({ models: input.mappings.map(mappingOf) })],
    ['contract.yaml', yamlFile(contractOf(input))],
    ['periods/2026-05/period.yaml', yamlFile(periodOf(input))],
  ]);
  if (input.readings !== null) {
    files.set('periods/2026-05/balance.txt', balanceText);
    files.set('periods/2026-05/statement.yaml', yamlFile(statementOf(input.readings, input.period)));
  }
  if (input.exceptions.length > 0) files.set('periods/2026-05/exceptions.yaml', yamlFile({ exceptions: input.exceptions.map(exceptionOf) }));
  for (const [index, scope] of input.otherScopes.entries())
    files.set(`periods/other-${index}/period.yaml`, yamlFile(otherPeriodOf(`other-${index}`, scope, input)));
  for (const { id, start, end } of input.earlier)
    files.set(`periods/${id}/period.yaml`, yamlFile(otherPeriodOf(id, { ...input.period, start, end, models: null }, input)));
  for (const snapshot of input.snapshots) files.set(`prices/${snapshot.id}.yaml`, yamlFile(snapshotOf(snapshot)));
  const provider = input.layers.provider;
  if (provider !== null && listsParts(provider)) files.set('formats/parts.yaml', yamlFile(partsFormat(provider.rows)));
  if (isInvoiced(input)) {
    files.set('periods/2026-05/invoice.yaml', yamlFile(invoiceOf(input)));
    files.set('periods/2026-05/invoice.txt', invoiceText);
  }
  for (const layer of exported(input)) {
    for (const [name, text] of evidenceFiles(layer, input.layers[layer], options)) files.set(`periods/2026-05/evidence/${name}`, text);
  }
  if (input.witness !== undefined) {
    for (const [name, text] of evidenceFiles('usage_buckets', input.witness, options)) files.set(`periods/2026-05/evidence/${name}`, text);
  }
  for (const [name, text] of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

function settingsOf({ period, gross }: ReferenceInput): Yaml {
  return {
    version: '1',
    id: 'random',
    provider: 'cometapi',
    currency: period.currency,
    // Delays of random ledgers are longer than any real one.
    policy: { total: { fail: { percent: '1' } }, counts: { fail: { percent: '1' } }, min_linked: '0', max_delay: '30d', gross },
  };
}

function mappingOf(mapping: Mapping): Yaml {
  return {
    internal_name: mapping.internalName,
    requested_model: mapping.requestedModel,
    billable_model: mapping.billableModel,
    role: mapping.role,
    fallback_for: mapping.fallbackFor,
    owner: mapping.owner,
    price_snapshot: mapping.priceSnapshot,
    valid_from: dayOf(mapping.from),
    valid_to: mapping.to === null ? null : dayOf(mapping.to - microsPerDay),
  };
}

function contractOf({ contract, clientStopped, lineRounding }: ReferenceInput): Yaml {
  const verified = { detail: 'random', status: 'verified', source: 'random', proved_by: 'random', verified_on: '2026-01-01', verified_by: 'jane' };
  return {
    items: contractAreas.map(({ area }) => ({ area, ...verified })),
    billing: {
      statuses: contract.billing,
      tiers: contract.tiers,
      ...(contract.advisors.length === 0 ? {} : { advisors: contract.advisors }),
      ...(contract.pricedAt === 'charge' ? {} : { priced_at: contract.pricedAt }),
      rounding: roundingOf(contract.rounding),
      invoice_rounding: lineRounding === undefined ? null : { ...lineRounding, quantum: formatMoney(lineRounding.quantum) },
      client_stopped: clientStopped,
      covered: feesOf(contract.coverFees),
    },
  };
}

function feesOf(fees: ReferenceInput['contract']['coverFees']): Yaml | null {
  const stated = Object.entries(fees).map(([cover, fee]) => [cover, { fee: formatMoney(fee) }]);
  return stated.length === 0 ? null : (Object.fromEntries(stated) as Yaml);
}

function roundingOf(rounding: DeclaredRounding | null): Yaml {
  if (rounding === null) return { level: 'none' };
  const { quantum, mode, minimum, currency = null } = rounding;
  return { level: 'line', quantum: formatMoney(quantum), mode, minimum: minimum === null ? null : formatMoney(minimum), currency };
}

function periodOf(input: ReferenceInput): Yaml {
  const { period, layers: evidence, buckets } = input;
  return {
    id: '2026-05',
    start_utc: formatInstant(period.start),
    end_utc: formatInstant(period.end),
    account_ref: period.accounts,
    environment: period.environment,
    currency: period.currency,
    fx:
      period.fx.size === 0
        ? null
        : [...period.fx].map(([from, rate]) => ({ from, rate: formatMoney(rate), on: '2026-05-01', source: 'https://rates.example' })),
    models: period.models ?? 'all',
    keys: period.keys,
    stage: isInvoiced(input) ? 'final' : 'usage',
    invoice_id: isInvoiced(input) ? invoiceId : null,
    prices: period.prices.map(({ snapshot, from }) => ({ snapshot, from_utc: from === null ? null : formatInstant(from) })),
    evidence: {
      ...Object.fromEntries(exported(input).map((layer) => [layer, evidenceOf(layer, evidence[layer], layer === 'provider' ? buckets : undefined)])),
      ...(input.witness === undefined
        ? {}
        : { usage_buckets: { files: ['evidence/usage_buckets-*.csv'], format: 'trueup', bucket: bucketYaml(input.witness.cut) } }),
    },
    layers: {
      gateway: evidence.gateway === null ? { none: 'no gateway' } : null,
      provider: isInvoiced(input) ? { none: 'the invoice alone' } : null,
    },
    incidents: period.incidents.map(({ id, from, to, services }) => ({
      id,
      from_utc: formatInstant(from),
      to_utc: formatInstant(to),
      services,
    })),
  };
}

const invoiceId = 'I-1';
const invoiceText = 'all of it\n';

/** Whether lines of an invoice stand for the provider's export. */
function isInvoiced({ buckets }: ReferenceInput): boolean {
  return buckets?.width === 'period';
}

/** The layers that have files. */
function exported(input: ReferenceInput): readonly Layer[] {
  return isInvoiced(input) ? layers.filter((layer) => layer !== 'provider') : layers;
}

/** The provider's rows as lines, in their order. */
function invoiceOf({ period, layers: { provider } }: ReferenceInput): Yaml {
  const rows = provider?.rows ?? [];
  return {
    invoice_id: invoiceId,
    currency: period.currency,
    document: { file: 'invoice.txt', sha256: sha256Of(invoiceText), issued_on: '2026-06-02' },
    total: formatMoney(sumMoney(rows.map(({ charged_amount: amount }) => new Money(amount ?? '0')))),
    lines: rows.map((row) => ({ kind: 'usage', billable_model: row.model_billed, amount: row.charged_amount, requests: row.requests })),
  };
}

const balanceText = 'nothing left\n';

/** What the balance was is judged by others: here it is when it was read that counts. */
function statementOf({ opening, closing }: NonNullable<ReferenceInput['readings']>, { currency }: ReferenceInput['period']): Yaml {
  const reading = (at: bigint): Yaml => ({ at_utc: formatInstant(at), balance: '0', source: { file: 'balance.txt', sha256: sha256Of(balanceText) } });
  return { currency, opening: reading(opening), closing: reading(closing) };
}

/** A period that is declared and not run: nobody reads its evidence. */
function otherPeriodOf(id: string, { start, end, accounts, environment, models, keys }: Scope, { period }: ReferenceInput): Yaml {
  const evidence = (layer: Layer): Yaml => ({ files: [`evidence/${layer}.csv`], format: 'trueup' });
  return {
    id,
    start_utc: formatInstant(start),
    end_utc: formatInstant(end),
    account_ref: accounts,
    environment,
    currency: period.currency,
    models: models ?? 'all',
    keys,
    stage: 'usage',
    prices: [{ snapshot: period.prices[0]?.snapshot ?? '' }],
    evidence: { application: evidence('application'), provider: evidence('provider') },
  };
}

function exceptionOf(exception: ReferenceException): Yaml {
  const { id, category, model, service, requestIds, from, to, maxAmount, maxCount, expiresOn } = exception;
  return {
    id,
    category,
    model,
    service,
    request_ids: requestIds,
    from_utc: from === null ? null : formatInstant(from),
    to_utc: to === null ? null : formatInstant(to),
    max_amount: formatMoney(maxAmount),
    max_count: maxCount === null ? null : maxCount.toString(),
    reason: 'random',
    ticket: 'T-1',
    owner: 'finops',
    approved_by: 'jane',
    expires_on: expiresOn,
  };
}

function evidenceOf(layer: Layer, evidence: ReferenceLayer | null, buckets?: ReferenceInput['buckets']): Yaml | null {
  if (evidence === null) return null;
  return {
    files: [`evidence/${layer}-*.csv`],
    format: listsParts(evidence) ? 'parts' : 'trueup',
    rows: layer === 'application' ? evidence.rowsMode : null,
    finalized_through_utc: layer === 'provider' && evidence.finalizedThrough !== null ? formatInstant(evidence.finalizedThrough) : null,
    delay: layer === 'provider' ? `${evidence.delay / 60_000_000n}m` : null,
    ...(buckets === undefined ? {} : { grain: 'bucket', bucket: bucketYaml(buckets) }),
  };
}

function bucketYaml({ width, zone, by, lag }: NonNullable<ReferenceInput['buckets']>): Yaml {
  return { width, zone, by, lag: `${lag / 60_000_000n}m` };
}

const basisOf: Readonly<Record<string, string>> = { 1: 'per-token', 1000: 'per-1K-tokens', 1000000: 'per-1M-tokens' };

function snapshotOf(snapshot: Snapshot): Yaml {
  return {
    id: snapshot.id,
    source_url: snapshot.sourceUrl,
    accessed_at: snapshot.accessedAt,
    captured_by: snapshot.capturedBy,
    price_kind: snapshot.priceKind,
    currency: snapshot.currency,
    unit_basis: basisOf[snapshot.unitDivisor.toString()] ?? null,
    verification: { status: 'verified', against: 'contract', on: snapshot.accessedAt, by: 'jane' },
    notes: snapshot.notes,
    standard: snapshot.standard === null ? null : [...snapshot.standard],
    meters: snapshot.meters.size === 0 ? null : Object.fromEntries([...snapshot.meters].map(([name, meter]) => [name, meterOf(meter)])),
    prices: snapshot.prices.map(priceRowOf),
  };
}

function priceRowOf(row: PriceRow): Yaml {
  return {
    billable_model: row.billableModel,
    ...classPricesOf(row.prices),
    request_price: formatMoney(row.requestPrice),
    ratio: formatMoney(row.ratio),
    tiers: tiersOf(row.tiers),
    meter_prices: Object.fromEntries([...row.meterPrices].map(([name, price]) => [name, formatMoney(price)])),
    needs: row.needs === null ? null : [...row.needs],
    variants: row.variants.length === 0 ? null : row.variants.map(variantOf),
  };
}

function tiersOf(tiers: PriceRow['tiers']): Yaml[] {
  return tiers.map((tier) => ({ input_tokens_above: tier.inputTokensAbove.toString(), ...classPricesOf(tier.prices) }));
}

function meterOf({ unit, per, inside, whole }: Meter): Yaml {
  return { unit: unit === 'token' ? null : unit, per: inside === null ? formatMoney(per) : null, inside, whole };
}

function variantOf({ serviceTier, region, hours, factor, prices }: Variant): Yaml {
  const time = (minute: number): string => [Math.trunc(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
  const within = hours === null ? {} : { hours_utc: `${time(hours.start)}-${time(hours.end)}`, days: [...hours.days] };
  return {
    when: { service_tier: serviceTier, region, ...within },
    factor: prices === null && factor !== null ? formatMoney(factor) : null,
    prices: prices === null ? null : { ...classPricesOf(prices.base), tiers: tiersOf(prices.tiers) },
  };
}

function classPricesOf(prices: ClassPrices): Record<string, string> {
  const entries = Object.entries(prices) as [TokenClass, Money][];
  return Object.fromEntries(entries.map(([name, price]) => [`${name}_price`, formatMoney(price)]));
}

function evidenceFiles(
  layer: EvidenceLayer,
  evidence: Pick<ReferenceLayer, 'rows'> | null,
  { shuffleSeed, filesPerLayer = 1, nameOf = String }: WriteOptions,
): [string, string][] {
  if (evidence === null) return [];
  const random = shuffleSeed === undefined ? null : seededRandom(shuffleSeed);
  const rows = random === null ? evidence.rows : random.shuffle(evidence.rows);
  const files: CanonicalRow[][] = Array.from({ length: filesPerLayer }, () => []);
  for (const [index, row] of rows.entries()) files[index % filesPerLayer]?.push(row);
  return files.flatMap((part, index) =>
    index > 0 && part.length === 0 ? [] : [[`${layer}-${nameOf(index)}.csv`, csvOf(part, listsParts(evidence) ? 'usage' : 'columns')]],
  );
}

function metersOf(rows: readonly CanonicalRow[]): string[] {
  return [...new Set(rows.flatMap(({ meters: text }) => (text === null ? [] : text.split(' ').map((part) => part.split('=')[0] ?? ''))))].toSorted();
}

function csvOf(rows: readonly CanonicalRow[], layout: 'columns' | 'usage' = 'columns'): string {
  const meters = metersOf(rows);
  const quantityOf = (row: CanonicalRow, meter: string): string =>
    (row.meters ?? '')
      .split(' ')
      .find((part) => part.startsWith(`${meter}=`))
      ?.slice(meter.length + 1) ?? '';
  const usage = layout === 'usage' ? ['usage'] : [];
  const columns = [...sourceColumns, ...meters.map(meterColumn), ...usage];
  const lines = rows.map((row) =>
    [
      ...sourceColumns.map((column) => field(row[column] ?? '')),
      ...meters.map((meter) => quantityOf(row, meter)),
      ...usage.map(() => field(JSON.stringify({ ...countsOf(row), list: row.parts?.map((part) => ({ model: part.model, ...countsOf(part) })) }))),
    ].join(','),
  );
  return [columns.join(','), ...lines, ''].join('\r\n');
}

/** Counts as JSON: whole numbers as such, what is none as text. */
function countsOf(row: Readonly<Record<(typeof tokenColumns)[number], string | null>>): Record<string, number | string> {
  const stated = tokenColumns.flatMap((column) =>
    row[column] === null ? [] : [[column, /^\d{1,15}$/.test(row[column]) ? Number(row[column]) : row[column]] as const],
  );
  return Object.fromEntries(stated);
}

function listsParts({ rows }: Pick<ReferenceLayer, 'rows'>): boolean {
  return rows.some(({ parts }) => parts !== undefined);
}

/** Our own columns, with the counts in JSON beside the parts. */
function partsFormat(rows: readonly CanonicalRow[]): Yaml {
  const isCounted = (column: string): boolean => (tokenColumns as readonly string[]).includes(column);
  const plain = [...sourceColumns.filter((column) => !isCounted(column)), ...metersOf(rows).map(meterColumn)].map((column) => [column, column]);
  return {
    name: 'parts',
    explode: 'usage:$.list',
    columns: Object.fromEntries([...plain, ...tokenColumns.map((column) => [column, `usage:$.${column}`])]) as Record<string, string>,
    input_includes: ['cached_input', 'cache_write', 'cache_write_1h'],
    output_includes: ['reasoning'],
  };
}

/** RFC 4180. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** JSON is YAML; one key a line keeps it readable. */
function yamlFile(document: Yaml): string {
  return `${JSON.stringify(document, (_, value: unknown) => value ?? undefined, 2)}\n`;
}

/** `usage_rows` of the runbook → evidence in the format `trueup`, one file per layer that the rows speak of. */
import { toVerify } from '../../../model/placeholder.ts';
import { type Fields, plainDecimal, type RunbookFile } from './runbook-file.ts';
import { csvField } from '../../../model/csv.ts';
import { type CanonicalColumn, canonicalColumns, type Layer, layers } from '../../../model/evidence.ts';

type Row = Readonly<Partial<Record<CanonicalColumn, string>>>;

export interface ImportedRows {
  /** CSV text per layer, only for layers that have rows. */
  readonly csv: Readonly<Partial<Record<Layer, string>>>;
  readonly names: readonly { readonly internalName: string | null; readonly requested: string; readonly billed: readonly string[] }[];
}

const aliases: Readonly<Partial<Record<CanonicalColumn, readonly string[]>>> = {
  request_id: ['internal_request_id', 'app_request_id'],
  provider_request_id: ['cometapi_request_id', 'comet_request_id', 'upstream_request_id'],
  response_id: ['completion_id'],
  timestamp_utc: ['timestamp', 'time_utc'],
  account_ref: ['account', 'account_id'],
  environment: ['env'],
  service: ['internal_service', 'service_name', 'application'],
  cost_center: ['cost_centre'],
  tenant: ['tenant_id', 'project'],
  internal_name: ['internal_model', 'internal_model_name'],
  model_requested: ['requested_model'],
  model_billed: ['billable_model', 'billed_model', 'billable_model_reported'],
  status: ['response_status'],
  attempt: ['attempt_number', 'retry_attempt', 'retry_attempt_number'],
  input_tokens: ['prompt_tokens'],
  cached_input_tokens: ['cached_tokens'],
  output_tokens: ['completion_tokens'],
  charged_amount: ['provider_charged_amount', 'billed_amount'],
  stated_amount: ['stated_cost', 'estimated_cost'],
  charged_currency: ['currency'],
  stream: ['streaming', 'is_stream'],
  prompt_version: ['prompt_template_version', 'template_version'],
};
/** What only the provider can say; of a row that holds anything else, it is what our side was told. */
const providerOnly: readonly CanonicalColumn[] = ['provider_request_id', 'response_id', 'model_billed', 'kind', 'charged_amount', 'charged_currency'];

/** What the rows' file says once for all of them. */
export interface RowsContext {
  readonly accountRef: string;
  readonly snapshot: string;
}

export function importRows(file: RunbookFile, rows: readonly Fields[], context: RowsContext): ImportedRows {
  const byLayer: Record<Layer, Row[]> = { application: [], gateway: [], provider: [] };
  const unknownKeys = new Map<string, { keyOffset: number; count: number }>();
  for (const fields of rows) {
    const named = fields.take('layer', 'source_layer');
    const row = readRow(fields);
    checkSnapshot(fields, context);
    for (const { key, keyOffset } of fields.leftovers()) {
      const known = unknownKeys.get(key);
      unknownKeys.set(key, { keyOffset: known?.keyOffset ?? keyOffset, count: (known?.count ?? 0) + 1 });
    }
    const own = named === null ? null : layers.find((layer) => named.value.kind === 'text' && layer === named.value.value);
    if (own === undefined && named !== null) fields.refuse(named, `one of ${layers.join(', ')}`);
    else addRow(row, own ?? witnessOf(row), byLayer, context);
  }
  for (const [key, { keyOffset, count }] of unknownKeys) file.reportUnknown(`usage_rows.${key}`, keyOffset, count);
  const filled = layers.filter((layer) => byLayer[layer].length > 0);
  return { csv: Object.fromEntries(filled.map((layer) => [layer, toCsv(byLayer[layer])])), names: namesOf(Object.values(byLayer).flat()) };
}

function readRow(fields: Fields): Row {
  const row: Partial<Record<CanonicalColumn, string>> = {};
  for (const column of canonicalColumns) {
    const text = fields.text(column, ...(aliases[column] ?? []));
    if (text !== null) row[column] = column.endsWith('_amount') || column.endsWith('_tokens') ? plainDecimal(text) : text;
  }
  return row;
}

/** The prices of a row are those of the period; a row that was priced by another snapshot is no row of this ledger. */
function checkSnapshot(fields: Fields, { snapshot }: RowsContext): void {
  const named = fields.take('price_snapshot_id', 'price_snapshot', 'price_snapshot_version');
  if (named === null) return;
  const id = named.value.kind === 'text' ? named.value.value : null;
  if (id !== null && ![snapshot, snapshot.split('/')[1]].includes(id)) fields.refuse(named, snapshot);
}

/** A row that names no layer is one witness, and is written down once: nothing in it can vouch for the rest of it. */
function witnessOf(row: Row): Layer {
  const keys = Object.keys(row) as CanonicalColumn[];
  const ours: readonly CanonicalColumn[] = ['request_id', 'service', 'cost_center', 'tenant', 'internal_name', 'model_requested'];
  return keys.some((column) => providerOnly.includes(column)) && !keys.some((column) => ours.includes(column)) ? 'provider' : 'application';
}

function addRow(row: Row, layer: Layer, byLayer: Record<Layer, Row[]>, { accountRef }: RowsContext): void {
  if (layer !== 'application') {
    byLayer[layer].push(row);
    return;
  }
  // The file speaks of one account. What a row of ours says that a call cost is a statement, not a charge.
  const { charged_amount: charged, charged_currency: _currency, ...rest } = row;
  const stated = charged === undefined ? {} : { stated_amount: charged };
  byLayer.application.push({ ...(accountRef === toVerify ? {} : { account_ref: accountRef }), ...stated, ...rest });
}

function toCsv(rows: readonly Row[]): string {
  const columns = canonicalColumns.filter((column) => rows.some((row) => row[column] !== undefined));
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  return lines.map((cells) => `${cells.map(csvField).join(',')}\n`).join('');
}

function namesOf(rows: readonly Row[]): ImportedRows['names'] {
  const billedBy = new Map(rows.flatMap(({ request_id: id, model_billed: model }) => (id && model ? [[id, model] as const] : [])));
  const found = new Map<string, { internalName: string | null; requested: string; billed: Set<string> }>();
  for (const { request_id: id, internal_name: internalName = null, model_requested: requested } of rows) {
    if (requested === undefined) continue;
    const key = JSON.stringify([internalName, requested]);
    const entry = found.get(key) ?? { internalName, requested, billed: new Set<string>() };
    const billed = id === undefined ? undefined : billedBy.get(id);
    if (billed !== undefined) entry.billed.add(billed);
    found.set(key, entry);
  }
  return [...found.values()].map(({ billed, ...entry }) => ({ ...entry, billed: [...billed].sort() }));
}

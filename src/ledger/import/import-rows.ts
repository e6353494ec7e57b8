/** `usage_rows` of the runbook → evidence in the format `trueup`, one file per layer that the rows speak of. */
import { canonicalColumns, layers } from '../../model/evidence.ts';
import type { CanonicalColumn, Layer } from '../../model/evidence.ts';
import { plainDecimal } from './plain-decimal.ts';
import type { Fields, RunbookFile } from './runbook-file.ts';

type Row = Readonly<Partial<Record<CanonicalColumn, string>>>;

export interface ImportedRows {
  /** CSV text per layer, only for layers that have rows. */
  readonly csv: Readonly<Partial<Record<Layer, string>>>;
  /** True when a row without a layer of its own was written to both sides: then the two are no independent witnesses. */
  readonly copied: boolean;
  readonly names: readonly { readonly internalName: string | null; readonly requested: string; readonly billed: readonly string[] }[];
}

const aliases: Readonly<Partial<Record<CanonicalColumn, readonly string[]>>> = {
  request_id: ['internal_request_id', 'app_request_id'],
  provider_request_id: ['cometapi_request_id', 'comet_request_id', 'upstream_request_id'],
  timestamp_utc: ['timestamp', 'time_utc'],
  account_ref: ['account', 'account_id'],
  environment: ['env'],
  service: ['service_name', 'application'],
  cost_center: ['cost_centre'],
  internal_name: ['internal_model', 'internal_model_name'],
  model_requested: ['requested_model'],
  model_billed: ['billable_model', 'billed_model'],
  attempt: ['attempt_number'],
  input_tokens: ['prompt_tokens'],
  cached_input_tokens: ['cached_tokens'],
  output_tokens: ['completion_tokens'],
  charged_amount: ['provider_charged_amount', 'billed_amount'],
  charged_currency: ['currency'],
  stream: ['streaming', 'is_stream'],
};
/** What only the provider can say. */
const providerOnly: readonly CanonicalColumn[] = ['model_billed', 'kind', 'charged_amount', 'charged_currency'];
/** What only our side can say. */
const ownOnly: readonly CanonicalColumn[] = [
  'service',
  'cost_center',
  'internal_name',
  'model_requested',
  'client_stopped',
  'retry_reason',
  'prompt_version',
  'stream',
  'stream_completed',
];

export function importRows(file: RunbookFile, rows: readonly Fields[]): ImportedRows {
  const byLayer: Record<Layer, Row[]> = { application: [], gateway: [], provider: [] };
  const unknownKeys = new Map<string, { keyOffset: number; count: number }>();
  let copied = false;
  for (const fields of rows) {
    const named = fields.take('layer', 'source_layer');
    const row = readRow(fields);
    for (const { key, keyOffset } of fields.leftovers()) {
      const known = unknownKeys.get(key);
      unknownKeys.set(key, { keyOffset: known?.keyOffset ?? keyOffset, count: (known?.count ?? 0) + 1 });
    }
    const own = named === null ? null : layers.find((layer) => named.value.kind === 'text' && layer === named.value.value);
    if (own === undefined && named !== null) fields.refuse(named, `one of ${layers.join(', ')}`);
    else if (own) byLayer[own].push(row);
    else copied = share(row, byLayer) || copied;
  }
  for (const [key, { keyOffset, count }] of unknownKeys) file.reportUnknown(`usage_rows.${key}`, keyOffset, count);
  const filled = layers.filter((layer) => byLayer[layer].length > 0);
  return { csv: Object.fromEntries(filled.map((layer) => [layer, toCsv(byLayer[layer])])), copied, names: namesOf(Object.values(byLayer).flat()) };
}

function readRow(fields: Fields): Row {
  const row: Partial<Record<CanonicalColumn, string>> = {};
  for (const column of canonicalColumns) {
    const text = fields.text(column, ...(aliases[column] ?? []));
    if (text !== null) row[column] = column === 'charged_amount' || column.endsWith('_tokens') ? plainDecimal(text) : text;
  }
  return row;
}

/** A row that says what we sent and what was billed goes to both sides; true when it did. */
function share(row: Row, byLayer: Record<Layer, Row[]>): boolean {
  const ofProvider = row.provider_request_id !== undefined || providerOnly.some((column) => row[column] !== undefined);
  const ofOurs = row.request_id !== undefined || ownOnly.some((column) => row[column] !== undefined);
  if (ofOurs || !ofProvider) byLayer.application.push(without(row, providerOnly));
  if (ofProvider) byLayer.provider.push(without(row, ownOnly));
  return ofOurs && ofProvider;
}

function without(row: Row, columns: readonly CanonicalColumn[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !columns.includes(column as CanonicalColumn)));
}

function toCsv(rows: readonly Row[]): string {
  const columns = canonicalColumns.filter((column) => rows.some((row) => row[column] !== undefined));
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  return lines.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
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

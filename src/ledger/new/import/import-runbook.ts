/** Turns the runbook's JSON into a ledger: what it says is taken over, what it does not say becomes a placeholder, what is not understood is reported. */
import { toVerify } from '../../../model/placeholder.ts';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Document } from 'yaml';
import { importControls } from './import-controls.ts';
import { type ImportedPeriod, importPeriod } from './import-period.ts';
import { type ImportedSnapshot, importPrices } from './import-prices.ts';
import { type ImportedRows, importRows } from './import-rows.ts';
import { Fields, RunbookFile } from './runbook-file.ts';
import { writeFolder } from '../write-folder.ts';
import { contractAreas } from '../../../model/contract-area.ts';
import { statuses } from '../../../model/evidence.ts';
import { finding, type Finding } from '../../../model/finding.ts';
import { isDay } from '../../../model/instant.ts';
import { notThere } from '../../../model/not-there.ts';

/** A runbook beyond this is refused; its rows belong into exports. */
const maxRunbookBytes = 64 * 1024 * 1024;

export interface Import {
  /** POSIX names inside the output folder, sorted; empty when the file could not be read. */
  readonly written: string[];
  /** With places in the JSON file. Placeholders of the written ledger are reported by `validate`. */
  readonly findings: Finding[];
}

/**
 * Reads `reconciliation_period`, `pricing_snapshot`, `usage_rows`, `controls` and, where there is one, `model_mapping` from `file` and writes
 * a ledger to `outFolder`, which must not exist or be empty (else it throws, and nothing is written).
 */
export async function importRunbook(file: string, outFolder: string): Promise<Import> {
  const text = await readRunbook(file);
  if (typeof text !== 'string') return { written: [], findings: [text] };
  const runbook = new RunbookFile(file, text);
  if (runbook.root === null) return { written: [], findings: runbook.findings() };
  if (runbook.root.kind !== 'object') {
    runbook.report('invalid-value', 'inconclusive', runbook.root.offset, { key: 'the file', expected: 'an object' });
    return { written: [], findings: runbook.findings() };
  }
  const files = ledgerFiles(runbook, new Fields(runbook, runbook.root, ''));
  await writeFolder(outFolder, files);
  return { written: Object.keys(files).sort(), findings: runbook.findings() };
}

async function readRunbook(file: string): Promise<string | Finding> {
  const at = { args: { file: basename(file) }, source: { file: basename(file), line: 1, column: 1 } };
  const stats = await stat(file).catch(notThere);
  if (stats === null || !stats.isFile()) return finding('file-missing', 'inconclusive', at);
  if (stats.size > maxRunbookBytes) return finding('file-too-large', 'inconclusive', { ...at, args: { ...at.args, limit: String(maxRunbookBytes) } });
  const content = await readFile(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return finding('yaml-syntax', 'inconclusive', { ...at, args: { problem: 'the file is not UTF-8 text' } });
  }
}

/** Every file of the new ledger, by name. */
function ledgerFiles(runbook: RunbookFile, root: Fields): Record<string, string> {
  const provider = providerOf(root.text('provider'));
  const period = importPeriod(root.object('reconciliation_period', 'period'));
  const snapshot = importPrices(root.object('pricing_snapshot'), provider, dayOf(period.start));
  const rows = importRows(runbook, root.objects('usage_rows'), { accountRef: period.accountRef, snapshot: snapshot.id });
  reportMissing(runbook, rows);
  const { policy, notes } = importControls(runbook, root.object('controls'));
  const mappings = importMappings(root, rows, period);
  const currency = period.currency ?? snapshot.currency ?? toVerify;
  root.finish();
  const folder = `periods/${period.id}`;
  const evidence = Object.entries(rows.csv).map(([layer, csv]) => [`${folder}/evidence/${layer}.csv`, csv]);
  return {
    'trueup.yaml': yaml(
      { version: 1, id: 'imported-ledger', provider, currency, policy },
      ['Settings and policy, imported from a runbook.', ...notes].join('\n'),
    ),
    'models.yaml': yaml({ models: mappings }, mappingComment(rows)),
    'contract.yaml': yaml(
      {
        items: contractAreas.map(({ area, detail }) => ({ area, detail, status: 'unverified' })),
        billing: { statuses: Object.fromEntries(statuses.map((status) => [status, 'unverified'])) },
      },
      'The runbook says nothing about the contract and its billing rules: all of it is unverified until somebody writes the answer here.',
    ),
    [`prices/${snapshot.id}.yaml`]: yaml(snapshot.file, 'A price snapshot, imported from a runbook.'),
    [`${folder}/period.yaml`]: yaml(periodFile(period, snapshot, rows, currency), periodComment(rows)),
    ...(Object.fromEntries(evidence) as Record<string, string>),
  };
}

function providerOf(name: string | null): string {
  const plain = (name ?? 'cometapi').toLowerCase().replaceAll(/[^a-z0-9_-]/g, '');
  return /^[a-z0-9]/.test(plain) ? plain : 'cometapi';
}

/** The day of a bound, to name a snapshot whose own day is not known. */
function dayOf(bound: string): string {
  return isDay(bound.slice(0, 10)) ? bound.slice(0, 10) : '0001-01-01';
}

function periodFile(period: ImportedPeriod, snapshot: ImportedSnapshot, rows: ImportedRows, currency: string): Record<string, unknown> {
  const evidence = Object.keys(rows.csv).map((layer) => [layer, { files: [`evidence/${layer}.csv`], format: 'trueup' }]);
  return {
    id: period.id,
    start_utc: period.start,
    end_utc: period.end,
    account_ref: period.accountRef,
    ...(period.environment === null ? {} : { environment: period.environment }),
    currency,
    models: period.models ?? 'all',
    stage: period.stage,
    ...(period.invoiceId === null ? {} : { invoice_id: period.invoiceId }),
    prices: [{ snapshot: snapshot.id }],
    evidence: Object.fromEntries(evidence) as Record<string, unknown>,
  };
}

/** Stated mappings as they are; for names without one the billable model stays a question, because rows cannot vouch for themselves. */
function importMappings(root: Fields, { names }: ImportedRows, period: ImportedPeriod): Record<string, string>[] {
  const from = isDay(period.start.slice(0, 10)) ? period.start.slice(0, 10) : toVerify;
  const stated = root.objects('model_mapping', 'model_mappings').map((fields) => {
    const requested = fields.text('requested_model', 'model_requested') ?? toVerify;
    const optional = ['fallback_for', 'price_snapshot', 'valid_to'].map((key) => [key, fields.text(key)]).filter(([, value]) => value !== null);
    const mapping: Record<string, string> = {
      internal_name: fields.text('internal_name', 'internal_model') ?? requested,
      requested_model: requested,
      billable_model: fields.text('billable_model', 'model_billed') ?? toVerify,
      role: fields.text('role') ?? 'primary',
      owner: fields.text('owner') ?? toVerify,
      valid_from: fields.text('valid_from') ?? from,
      ...(Object.fromEntries(optional) as Record<string, string>),
    };
    fields.finish();
    return mapping;
  });
  const covered = new Set(stated.map((mapping) => mapping['requested_model']));
  const open = names.filter(({ requested }) => !covered.has(requested));
  return [
    ...stated,
    ...open.map(({ internalName, requested }) => ({
      internal_name: internalName ?? requested,
      requested_model: requested,
      billable_model: toVerify,
      role: 'primary',
      owner: toVerify,
      valid_from: from,
    })),
  ];
}

function mappingComment({ names }: ImportedRows): string {
  const billed = names.map(({ requested, billed: models }) => `${requested}: ${models.length > 0 ? models.join(', ') : 'nothing'}`);
  return ['The model mapping table. What the imported rows were billed as is no proof of what they should be billed as:', ...billed].join('\n');
}

/** What one side says of itself is no reconciliation: the other witness has to be exported. */
function reportMissing(runbook: RunbookFile, { csv }: ImportedRows): void {
  const filled = Object.keys(csv);
  if (filled.length === 0) return;
  for (const layer of ['application', 'provider']) {
    if (!filled.includes(layer)) runbook.report('layer-missing', 'warn', runbook.root?.offset ?? 0, { layer });
  }
}

function periodComment({ csv }: ImportedRows): string {
  const both = 'application' in csv && 'provider' in csv;
  const missing = 'The rows are those of one side. Add the export of the other one: what a witness says of itself proves nothing.';
  return both ? 'A period, imported from a runbook.' : `A period, imported from a runbook.\n${missing}`;
}

function yaml(content: unknown, comment: string): string {
  const document = new Document(content);
  document.commentBefore = comment
    .split('\n')
    .map((line) => ` ${line.replaceAll(/[^\P{C}]/gu, '?')}`)
    .join('\n');
  return document.toString({ lineWidth: 0 });
}

/** What following the remedy of each finding means for the files of a small ledger: one way or several for each code. */
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FindingCode } from '../../src/model/finding.ts';

/** Done to the laid out scenario, in this order. */
export interface Way {
  readonly scenario: string;
  /** The part of the remedy that it follows. */
  readonly following: string;
  /** Files taken from the ledger that every scenario starts from, where they are right. */
  readonly restore?: readonly string[];
  readonly remove?: readonly string[];
  readonly edit?: readonly (readonly [path: string, find: string, put: string])[];
  readonly write?: Readonly<Record<string, string>>;
  readonly append?: Readonly<Record<string, string>>;
  readonly more?: (root: string) => void;
  /** The verdict afterwards; left out: pass. */
  readonly afterwards?: 'warn' | 'fail';
  /** Findings that are there afterwards for a reason of their own, beside those that the scenario had. */
  readonly brings?: readonly FindingCode[];
}

const period = 'periods/2026-05/period.yaml';
const invoice = 'periods/2026-05/invoice.yaml';
const statement = 'periods/2026-05/statement.yaml';
const readings = ['periods/2026-05/evidence/balance-opening.json', 'periods/2026-05/evidence/balance-closing.json'];
const exceptions = 'periods/2026-05/exceptions.yaml';
const document = 'periods/2026-05/invoice.txt';
const provider = 'periods/2026-05/evidence/provider.csv';
const witness = 'periods/2026-05/evidence/buckets.csv';
const snapshot = 'prices/cometapi/2026-05-01.yaml';
const later = 'prices/cometapi/2026-05-20.yaml';

/** The columns of the built-in format in a format of the ledger's own. */
function ownFormat(more: string, renamed: Readonly<Record<string, string>> = {}): string {
  const names =
    'request_id provider_request_id timestamp_utc account_ref environment model_billed kind status attempt input_tokens cached_input_tokens cache_write_tokens cache_write_1h_tokens output_tokens reasoning_tokens charged_amount charged_currency';
  const columns = names.split(' ').map((name) => `  ${name}: ${renamed[name] ?? name}\n`);
  return `name: ours\ncolumns:\n${columns.join('')}output_includes: [reasoning]\n${more}`;
}
const includesCache = 'input_includes: [cached_input, cache_write, cache_write_1h]\n';
const useOurs = [period, 'provider.csv], format: trueup', 'provider.csv], format: ours'] as const;

/** The rows of the provider, each changed in its fields. */
function withRows(root: string, change: (fields: string[]) => string[]): void {
  const [header = '', ...rows] = readFileSync(join(root, provider), 'utf8').trimEnd().split('\n');
  writeFileSync(join(root, provider), `${[header, ...rows.map((row) => change(row.split(',')).join(','))].join('\n')}\n`);
}

export const ways: Partial<Readonly<Record<FindingCode, readonly Way[]>>> = {
  'file-missing': [{ scenario: 'file-missing', following: 'Add the file', restore: ['contract.yaml'] }],
  'unknown-key': [{ scenario: 'unknown-key', following: 'Correct the spelling or remove the key', restore: [period] }],
  'missing-key': [{ scenario: 'missing-key', following: 'Add the key', restore: [snapshot] }],
  'invalid-value': [{ scenario: 'invalid-value', following: 'Write a value that the key takes', restore: [period, invoice, snapshot] }],
  'yaml-syntax': [{ scenario: 'yaml-syntax', following: 'Correct the place', restore: ['models.yaml'] }],
  placeholder: [{ scenario: 'placeholder', following: 'Replace it by a value that somebody has checked', restore: ['models.yaml', invoice] }],
  'variants-overlap': [
    {
      scenario: 'variants-overlap',
      following: 'Write one of the two as a factor',
      edit: [[snapshot, 'prices: { input_price: "0.30", output_price: "0.90", cached_input_price: "0.06" } }', 'factor: "1.5" }']],
    },
  ],
  'meter-unreported': [
    {
      scenario: 'meter-unreported',
      following: 'Ask the provider for an export that states it',
      edit: [
        [provider, 'charged_currency', 'charged_currency,meter_web_search'],
        [provider, '0.128,USD', '0.128,USD,2'],
        [provider, '0.112,USD', '0.112,USD,0'],
      ],
    },
  ],
  'invoice-at-prepaid': [
    { scenario: 'invoice-at-prepaid', following: 'Take invoice.yaml away', remove: [invoice, document], edit: [[period, 'invoice_id: INV-2026-05\n', '']] },
    {
      scenario: 'invoice-at-prepaid',
      following: 'set stage: final where usage is invoiced',
      remove: [statement, ...readings],
      edit: [[period, 'stage: prepaid', 'stage: final']],
    },
  ],
  'statement-missing': [{ scenario: 'statement-missing', following: 'set stage: usage in period.yaml', edit: [[period, 'stage: prepaid', 'stage: usage']] }],
  'statement-unread': [
    {
      scenario: 'statement-unread',
      following: 'Name it statement.yaml',
      more: (root) => renameSync(join(root, `${statement.slice(0, -5)}s.yaml`), join(root, statement)),
    },
  ],
  'movement-paid': [
    { scenario: 'movement-paid', following: 'Correct amount, fee or paid from the receipt', edit: [[statement, 'fee: "3.75"', 'fee: "2.75"']] },
  ],
  'buckets-unjudged': [
    {
      scenario: 'buckets-unjudged-application',
      following: 'Name an export with a row for each request in period.yaml',
      edit: [[period, 'format: sums', 'format: trueup']],
    },
    {
      scenario: 'buckets-unjudged-witness',
      following: 'take usage_buckets out of period.yaml',
      edit: [[period, '  usage_buckets: { files: [evidence/buckets.csv], format: trueup, bucket: { width: 1d, zone: "+00:00", by: [model_billed] } }\n', '']],
      remove: [witness],
    },
    {
      scenario: 'buckets-unjudged-witness-alone',
      following: 'Name this export as evidence.provider with grain: bucket',
      edit: [
        [
          period,
          'usage_buckets: { files: [evidence/buckets.csv], format: trueup,',
          'provider: { files: [evidence/buckets.csv], format: trueup, grain: bucket, finalized_through_utc: 2026-06-02T00:00:00Z,',
        ],
        [period, 'provider: { none: the provider gives no export of calls },', ''],
      ],
    },
  ],
  'bucket-mismatch': [
    {
      scenario: 'bucket-mismatch-row-twice',
      following: 'Export the rows of these buckets again',
      restore: [provider],
    },
    {
      scenario: 'bucket-mismatch-row-lost',
      following: 'Export the rows of these buckets again',
      restore: [provider],
    },
  ],
  'bucket-uncompared': [
    {
      scenario: 'bucket-uncompared',
      following: 'Map what both exports state',
      restore: [provider],
    },
  ],
  'bucket-straddles': [
    {
      scenario: 'bucket-straddles-period-end',
      following: "Put the period's bounds where buckets begin",
      edit: [
        [period, 'start_utc: 2026-05-01T00:00:00Z', 'start_utc: 2026-04-30T16:00:00Z'],
        [period, 'end_utc: 2026-06-01T00:00:00Z', 'end_utc: 2026-05-31T16:00:00Z'],
        [invoice, 'statement_from_utc: 2026-05-01T00:00:00Z', 'statement_from_utc: 2026-04-30T16:00:00Z'],
        [invoice, 'statement_to_utc: 2026-06-01T00:00:00Z', 'statement_to_utc: 2026-05-31T16:00:00Z'],
      ],
    },
  ],
  'bucket-restated': [
    {
      scenario: 'bucket-restated',
      following: 'Name the file that counts in period.yaml',
      edit: [[period, '[evidence/provider.csv, evidence/again.csv]', '[evidence/provider.csv]']],
      remove: ['periods/2026-05/evidence/again.csv'],
    },
  ],
  'hash-mismatch': [
    { scenario: 'hash-mismatch', following: 'Restore the recorded file', restore: [document] },
    {
      scenario: 'hash-mismatch',
      following: 'record the new hash',
      more: (root) => {
        const hash = createHash('sha256')
          .update(readFileSync(join(root, document)))
          .digest('hex');
        writeFileSync(join(root, invoice), readFileSync(join(root, invoice), 'utf8').replace(/sha256: \w+/, `sha256: ${hash}`));
      },
    },
  ],
  'duplicate-id': [{ scenario: 'duplicate-id', following: 'Give each its own id', restore: ['contract.yaml', period, snapshot], remove: [exceptions] }],
  'policy-incomplete': [
    {
      scenario: 'policy-incomplete',
      following: 'Set a fail threshold under policy in trueup.yaml, for the total and for the counts',
      restore: ['trueup.yaml'],
    },
  ],
  'period-bounds': [{ scenario: 'period-bounds', following: 'Write start_utc and end_utc in UTC', restore: [period] }],
  'period-gap': [
    {
      scenario: 'period-gap',
      following: 'Let the next period start where the one before ends',
      edit: [['periods/2026-06/period.yaml', 'start_utc: 2026-06-02', 'start_utc: 2026-06-01']],
    },
  ],
  'period-overlap': [
    { scenario: 'period-overlap', following: 'Move the bounds', edit: [['periods/2026-05b/period.yaml', 'start_utc: 2026-05-31', 'start_utc: 2026-06-01']] },
  ],
  'layer-missing': [
    { scenario: 'layer-missing', following: 'Add its export', restore: [period] },
    { scenario: 'layer-missing-declared', following: 'the provider where an invoice bills each model by itself', restore: [invoice] },
    {
      scenario: 'layer-missing-usage',
      following: 'the provider where an invoice bills each model by itself',
      edit: [[period, 'stage: usage', 'stage: final']],
    },
  ],
  'format-unknown': [{ scenario: 'format-unknown', following: 'Name a built-in format', restore: [period] }],
  'snapshot-unknown': [{ scenario: 'snapshot-unknown', following: 'Correct the id', restore: ['models.yaml', period] }],
  'snapshot-id-path': [
    { scenario: 'snapshot-id-path', following: 'Rename the file or correct the id', remove: ['prices/cometapi/2026-05-02.yaml'], restore: [snapshot] },
  ],
  'price-authority': [
    {
      scenario: 'price-authority',
      following: 'change price_authority in trueup.yaml',
      edit: [['trueup.yaml', 'price_authority: openrouter', 'price_authority: cometapi']],
    },
  ],
  'snapshot-late': [
    { scenario: 'snapshot-late', following: 'say in notes why these prices held', append: { [snapshot]: 'notes: the contract fixes them for the year\n' } },
  ],
  'price-cached-above-input': [{ scenario: 'price-cached-above-input', following: 'Check both prices', restore: [snapshot] }],
  'price-jump': [
    {
      scenario: 'price-jump',
      following: 'Check the unit basis',
      edit: [
        [later, 'input_price: "1.00"', 'input_price: "0.10"'],
        [later, '"0.00096"', '"0.00024"'],
      ],
    },
  ],
  'price-vanished': [
    {
      scenario: 'price-vanished',
      following: 'say in notes, with the name of the model, that the provider withdrew it',
      append: { [later]: 'notes: the provider withdrew claude-haiku-4-5-20251001, and the cache price of gpt-4.1-nano-2025-04-14\n' },
    },
  ],
  'price-not-terminating': [
    { scenario: 'price-not-terminating', following: 'Write the price in the unit in which the provider states it', restore: [snapshot] },
  ],
  'price-sample': [{ scenario: 'price-sample', following: 'Correct the prices', restore: [snapshot] }],
  'unverified-pricing': [
    {
      scenario: 'unverified-pricing',
      following: 'record who did it when under verification',
      edit: [[snapshot, '{ status: unverified }', '{ status: verified, against: contract, on: 2026-05-02, by: jane }']],
    },
  ],
  'tier-incomplete': [
    {
      scenario: 'tier-incomplete',
      following: 'Name every class of the base in every tier',
      edit: [[snapshot, 'output_price: "0.80" } ]', 'output_price: "0.80", cached_input_price: "0.05" } ]']],
    },
  ],
  'mapping-conflict': [
    {
      scenario: 'mapping-conflict',
      following: 'End the older one with valid_to',
      edit: [
        [
          'models.yaml',
          'billable_model: gpt-4.1-nano-2025-04-14, role: primary, owner: platform, price_snapshot: cometapi/2026-05-01, valid_from: 2026-01-01',
          'billable_model: gpt-4.1-nano-2025-04-14, role: primary, owner: platform, price_snapshot: cometapi/2026-05-01, valid_from: 2026-01-01, valid_to: 2026-05-14',
        ],
      ],
    },
    {
      scenario: 'mapping-conflict',
      following: 'tell them apart by internal_name',
      edit: [
        [
          'models.yaml',
          'internal_name: support-chat-primary, requested_model: gpt-4.1-nano, billable_model: gpt-4.1-mini',
          'internal_name: support-chat-mini, requested_model: gpt-4.1-nano, billable_model: gpt-4.1-mini',
        ],
      ],
    },
  ],
  'mapping-fallback-unknown': [{ scenario: 'mapping-fallback-unknown', following: 'Correct fallback_for', restore: ['models.yaml'] }],
  'unverified-billing-rule': [{ scenario: 'unverified-billing-rule', following: 'write the answer into contract.yaml', restore: ['contract.yaml'] }],
  'contract-missing': [{ scenario: 'contract-missing', following: 'Add an item to contract.yaml', restore: ['contract.yaml'] }],
  'contract-unverified': [
    {
      scenario: 'contract-unverified',
      following: 'set status to verified and name the proof under proved_by',
      edit: [['contract.yaml', 'rounded half up to 0.000002.", status: unverified', 'rounded half up to 0.000002.", status: verified']],
    },
  ],
  'contract-unproved': [
    {
      scenario: 'contract-unproved',
      following: 'Name the drill, the ticket or the document under proved_by',
      edit: [['contract.yaml', '    expires_on: 2027-04-20\n', '    expires_on: 2027-04-20\n    proved_by: support ticket 4711\n    verified_by: jane\n']],
    },
  ],
  'contract-expired': [
    {
      scenario: 'contract-expired',
      following: 'set verified_on and expires_on anew',
      edit: [
        [
          'contract.yaml',
          '    verified_on: 2026-04-20\n    verified_by: jane\n    expires_on: 2026-06-14',
          '    verified_on: 2026-06-15\n    verified_by: jane\n    expires_on: 2027-06-15',
        ],
      ],
    },
  ],
  'client-stopped-unproved': [
    {
      scenario: 'client-stopped-unproved',
      following: 'an item with status verified, source, proved_by',
      edit: [['contract.yaml', '    expires_on: 2027-04-20\n', '    expires_on: 2027-04-20\n    proved_by: drill/test-c\n']],
    },
    {
      scenario: 'client-stopped-unproved',
      following: 'take the setting back',
      edit: [['contract.yaml', '  client_stopped: provider-counts\n', '']],
      afterwards: 'warn',
    },
  ],
  'currency-mismatch': [
    { scenario: 'currency-mismatch', following: 'Provide the amount in the currency of the period', restore: ['trueup.yaml', snapshot] },
    {
      scenario: 'currency-mismatch-without-rate',
      following: 'or state its rate: of rows as fx in period.yaml',
      edit: [
        ['trueup.yaml', 'CNY: {', 'EUR: { evidence_reference: "1", tolerance_percent: "1" }, CNY: {'],
        [period, 'fx: {', 'fx:\n  - { from: EUR, rate: "1", on: 2026-05-31, source: "https://rates.example/eur" }\n  - {'],
      ],
    },
  ],
  'evidence-rate': [
    { scenario: 'evidence-rate-beyond', following: 'Correct the rate in period.yaml from its source', edit: [[period, 'rate: "1.27"', 'rate: "1.25"']] },
    {
      scenario: 'evidence-rate-beyond',
      following: 'move evidence_reference under policy.fx',
      edit: [['trueup.yaml', 'evidence_reference: "1.25"', 'evidence_reference: "1.27"']],
    },
  ],
  'invoice-missing': [
    { scenario: 'invoice-missing', following: 'with the document of the provider and its SHA-256', restore: [invoice, 'periods/2026-05/invoice.txt'] },
    { scenario: 'invoice-missing', following: 'set stage: usage in period.yaml until the invoice is there', edit: [[period, 'stage: final', 'stage: usage']] },
  ],
  'invoice-mismatch': [{ scenario: 'invoice-mismatch', following: 'Add the invoice of this period, or correct invoice_id', restore: [invoice] }],
  'invoice-top-up': [{ scenario: 'invoice-top-up', following: 'Remove the line', restore: [invoice] }],
  'invoice-unread': [
    { scenario: 'invoice-unread', following: 'take the file away', remove: ['periods/2026-05/invoice-b.yml', 'periods/2026-05/invoice_2.yaml'] },
  ],
  'adjustment-without-reference': [{ scenario: 'adjustment-without-reference', following: 'Add the reference', restore: [invoice] }],
  'drill-stale': [
    { scenario: 'drill-stale', following: 'allow a greater age under policy.drills', edit: [['trueup.yaml', 'max_age_days: 60', 'max_age_days: 120']] },
  ],
  'drill-missing': [
    {
      scenario: 'drill-missing',
      following: 'run it against the provider and keep its evidence',
      more: (root) => cpSync(join(import.meta.dirname, '../scenarios/drill-stale/drills'), join(root, 'drills'), { recursive: true }),
      edit: [['drills/test-a/drill.yaml', 'run_on: 2026-02-20', 'run_on: 2026-06-10']],
    },
  ],
  'evidence-missing': [{ scenario: 'evidence-missing', following: 'Add the export', restore: [provider] }],
  'evidence-header': [
    {
      scenario: 'evidence-header',
      following: 'describe the columns in a file under formats',
      write: { 'formats/ours.yaml': ownFormat(includesCache, { model_billed: 'model' }) },
      edit: [useOurs],
    },
  ],
  'evidence-unread': [
    {
      scenario: 'evidence-unread',
      following: 'name it under ignored_files there with the reason',
      append: {
        [period]:
          'ignored_files:\n  - { file: evidence/provider-2.csv, reason: the draft of the export }\n  - { file: evidence/more/usage-3.csv, reason: the draft of the export }\n',
      },
    },
  ],
  'unknown-model': [
    {
      scenario: 'unknown-model',
      following: 'Add the model to models.yaml',
      append: {
        'models.yaml':
          '  - { internal_name: support-chat-primary, requested_model: gpt-5-nano, billable_model: gpt-4.1-nano-2025-04-14, role: primary, owner: platform, valid_from: 2026-01-01 }\n',
      },
    },
  ],
  'mapping-late': [
    { scenario: 'mapping-late', following: 'Set valid_from of its mapping in models.yaml to the day on which the model went live', restore: ['models.yaml'] },
  ],
  'new-model': [
    {
      scenario: 'new-model',
      following: 'add it to models.yaml',
      append: {
        'models.yaml':
          '  - { internal_name: support-chat-mini, requested_model: gpt-4.1-mini, billable_model: gpt-4.1-mini-2025-04-14, role: primary, owner: platform, valid_from: 2026-01-01 }\n',
      },
      afterwards: 'fail',
    },
  ],
  'retry-amplification': [{ scenario: 'retry-amplification', following: 'raise policy.retry_cap', edit: [['trueup.yaml', 'default: "1.1"', 'default: "3"']] }],
  'budget-threshold': [
    {
      scenario: 'budget-threshold',
      following: 'goes into policy.budget',
      edit: [
        ['trueup.yaml', 'amount: "0.5"', 'amount: "5"'],
        ['trueup.yaml', 'amount: "0.3"', 'amount: "3"'],
      ],
    },
  ],
  'budget-without-keys': [
    { scenario: 'budget-without-keys', following: 'give the budget to services or models', edit: [['trueup.yaml', 'keys: [key-chat]', 'services: [chat]']] },
    {
      scenario: 'budget-without-keys',
      following: 'Let the format read key_ref',
      edit: [
        [
          period,
          'provider: { files: [evidence/provider.csv], format: trueup,',
          'provider: { files: [evidence/provider.csv], format: trueup, constants: { key_ref: key-chat },',
        ],
      ],
    },
  ],
  'volume-spike': [
    {
      scenario: 'volume-spike',
      following: 'policy.volume is raised',
      edit: [['trueup.yaml', 'requests_percent: "100", tokens_percent: "100"', 'requests_percent: "900", tokens_percent: "9000"']],
    },
  ],
  'provider-not-final': [
    { scenario: 'provider-not-final', following: 'set finalized_through_utc in period.yaml to what the provider then says', restore: [period] },
  ],
  'finality-unstated': [
    { scenario: 'finality-unstated', following: 'say so as finalized_through_utc under evidence.provider in period.yaml', restore: [period] },
  ],
  'delay-capped': [
    { scenario: 'delay-capped', following: 'Bring delay in period.yaml down', edit: [[period, 'delay: 30d', 'delay: 72h']] },
    { scenario: 'delay-capped', following: 'raise policy.max_delay', append: { 'trueup.yaml': '  max_delay: 30d\n' } },
  ],
  'exception-unused': [
    {
      scenario: 'exception-unused',
      following: 'Correct its filters',
      edit: [[exceptions, ', from_utc: 2026-05-17T14:05:03Z', '']],
      brings: ['exception-used'],
    },
  ],
  'exception-expired': [
    {
      scenario: 'exception-expired',
      following: 'have it approved anew',
      edit: [[exceptions, 'expires_on: 2026-06-14', 'expires_on: 2026-09-14']],
      brings: ['exception-used'],
    },
  ],
  'exception-expiring': [
    { scenario: 'exception-expiring', following: 'have the exception approved anew', edit: [[exceptions, 'expires_on: 2026-06-29', 'expires_on: 2026-09-14']] },
  ],
  'threshold-category': [
    {
      scenario: 'threshold-category',
      following: 'Correct or claim back at least {distance} of it, or state',
      edit: [['trueup.yaml', 'retry: { warn: { percent: "2" } }', 'retry: { warn: { percent: "50" } }']],
    },
  ],
  'clock-shift': [
    {
      scenario: 'clock-shift',
      following: 'state their zone in its format',
      write: { 'formats/ours.yaml': ownFormat(`${includesCache}timestamp: { kind: naive, zone: "+08:00" }\n`) },
      edit: [useOurs],
      more: (root) => withRows(root, (fields) => fields.map((field) => field.replace(/^(\d{4}-\d{2}-\d{2}T[\d:]+)Z$/, '$1'))),
    },
  ],
  'token-data-error': [
    {
      scenario: 'token-data-error-parts',
      following: 'State in the format what input and output counts include in this export (input_includes, output_includes)',
      restore: [provider],
      write: { 'formats/ours.yaml': ownFormat('input_includes: []\n') },
      edit: [useOurs],
      // An export whose input leaves the cache out, read as what it is.
      more: (root) =>
        withRows(root, (fields) =>
          fields.map((field, index) => (index === 9 ? String(Number(field) - [10, 11, 12].reduce((sum, other) => sum + Number(fields[other]), 0)) : field)),
        ),
    },
  ],
  residual: [{ scenario: 'residual', following: 'Complete the lines of invoice.yaml', restore: [invoice] }],
  'likely-hidden-retry': [
    {
      scenario: 'likely-hidden-retry',
      following: 'Log every attempt of the client',
      more: (root) => cpSync(join(import.meta.dirname, '../scenarios/likely-hidden-retry-all-logged'), root, { recursive: true }),
      afterwards: 'warn',
    },
  ],
  'likely-broken-join': [
    {
      scenario: 'likely-broken-join',
      following: 'log the id that the provider returned for the call',
      edit: [['periods/2026-05/evidence/application.csv', 'req-007,comet-007', 'req-007,chatcmpl-7f']],
    },
  ],
  'status-conflict': [
    { scenario: 'status-conflict', following: 'ask the provider about theirs', restore: [provider] },
    {
      scenario: 'status-conflict',
      following: 'correct billing.statuses in contract.yaml',
      edit: [['contract.yaml', 'statuses: { success: billable, error: not-billable', 'statuses: { success: billable, error: billable']],
    },
  ],
  'free-charges': [
    {
      scenario: 'free-charges',
      following: 'a level of your own goes under policy.categories.free_charges',
      edit: [['trueup.yaml', 'categories: { ', 'categories: { free_charges: { warn: { percent: "5" } }, ']],
    },
  ],
  'amount-unreported': [
    { scenario: 'amount-unreported', following: 'Export charged_amount with the usage', restore: [provider] },
    { scenario: 'amount-unreported', following: 'hold the period against its invoice at stage final', edit: [[period, 'stage: usage', 'stage: final']] },
  ],
  'coverage-low': [
    {
      scenario: 'coverage-low-models',
      following: 'Spell account_ref, environment, keys and models in period.yaml as the rows do',
      edit: [[period, 'models: [gpt-4.1-nano]', 'models: [gpt-4.1-nano-2025-04-14, claude-haiku-4-5-20251001]']],
    },
    {
      scenario: 'coverage-low-environment',
      following: 'export all layers for the same interval and scope',
      restore: ['periods/2026-05/evidence/application.csv'],
    },
  ],
  'threshold-counts': [
    {
      scenario: 'threshold-counts',
      following: 'What is known goes into a reviewed exception with max_count',
      write: {
        [exceptions]:
          'exceptions:\n  - { id: exc-1, category: unlinked, max_amount: "0.01", max_count: 1, reason: a probe of the provider, ticket: FIN-1, owner: platform, approved_by: jane, expires_on: 2026-09-30 }\n',
      },
    },
  ],
};

/** Remedies that name a file or key and cannot be followed by an edit of a small ledger, each with the reason or with the test that follows it. */
export const elsewhere: Partial<Readonly<Record<FindingCode, string>>> = {
  'client-stopped-usage': 'April of the example follows it, with a drill of its own: controls/close.test.ts',
  'evidence-pointer': 'is followed in git and in the workflow',
  'close-not-rerun': 'is followed in the workflow',
  'set-aside': 'says what to do only where the scope is wrong; the export is right as it is',
  'threshold-model': 'by_model is a part of the report',
  'snapshot-changed': 'test/e2e/history/check-history.test.ts',
  'mapping-removed': 'test/e2e/history/check-history.test.ts',
  'contract-removed': 'test/e2e/history/check-history.test.ts',
};

export function restoreFrom(base: string, root: string, { restore = [], remove = [] }: Way): void {
  for (const path of remove) rmSync(join(root, path), { recursive: true });
  for (const path of restore) cpSync(join(base, path), join(root, path), { recursive: true });
}

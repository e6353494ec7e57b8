/** A secret in any column of the rows is a finding, and is in no byte of what a run writes; ids that are drawn by lot stay as they are. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, it } from 'vitest';
import { secretRemoved } from '../../src/model/secret-kinds.ts';
import { reconcileLedger, type PeriodRun } from '../../src/period/reconcile.ts';
import { renderTerminal } from '../../src/report/render-terminal.ts';
import { scenarios } from '../scenarios/expected.ts';
import { planted, plantedBeside } from '../unit/report/planted-secrets.ts';
import { settingsFor } from './controls/three-months.ts';
import { plainScreen } from '../plain-screen.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-secrets-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

type Cells = Readonly<Record<string, string>>;
const secrets = [
  ...Object.values(planted).map((secret) => ({ text: secret, secret })),
  ...Object.values(plantedBeside),
  // Of no known form: no service is called like that.
  { text: 'Zk3Cd4Ef5Gh6Ij7Kl8Mn9Op0QrTuVwXyZa1b2', secret: 'Zk3Cd4Ef5Gh6Ij7Kl8Mn9Op0QrTuVwXyZa1b2' },
];

const tokens = {
  input_tokens: '60000',
  cached_input_tokens: '0',
  cache_write_tokens: '0',
  cache_write_1h_tokens: '0',
  output_tokens: '3000',
  reasoning_tokens: '0',
};
const request: Cells = {
  request_id: '',
  provider_request_id: '',
  timestamp_utc: '2026-05-17T14:05:00Z',
  account_ref: 'acct_redacted',
  environment: 'production',
  service: 'chat',
  cost_center: 'support',
  internal_name: 'support-chat-primary',
  model_requested: 'gpt-4.1-nano',
  status: 'success',
  attempt: '1',
  ...tokens,
  retry_reason: '',
  prompt_version: '',
};
const charge: Cells = {
  request_id: '',
  provider_request_id: '',
  timestamp_utc: '2026-05-17T14:05:02Z',
  account_ref: 'acct_redacted',
  environment: 'production',
  model_billed: 'gpt-4.1-nano-2025-04-14',
  kind: 'charge',
  status: 'success',
  attempt: '1',
  ...tokens,
  charged_amount: '0.00576',
  charged_currency: 'USD',
};

let runs = 0;
/** A ledger with these rows beside those of the base, run with every kind of output. */
async function run(requests: readonly Cells[], charges: readonly Cells[]): Promise<{ run: PeriodRun; bytes: Buffer[]; lines: string }> {
  const root = join(workspace, `run-${(runs += 1)}`);
  cpSync(join(scenarios, '_base'), join(root, 'ledger'), { recursive: true });
  mkdirSync(join(root, 'tmp'));
  append(join(root, 'ledger/periods/2026-05/evidence/application.csv'), requests);
  append(join(root, 'ledger/periods/2026-05/evidence/provider.csv'), charges);
  const options = { ...settingsFor(join(root, 'tmp')), lineFiles: ['lines.parquet', 'lines.csv'] as const, ledgerRoot: join(root, 'ledger') };
  const { periods } = await reconcileLedger({ ...options, out: join(root, 'out'), periods: [] });
  const [period] = periods;
  if (period === undefined) throw new Error('the ledger was not run');
  const bytes = readdirSync(period.folder).map((name) => readFileSync(join(period.folder, name)));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(`from read_parquet('${join(period.folder, 'lines.parquet')}')`);
  const lines = JSON.stringify(rows.getRowObjectsJson());
  connection.closeSync();
  instance.closeSync();
  return {
    run: period,
    bytes: [...bytes, Buffer.from(lines), Buffer.from(renderTerminal({ ...period, findings: period.judgement.findings }, 'all', plainScreen))],
    lines,
  };
}

/** Adds rows to a file, and to its header the columns that it lacks. */
function append(path: string, rows: readonly Cells[]): void {
  const [header = '', ...old] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const columns = [...new Set([...header.split(','), ...rows.flatMap((row) => Object.keys(row))])];
  const more = columns.length - header.split(',').length;
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  writeFileSync(
    path,
    [columns.join(','), ...old.map((line) => line + ','.repeat(more)), ...rows.map((row) => columns.map((name) => quoted(row[name] ?? '')).join(',')), ''].join(
      '\n',
    ),
  );
}

/** Every sixteen characters in a row of every secret, plain and as JSON escapes them. */
const pieces = new Set(
  secrets
    .flatMap(({ secret }) => [secret, JSON.stringify(secret).slice(1, -1)])
    .flatMap((text) => Array.from({ length: Math.max(1, text.length - 15) }, (_, at) => text.slice(at, at + 16))),
);

function expectNone(bytes: readonly Buffer[]): void {
  const all = bytes.map((one) => one.toString('latin1')).join('\n');
  const left: string[] = [];
  for (let at = 0; at < all.length; at += 1) if (pieces.has(all.slice(at, at + 16))) left.push(all.slice(Math.max(0, at - 60), at + 60));
  // The secrets are made of the same letters: what stands around a piece tells which one it is.
  expect(left.slice(0, 3)).toEqual([]);
}

/** What is drawn by lot and of no known form is none in an account, an environment, a version or an id. */
const secretsOf = (column: string) =>
  ['account_ref', 'environment', 'key_ref', 'prompt_version', 'request_id', 'provider_request_id'].includes(column) ? secrets.slice(0, -1) : secrets;
const textsOf = (row: Cells, column: string): Cells[] =>
  secretsOf(column).map(({ text }, index) => ({
    ...row,
    request_id: `new-${column}-${index}`,
    provider_request_id: `comet-${column}-${index}`,
    [column]: text,
  }));

const applicationLabels = [
  'service',
  'cost_center',
  'internal_name',
  'model_requested',
  'prompt_version',
  'retry_reason',
  'account_ref',
  'environment',
  'key_ref',
];

it('a label: each kind in each column', async () => {
  const requests = applicationLabels.flatMap((column) => textsOf(request, column));
  const charges = textsOf(charge, 'model_billed');
  const { run: period, bytes } = await run(requests, [
    ...requests.map(({ request_id = '', provider_request_id = '' }) => ({ ...charge, request_id, provider_request_id })),
    ...charges,
  ]);
  expectNone(bytes);
  for (const column of applicationLabels) expectFound(period, 'application', column, secretsOf(column).length);
  expectFound(period, 'provider', 'model_billed', secrets.length);
});

it('whose a charge is: each kind in each column', async () => {
  const columns = ['account_ref', 'key_ref'];
  const { run: period, bytes } = await run(
    [],
    columns.flatMap((column) => textsOf(charge, column)),
  );
  expectNone(bytes);
  for (const column of columns) expectFound(period, 'provider', column, secretsOf(column).length);
});

it('an id: each kind in each column', async () => {
  const known = secretsOf('request_id');
  const rows = (['request_id', 'provider_request_id'] as const).flatMap((column) =>
    known.map(({ text }, index) => ({ request_id: `new-${column}-${index}`, provider_request_id: `comet-${column}-${index}`, [column]: text })),
  );
  const {
    run: period,
    bytes,
    lines,
  } = await run(
    rows.map((row) => ({ ...request, ...row })),
    rows.map((row) => ({ ...charge, ...row })),
  );
  expectNone(bytes);
  for (const layer of ['application', 'provider']) {
    expectFound(period, layer, 'request_id', known.length);
    expectFound(period, layer, 'provider_request_id', known.length);
  }
  // Matched all the same: the rows are what they are, only their text does not leave.
  expect(lines.split(secretRemoved).length - 1).toBeGreaterThanOrEqual(2 * known.length);
});

function expectFound({ judgement }: PeriodRun, layer: string, column: string, count: number): void {
  const found = judgement.findings.filter(({ code, args }) => code === 'evidence-contains-secret' && args['layer'] === layer && args['key'] === column);
  expect(found.reduce((sum, one) => sum + one.count, 0)).toBe(count);
  expect(new Set(found.map(({ severity }) => severity))).toEqual(new Set(['fail']));
}

it('ids that are drawn by lot stay: a good month passes and keeps them', async () => {
  const digest = (index: number): Buffer => createHash('sha256').update(`${index}`).digest();
  const drawn: readonly ((index: number) => string)[] = [
    (index) => digest(index).toString('hex'),
    (index) => `sha256:${digest(index).toString('hex')}`,
    (index) => `sha256-${digest(index).toString('base64')}`,
    (index) => digest(index).toString('base64url').slice(0, 21),
    (index) => digest(index).toString('base64url').slice(0, 22),
    (index) =>
      `chatcmpl-${digest(index)
        .toString('base64')
        .replaceAll(/[^A-Za-z0-9]/g, '')
        .slice(0, 29)}`,
    (index) =>
      `msg_01${digest(index)
        .toString('base64')
        .replaceAll(/[^A-Za-z0-9]/g, '')
        .slice(0, 22)}`,
    (index) =>
      digest(index)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
    (index) => `01${digest(index).toString('hex').toUpperCase().slice(0, 24)}`,
    (index) => `req_${digest(index).toString('hex').slice(0, 32)}`,
  ];
  const rows = Array.from({ length: 4000 }, (_, index) => ({
    request_id: drawn[index % drawn.length]?.(index) ?? '',
    provider_request_id: drawn[(index + 3) % drawn.length]?.(-index - 1) ?? '',
  }));
  const { run: period, lines } = await run(
    rows.map((row) => ({ ...request, ...row })),
    rows.map((row) => ({ ...charge, ...row })),
  );
  expect(period.judgement.findings.filter(({ code }) => code === 'evidence-contains-secret')).toEqual([]);
  const cells = new Set((JSON.parse(lines) as Cells[]).flatMap((row) => Object.values(row)));
  expect(rows.filter(({ request_id, provider_request_id }) => !cells.has(request_id) || !cells.has(provider_request_id))).toEqual([]);
  expect(lines).not.toContain(secretRemoved);
});

it('is found beside sums that no text tells apart', async () => {
  const root = join(workspace, 'sums');
  cpSync(join(scenarios, 'case-buckets-of-other-days-by-key'), join(root, 'ledger'), { recursive: true });
  mkdirSync(join(root, 'tmp'));
  append(join(root, 'ledger/periods/2026-05/evidence/a.csv'), [
    { ...request, request_id: 'new', account_ref: 'acct_1', service: planted['an access key'] ?? '' },
  ]);
  const { periods } = await reconcileLedger({ ...settingsFor(join(root, 'tmp')), ledgerRoot: join(root, 'ledger'), out: join(root, 'out'), periods: [] });
  const found = periods.flatMap(({ judgement }) => judgement.findings).filter(({ code }) => code === 'evidence-contains-secret');
  expect(found.map(({ args }) => [args['layer'], args['key']])).toEqual([['application', 'service']]);
});

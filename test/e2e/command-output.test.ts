/** What every reporting command says to programs and in how much: one document of a published shape, on success, on a refusal and on an error; the verdict alone; all of it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentSchema } from '../../src/model/command-document.ts';
import { callCli } from './call-cli.ts';
import { Repository } from './git-repository.ts';
import { runCli } from './run-cli.ts';
import { rowsOfDay } from './usage-host/log-rows.ts';
import { accessToken, startUsageHost, type UsageHost } from './usage-host/usage-host.ts';

const root = join(import.meta.dirname, '../..');
const example = join(root, 'examples/cometapi');
const workspace = mkdtempSync(join(tmpdir(), 'trueup-output-'));
/** Stands where a key of the ledger should. */
const secret = `sk-${'a1B2c3D4'.repeat(5)}`;
let host: UsageHost;
let repository: Repository;
beforeAll(async () => {
  host = await startUsageHost(rowsOfDay('2026-06-01', 3));
  repository = Repository.created(workspace);
  repository.addLedger('.');
  repository.addLedger('next');
  repository.write(
    'next/prices/cometapi/2026-05-02.yaml',
    repository.read('next/prices/cometapi/2026-05-01.yaml').replace('id: cometapi/2026-05-01', 'id: cometapi/2026-05-02'),
  );
  repository.addLedger('june');
  repository.addJune('june');
  repository.remove('june/periods/2026-06/evidence');
  repository.write('feed.json', JSON.stringify({ success: true, data: [{ id: 'gpt-4.1-nano-2025-04-14', pricing: { input: 0.1, output: 0.4, ratio: 0.8 } }] }));
  repository.write('runbook.json', readFileSync(join(root, 'test/scenarios/import-quotes-runbook-sample/runbook.json'), 'utf8'));
  repository.write('usage.csv', 'request id,created at,model,prompt tokens,completion tokens,cost\nreq_1,2026-05-01T00:00:00Z,gpt-4.1-nano,10,20,0.5\n');
  repository.write('broken/trueup.yaml', `${secret}: 1\n`);
  repository.commit('a ledger');
});
afterAll(() => {
  host.close();
  rmSync(workspace, { recursive: true, force: true });
});

const isPublished = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync(join(root, 'schema/output.schema.json'), 'utf8')) as Readonly<Record<string, unknown>>,
);
const day = ['--as-of', '2026-06-15'];
const say = (...words: readonly string[]) =>
  callCli(repository.root, words, { now: Date.parse('2026-06-02T12:00:00Z'), environment: { COMETAPI_ACCESS_TOKEN: accessToken } });

/** Its one document, in the shape that it says and that is published. */
function documentIn(stdout: string): Readonly<Record<string, unknown>> {
  const document = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  expect(stdout).toBe(`${JSON.stringify(document, null, 2)}\n`);
  expect(documentSchema.parse(document)).toEqual(document);
  expect(isPublished(document), JSON.stringify(isPublished.errors)).toBe(true);
  // An error names the folder that was asked for, as people read it.
  if (document['schema'] !== 'trueup.error/1') expect(stdout).not.toContain(repository.root);
  return document;
}

describe('--quiet and --verbose', { timeout: 120_000 }, () => {
  it.each<readonly [words: readonly string[], brief: RegExp]>([
    [['validate', ...day], /^$/],
    [['validate', '--ledger', 'broken', ...day], /^inconclusive: \d+ inconclusive\n$/],
    [['verify', ...day], /^$/],
    [['explain', '2026-05', 'req-001', ...day], /^$/],
    [['explain', '2026-05', 'nobody', ...day], /^nobody: not found\n$/],
    [['export', '2026-05', 'junit', ...day], /^$/],
    [['audit', ...day], /^Ledger [^\n]+ to look at\.\n$/],
    [['prices', 'diff', 'cometapi/2026-05-01', 'cometapi/2026-05-02', '--ledger', 'next', ...day], /^cometapi\/2026-05-01 → [^\n]+\n$/],
  ])('%s', async (words, brief) => {
    const [usual, quiet, verbose] = [await say(...words), await say(...words, '--quiet'), await say(...words, '--verbose')];
    expect(quiet.stdout).toMatch(brief);
    expect(verbose.stdout.length).toBeGreaterThanOrEqual(usual.stdout.length);
    expect([quiet.code, verbose.code]).toEqual([usual.code, usual.code]);
  });
});

/** In an order in which each finds what it needs. */
const calls: readonly (readonly [words: readonly string[], schema: string, code: number])[] = [
  [['drill', 'faults', '2026-05', '--kind', 'charge-that-nobody-made', '--ledger', 'next', ...day], 'drill-faults', 0],
  [['init', 'new', ...day], 'init', 0],
  [['validate', ...day], 'validate', 0],
  [['validate', '--ledger', 'new', ...day], 'validate', 1],
  [['explain', '2026-05', 'req-001', ...day], 'explain', 0],
  [['explain', '2026-05', 'nobody', ...day], 'explain', 2],
  [['export', '2026-05', 'junit', ...day], 'export', 0],
  [['trend', ...day], 'trend', 0],
  [['close', '2026-05', '--approved-by', 'jane', ...day], 'error', 2],
  [['freeze', '2026-05', ...day], 'freeze', 0],
  [['close', '2026-05', '--approved-by', 'jane', ...day], 'close', 0],
  [['verify', '--rerun', ...day], 'verify', 0],
  [['audit', ...day], 'audit', 0],
  [['reopen', '2026-05', '--reason', 'a late invoice', ...day], 'reopen', 0],
  [['period', 'new', '2026-06', '--ledger', 'next', '--as-of', '2026-07-02'], 'period-new', 0],
  [['drill', 'new', 'fallback', '--id', 'test-d', '--ledger', 'next', ...day], 'drill-new', 0],
  [['drill', 'run', '--ledger', example, ...day], 'drill-run', 0],
  [['import', 'runbook.json', '--out', 'imported'], 'import', 1],
  [['prices', 'capture', 'cometapi', '--from', 'feed.json', '--ledger', 'next', ...day], 'prices-capture', 1],
  [['prices', 'diff', 'cometapi/2026-05-01', 'cometapi/2026-06-15', '--ledger', 'next', ...day], 'prices-diff', 0],
  [['format', 'guess', 'usage.csv', '--ledger', 'next'], 'format-guess', 0],
  [['usage', 'pull', 'cometapi', '--ledger', 'june', '--base-url', 'HOST'], 'usage-pull', 0],
  [['schema', '--out', 'schemas'], 'schema', 0],
  [['validate', '--ledger', 'nowhere', ...day], 'error', 2],
  [['freeze', '1999-01', ...day], 'error', 2],
  [['freeze'], 'error', 64],
];

describe('--json', { timeout: 120_000 }, () => {
  const seen = new Set<string>();
  it.each(calls)('%s', async (words, schema, code) => {
    const { stdout, stderr, code: ended } = await say(...words.map((word) => (word === 'HOST' ? host.url : word)), '--json');
    const document = documentIn(stdout);
    seen.add(String(document['schema']));
    expect([document['schema'], ended]).toEqual([`trueup.${schema}/1`, code]);
    expect(stderr === '').toBe(schema !== 'error');
  });

  it('has a call here for every document', () => {
    expect([...seen].toSorted()).toEqual(documentSchema.options.map(({ shape }) => shape.schema.value).toSorted());
  });

  it('says every finding with its sentence and its remedy, and no secret', async () => {
    const { stdout } = await say('validate', '--ledger', 'broken', '--json');
    const { verdict, findings } = documentIn(stdout) as { readonly verdict: string; readonly findings: readonly Readonly<Record<string, unknown>>[] };
    expect(verdict).toBe('inconclusive');
    const unknown = findings.find(({ code }) => code === 'unknown-key');
    expect(unknown).toMatchObject({ severity: 'inconclusive', source: { file: 'trueup.yaml', line: 1, column: 1 } });
    expect([unknown?.['message'], unknown?.['remedy']]).toEqual([expect.stringContaining('key'), expect.stringMatching(/\.$/)]);
    expect(stdout).not.toContain(secret);
  });

  it('is the same bytes twice', async () => {
    const twice = [await say('explain', '2026-05', 'req-001', ...day, '--json'), await say('explain', '2026-05', 'req-001', ...day, '--json')];
    expect(twice[0]?.stdout).toBe(twice[1]?.stdout);
  });

  it('says nothing else in a pipe', async () => {
    const { code, stdout, stderr } = await runCli(repository.root, ['explain', '2026-05', 'req-001', ...day, '--json']);
    expect([code, stderr, documentIn(stdout)['found']]).toEqual([0, '', true]);
  });

  it.each([
    ['--json', '--quiet'],
    ['--json', '--verbose'],
    ['--quiet', '--verbose'],
  ])('%s goes not with %s', async (...flags) => {
    expect((await say('validate', ...flags)).code).toBe(64);
  });
});

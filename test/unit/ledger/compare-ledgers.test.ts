/** What a change does to a ledger, on real folders: what it touches, which rules it edits, and what is left when base's rules hold. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { builtInFormats } from '../../../src/evidence/formats/built-in-formats.ts';
import { compareLedgers } from '../../../src/ledger/compare/compare-ledgers.ts';
import { documentOf } from '../../../src/ledger/compare/documents.ts';
import { underBase } from '../../../src/ledger/compare/under-base.ts';
import { editedFiles, withFileOfBase } from '../../../src/ledger/compare/with-file-of-base.ts';
import { readLedger } from '../../../src/ledger/read-ledger.ts';
import type { Ledger } from '../../../src/model/ledger.ts';
import { formatMoney } from '../../../src/model/money.ts';
import { scenarios } from '../../scenarios/expected.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-compare-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

type Edit = readonly [path: string, find: string, put: string];
const period = 'periods/2026-05/period.yaml';
/** A format of the ledger's own, which keeps every row. */
const ownFormat = `name: own
columns: { request_id: id, timestamp_utc: at, model_billed: model, charged_amount: amount }
input_includes: []
output_includes: []
`;

let count = 0;
async function ledgerWith(edits: readonly Edit[], files: Readonly<Record<string, string>> = {}): Promise<Ledger> {
  const root = join(workspace, String(count++));
  cpSync(join(scenarios, '_base'), root, { recursive: true });
  for (const [name, text] of Object.entries({ 'formats/own.yaml': ownFormat, ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  for (const [path, find, put] of edits) {
    const parts = readFileSync(join(root, path), 'utf8').split(find);
    if (parts.length !== 2) throw new Error(`${JSON.stringify(find)} occurs ${parts.length - 1} times`);
    writeFileSync(join(root, path), parts.join(put));
  }
  const { ledger } = await readLedger(root, { asOf: '2026-06-15', builtInFormats });
  if (ledger === null) throw new Error('the ledger cannot be read');
  return ledger;
}

const base = await ledgerWith([]);
const may = (ledger: Ledger) => ledger.periods.find(({ id }) => id === '2026-05')!;

describe('compareLedgers', () => {
  it('sees nothing in the same ledger, in comments and in the order of keys', async () => {
    const head = await ledgerWith([
      [period, 'id: 2026-05\n', '# a word\nid: 2026-05\n'],
      ['trueup.yaml', 'id: acme-llm-spend\nprovider: cometapi\n', 'provider: cometapi\nid: acme-llm-spend\n'],
    ]);
    expect(compareLedgers(base, head, [period, 'trueup.yaml', 'README.md'])).toEqual({ touched: [], edits: [], removed: [] });
  });

  it.each([
    ['a price', ['prices/cometapi/2026-05-01.yaml', '"0.10"', '"0.11"']],
    ['a primary mapping', ['models.yaml', 'internal_name: batch-primary', 'internal_name: batch-first']],
    ['an invoice line', ['periods/2026-05/invoice.yaml', '"0.05"', '"0.06"']],
    ['the bounds of a period', [period, 'end_utc: 2026-06-01T', 'end_utc: 2026-05-31T']],
    ['the account', [period, 'acct_redacted', 'acct_other']],
    ['the format of a layer', [period, 'evidence/provider.csv], format: trueup', 'evidence/provider.csv], format: own']],
  ] as const)('takes for data: %s', async (_, edit) => {
    expect(compareLedgers(base, await ledgerWith([edit]), [])).toMatchObject({ touched: ['2026-05'], edits: [] });
  });

  it.each([
    ['policy', 'trueup.yaml', 'fail: { percent: "0.5" }', 'fail: { percent: "50" }', 'policy'],
    ['who may read amounts', 'trueup.yaml', 'currency: USD', 'currency: USD\npublish: public', 'settings'],
    ['billing rules', 'contract.yaml', 'timeout: billable', 'timeout: not-billable', 'billing rules'],
    ['rounding', 'contract.yaml', 'mode: half-up', 'mode: up', 'billing rules'],
    ['what was verified', 'contract.yaml', 'A request that times out', 'Each request that times out', 'contract items'],
    ['a fallback mapping', 'models.yaml', 'fallback_for: support-chat-primary', 'fallback_for: batch-primary', 'fallback mappings'],
    ['the models in scope', period, 'models: all', 'models: [gpt-4.1-nano-2025-04-14]', 'models'],
    ['the environment', period, 'environment: production', 'environment: staging', 'environment'],
    ['the stage', period, 'stage: final', 'stage: usage', 'stage'],
    ['the delay', period, 'delay: 24h', 'delay: 48h', 'delay'],
    ['finality', period, '2026-06-02T00:00:00Z', '2026-06-03T00:00:00Z', 'finalized_through_utc'],
    ['file patterns', period, 'evidence/provider.csv', 'evidence/prov*.csv', 'evidence files'],
  ] as const)('takes for rules: %s', async (_, file, find, put, what) => {
    expect(compareLedgers(base, await ledgerWith([[file, find, put]]), [file])).toEqual({ touched: [], edits: [{ file, what: [what] }], removed: [] });
  });

  it('takes exceptions for rules, also before there were any', async () => {
    const head = await ledgerWith([], { 'periods/2026-05/exceptions.yaml': 'exceptions: []\n' });
    const edits = [{ file: 'periods/2026-05/exceptions.yaml', what: ['exceptions'] }];
    expect(compareLedgers(base, head, ['periods/2026-05/exceptions.yaml'])).toEqual({ touched: [], edits, removed: [] });
  });

  it('takes the filter of a format for a rule of the periods that use it, wherever it is edited', async () => {
    const used: Edit = [period, 'evidence/provider.csv], format: trueup', 'evidence/provider.csv], format: own'];
    const filter = 'filter: [ { source: kind, in: [charge] } ]\n';
    const [before, after] = [await ledgerWith([used]), await ledgerWith([used], { 'formats/own.yaml': ownFormat + filter })];
    expect(compareLedgers(before, after, [])).toEqual({ touched: [], edits: [{ file: 'formats/own.yaml', what: ['format filter'] }], removed: [] });
    const named = await ledgerWith([used], { 'formats/own.yaml': ownFormat + filter });
    expect(compareLedgers(base, named, [])).toEqual({ touched: ['2026-05'], edits: [{ file: period, what: ['format filter'] }], removed: [] });
  });

  it('touches a period by its files, by a link above them, and by what is shared only while it is open', async () => {
    const price: Edit = ['prices/cometapi/2026-05-01.yaml', '"0.10"', '"0.11"'];
    const head = await ledgerWith([]);
    for (const path of ['periods/2026-05/evidence/provider.csv', 'periods/2026-05/invoice.txt', 'periods/2026-05', 'periods']) {
      expect(compareLedgers(base, head, [path]).touched).toEqual(['2026-05']);
    }
    for (const path of ['periods/2026-050/evidence/provider.csv', 'prices/cometapi/2026-05-01.html']) {
      expect(compareLedgers(base, head, [path]).touched).toEqual([]);
    }
    const closed = (ledger: Ledger): Ledger => ({ ...ledger, periods: ledger.periods.map((each) => ({ ...each, closed: true })) });
    expect(compareLedgers(closed(base), closed(await ledgerWith([price])), [])).toMatchObject({ touched: [] });
  });

  it('names a period that is gone, and takes a new one whole', async () => {
    const without: Ledger = { ...base, periods: [] };
    expect(compareLedgers(base, without, [])).toMatchObject({ touched: [], removed: ['2026-05'] });
    expect(compareLedgers(without, base, [])).toMatchObject({ touched: ['2026-05'], removed: [] });
  });
});

describe('underBase', () => {
  it('is head itself where no rule differs', async () => {
    const head = await ledgerWith([['prices/cometapi/2026-05-01.yaml', '"0.10"', '"0.11"']]);
    const composed = underBase(head, base, '2026-05');
    expect(composed.settings).toBe(head.settings);
    expect(composed.contract).toBe(head.contract);
    expect(composed.mappings).toBe(head.mappings);
    expect(composed.files.map(({ name }) => name)).toEqual(head.files.map(({ name }) => name));
    expect(may(composed)).toEqual(may(head));
    expect(compareLedgers(head, composed, [])).toEqual({ touched: [], edits: [], removed: [] });
  });

  it('holds every rule of base against data of head, in model and files alike', async () => {
    const head = await ledgerWith([
      ['trueup.yaml', 'fail: { percent: "0.5" }', 'fail: { percent: "50" }'],
      ['contract.yaml', 'timeout: billable', 'timeout: not-billable'],
      ['models.yaml', 'fallback_for: support-chat-primary', 'fallback_for: batch-primary'],
      ['models.yaml', 'internal_name: batch-primary', 'internal_name: batch-first'],
      [period, 'models: all', 'models: [gpt-4.1-nano-2025-04-14]'],
      [period, 'environment: production\n', ''],
      [period, 'stage: final', 'stage: usage'],
      [period, ', delay: 24h', ''],
      [period, '2026-06-02T00:00:00Z', '2026-06-03T00:00:00Z'],
      [period, 'evidence/provider.csv', 'evidence/prov*.csv'],
      [period, 'acct_redacted', 'acct_other'],
    ]);
    const composed = underBase(head, base, '2026-05');
    expect(formatMoney(composed.settings.policy.counts.fail!.percent!)).toBe('0.5');
    expect(composed.settings.policy.counts.fail!.source).toEqual({ file: 'trueup.yaml', line: 0, column: 0 });
    expect(composed.contract.billing.timeout).toBe('billable');
    expect(composed.mappings.map(({ internalName, fallbackFor }) => [internalName, fallbackFor])).toEqual([
      ['support-chat-primary', null],
      ['batch-first', null],
      ['support-chat-fallback', 'support-chat-primary'],
    ]);
    const [before, after] = [may(base), may(composed)];
    expect(after).toMatchObject({ models: null, environment: 'production', stage: 'final', accountRef: 'acct_other' });
    const terms = (of: typeof before) => of.evidence.map(({ layer, files, delay, finalizedThrough }) => ({ layer, files, delay, finalizedThrough }));
    expect(terms(after)).toEqual(terms(before));
    // What is left is data: no rule differs from base any more.
    expect(compareLedgers(base, composed, [])).toEqual({ touched: ['2026-05'], edits: [], removed: [] });
  });

  it('keeps a layer that the change takes away, and lets one come that base never had', async () => {
    const gateway: Edit = [period, '  provider: {', '  gateway: { files: [evidence/gateway.csv], format: trueup }\n  provider: {'];
    const none: Edit = [period, 'layers: { gateway: { none: requests go straight to the provider } }\n', ''];
    const withGateway = await ledgerWith([gateway, none]);
    const gone = underBase(base, withGateway, '2026-05');
    expect(
      may(gone)
        .evidence.map(({ layer }) => layer)
        .sort(),
    ).toEqual(['application', 'gateway', 'provider']);
    expect(may(gone).gatewayNone).toBeNull();
    expect(documentOf(gone, period)).toMatchObject({ evidence: { gateway: { files: ['evidence/gateway.csv'] } }, layers: {} });
    expect(may(underBase(withGateway, base, '2026-05')).evidence).toHaveLength(3);
  });

  it('filters as base does, under a format of its own where names meet', async () => {
    const used: Edit = [period, 'evidence/provider.csv], format: trueup', 'evidence/provider.csv], format: own'];
    const filter = 'filter: [ { source: kind, in: [charge] } ]\n';
    const head = await ledgerWith([used], { 'formats/own.yaml': ownFormat + filter });
    const composed = underBase(head, await ledgerWith([used]), '2026-05');
    const provider = may(composed).evidence.find(({ layer }) => layer === 'provider')!;
    expect(provider.format).not.toBe('own');
    expect(composed.formats.find(({ name }) => name === provider.format)?.filter).toEqual([]);
    expect(composed.formats.find(({ name }) => name === 'own')?.filter).toHaveLength(1);
    expect(documentOf(composed, `formats/${provider.format}.yaml`)).not.toHaveProperty('filter');
    expect(documentOf(composed, period)).toMatchObject({ evidence: { provider: { format: provider.format } } });
  });

  it('knows no exceptions but those of base', async () => {
    const own = { 'periods/2026-05/exceptions.yaml': exceptionsOf('exc-1') };
    const [with1, with2] = [await ledgerWith([], own), await ledgerWith([], { 'periods/2026-05/exceptions.yaml': exceptionsOf('exc-2') })];
    expect(may(underBase(with1, base, '2026-05')).exceptions).toEqual([]);
    expect(documentOf(underBase(with1, base, '2026-05'), 'periods/2026-05/exceptions.yaml')).toBeUndefined();
    expect(may(underBase(with1, with2, '2026-05')).exceptions.map(({ id }) => id)).toEqual(['exc-2']);
    expect(may(underBase(base, with2, '2026-05')).exceptions.map(({ id }) => id)).toEqual(['exc-2']);
    expect(may(underBase(with1, { ...base, periods: [] }, '2026-05')).exceptions).toEqual([]);
  });
});

function exceptionsOf(id: string): string {
  return `exceptions:
  - { id: ${id}, category: retry, max_amount: "1", reason: known, ticket: T-1, owner: jane, approved_by: joe, expires_on: 2026-09-30 }
`;
}

describe('withFileOfBase', () => {
  it('takes one edit back and leaves the others', async () => {
    const head = await ledgerWith([
      ['prices/cometapi/2026-05-01.yaml', '"0.10"', '"0.11"'],
      ['trueup.yaml', 'fail: { percent: "0.5" }', 'fail: { percent: "50" }'],
      ['contract.yaml', 'mode: half-up', 'mode: up'],
      ['models.yaml', 'internal_name: batch-primary', 'internal_name: batch-first'],
      [period, 'stage: final', 'stage: usage'],
    ]);
    const files = ['contract.yaml', 'models.yaml', 'prices/cometapi/2026-05-01.yaml', 'trueup.yaml'];
    expect(editedFiles(base, head)).toEqual(files);
    for (const file of files) {
      const before = withFileOfBase(head, base, file)!;
      expect(editedFiles(base, before)).toEqual(files.filter((each) => each !== file));
    }
    expect(withFileOfBase(head, base, 'prices/cometapi/2026-05-01.yaml')?.snapshots[0]?.prices[0]?.prices.input?.toFixed()).toBe('0.1');
    expect(withFileOfBase(head, base, 'prices/cometapi/2027-01-01.yaml')).toBeNull();
  });
});

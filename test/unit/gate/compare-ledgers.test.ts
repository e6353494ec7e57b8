/** What a change does to a ledger, on real folders: what it touches, which rules it edits, and what is left when base's rules hold. */
import { describe, expect, it } from 'vitest';
import { builtInFormats } from '../../../src/evidence/formats/built-in-formats.ts';
import { compareLedgers } from '../../../src/gate/compare/compare-ledgers.ts';
import { documentOf } from '../../../src/gate/compare/documents.ts';
import { underBase } from '../../../src/gate/compare/under-base.ts';
import { editedFiles, withFileOfBase } from '../../../src/gate/effects.ts';
import type { Ledger } from '../../../src/model/ledger.ts';
import { formatMoney } from '../../../src/model/money.ts';
import { ledgerWith, ownFormat, type Edit } from './edited-ledger.ts';

const period = 'periods/2026-05/period.yaml';
/** A gateway layer for the base, which has none. */
const gateway: readonly Edit[] = [
  [period, '  provider: {', '  gateway: { files: [evidence/gateway.csv], format: trueup }\n  provider: {'],
  [period, 'layers: { gateway: { none: requests go straight to the provider } }\n', ''],
];
function mappingOf(name: string, requested: string, billable: string, fallbackFor?: string): string {
  const role = fallbackFor === undefined ? '' : ` role: fallback, fallback_for: ${fallbackFor},`;
  return `  - { internal_name: ${name}, requested_model: ${requested}, billable_model: ${billable},${role} owner: jane, valid_from: 2026-01-01 }\n`;
}

const base = await ledgerWith([]);
/** Files that differ, none of them moved. */
const only = (changedPaths: readonly string[]) => ({ changedPaths, moved: new Map<string, string[]>() });
const may = (ledger: Ledger) => ledger.periods.find(({ id }) => id === '2026-05')!;

describe('compareLedgers', () => {
  it('sees nothing in the same ledger, in comments and in the order of keys', async () => {
    const head = await ledgerWith([
      [period, 'id: 2026-05\n', '# a word\nid: 2026-05\n'],
      ['trueup.yaml', 'id: acme-llm-spend\nprovider: cometapi\n', 'provider: cometapi\nid: acme-llm-spend\n'],
    ]);
    expect(compareLedgers(base, head, only([period, 'trueup.yaml', 'README.md']))).toEqual({ touched: [], edits: [], removed: [] });
  });

  it.each<[string, ...Edit[]]>([
    ['a price', ['prices/cometapi/2026-05-01.yaml', '"0.10"', '"0.11"']],
    ['a mapping of a model that base does not know', ['models.yaml', 'models:\n', `models:\n${mappingOf('batch-new', 'gpt-5', 'gpt-5-2026')}`]],
    ['another name for what base maps alike', ['models.yaml', 'models:\n', `models:\n${mappingOf('search', 'gpt-4.1-nano', 'gpt-4.1-nano-2025-04-14')}`]],
    ['a fallback to a model that base does not know', ['models.yaml', 'models:\n', `models:\n${mappingOf('spare', 'gpt-5', 'gpt-5-2026', 'batch-primary')}`]],
    ['a further file pattern', [period, '[evidence/provider.csv]', '[evidence/provider.csv, evidence/more.csv]']],
    ['an invoice line', ['periods/2026-05/invoice.yaml', '"0.05"', '"0.06"']],
    [
      'the prices in force',
      [period, 'prices:\n', 'prices: # all of May\n  - { snapshot: cometapi/2026-04-01 }\n'],
      [period, '- { snapshot: cometapi/2026-05-01 }', '- { snapshot: cometapi/2026-05-01, from_utc: 2026-05-02T00:00:00Z }'],
    ],
    ['a reference', [period, 'day between', 'days between']],
  ])('takes for data: %s', async (_, ...edits) => {
    expect(compareLedgers(base, await ledgerWith(edits), only([]))).toMatchObject({ touched: ['2026-05'], edits: [] });
  });

  it.each([
    ['policy', 'trueup.yaml', 'fail: { percent: "0.5" }', 'fail: { percent: "50" }', 'policy'],
    ['who may read amounts', 'trueup.yaml', 'currency: USD', 'currency: USD\npublish: public', 'settings'],
    ['billing rules', 'contract.yaml', 'timeout: billable', 'timeout: not-billable', 'billing rules'],
    ['rounding', 'contract.yaml', 'mode: half-up', 'mode: up', 'billing rules'],
    ['what was verified', 'contract.yaml', 'A request that times out', 'Each request that times out', 'contract items'],
    ['a fallback mapping', 'models.yaml', 'fallback_for: support-chat-primary', 'fallback_for: batch-primary', 'mappings'],
    ['a mapping of a known model', 'models.yaml', 'claude-haiku-4-5-20251001, role: primary', 'gpt-4.1-nano-2025-04-14, role: primary', 'mappings'],
    ['another model for a known name', 'models.yaml', 'models:\n', `models:\n${mappingOf('search', 'gpt-4.1-nano', 'claude-haiku-4-5-20251001')}`, 'mappings'],
    [
      'a fallback to a known model',
      'models.yaml',
      'models:\n',
      `models:\n${mappingOf('spare', 'gpt-4.1-nano', 'gpt-4.1-nano-2025-04-14', 'batch-primary')}`,
      'mappings',
    ],
    ['the end of a mapping', 'models.yaml', 'owner: research,', 'owner: research, valid_to: 2026-05-10,', 'mappings'],
    ['the bounds of a period', period, 'end_utc: 2026-06-01T', 'end_utc: 2026-05-31T', 'end_utc'],
    ['the account', period, 'acct_redacted', 'acct_other', 'account_ref'],
    ['the currency', period, 'currency: USD', 'currency: EUR', 'currency'],
    ['the format of a layer', period, 'evidence/provider.csv], format: trueup', 'evidence/provider.csv], format: own', 'format'],
    ['what rows of a log are', period, 'rows: attempts', 'rows: final-only', 'rows'],
    ['what the period says for all rows of a layer', period, 'rows: attempts', 'rows: attempts, constants: { cost_center: support }', 'constants'],
    ['the models in scope', period, 'models: all', 'models: [gpt-4.1-nano-2025-04-14]', 'models'],
    ['the environment', period, 'environment: production', 'environment: staging', 'environment'],
    ['the stage', period, 'stage: final', 'stage: usage', 'stage'],
    ['the delay', period, 'delay: 24h', 'delay: 48h', 'delay'],
    ['finality', period, '2026-06-02T00:00:00Z', '2026-06-03T00:00:00Z', 'finalized_through_utc'],
  ] as const)('takes for rules: %s', async (_, file, find, put, what) => {
    expect(compareLedgers(base, await ledgerWith([[file, find, put]]), only([file]))).toMatchObject({
      touched: [],
      edits: [{ file, what: [what] }],
      removed: [],
    });
  });

  it('takes exceptions for rules, also before there were any', async () => {
    const head = await ledgerWith([], { 'periods/2026-05/exceptions.yaml': exceptionsOf('exc-1') });
    const edits = [{ file: 'periods/2026-05/exceptions.yaml', what: ['exceptions'] }];
    expect(compareLedgers(base, head, only(['periods/2026-05/exceptions.yaml']))).toMatchObject({ touched: [], edits, removed: [] });
  });

  it('takes every word of a format for a rule, and a format that base does not have for data', async () => {
    const used: Edit = [period, 'evidence/provider.csv], format: trueup', 'evidence/provider.csv], format: own'];
    const before = await ledgerWith([used]);
    const swaps = [ownFormat.replace('amount: amount', 'amount: other'), `${ownFormat}statuses: { ok: error }\n`, `${ownFormat}kinds: { bill: refund }\n`];
    for (const format of [...swaps, `${ownFormat}filter: [ { source: kind, in: [charge] } ]\n`]) {
      const after = await ledgerWith([used], { 'formats/own.yaml': format });
      expect(compareLedgers(before, after, only(['formats/own.yaml']))).toMatchObject({ touched: [], edits: [{ file: 'formats/own.yaml', what: ['format'] }] });
    }
    const another = await ledgerWith([used], { 'formats/another.yaml': ownFormat.replace('name: own', 'name: another') });
    expect(compareLedgers(before, another, only(['formats/another.yaml']))).toEqual({ touched: [], edits: [], removed: [] });
  });

  it('takes a file pattern that is gone for a rule, beside the one that comes for it', async () => {
    const head = await ledgerWith([[period, 'evidence/provider.csv', 'evidence/prov*.csv']]);
    expect(compareLedgers(base, head, only([period]))).toMatchObject({ touched: ['2026-05'], edits: [{ file: period, what: ['evidence files'] }] });
  });

  it('says a layer that is taken away once, with what read it', async () => {
    const [withGateway, without] = [await ledgerWith(gateway), base];
    expect(compareLedgers(withGateway, without, only([period]))).toMatchObject({
      touched: ['2026-05'],
      edits: [{ file: period, what: ['layer gateway'], differences: [{ path: ['evidence', 'gateway'], before: 'format trueup', after: null }] }],
    });
  });

  it('touches a period by its files, by a link above them, and by what is shared only while it is open', async () => {
    const price: Edit = ['prices/cometapi/2026-05-01.yaml', '"0.10"', '"0.11"'];
    const head = await ledgerWith([]);
    for (const path of ['periods/2026-05/evidence/provider.csv', 'periods/2026-05/invoice.txt', 'periods/2026-05', 'periods']) {
      expect(compareLedgers(base, head, only([path])).touched).toEqual(['2026-05']);
    }
    for (const path of ['periods/2026-050/evidence/provider.csv', 'prices/cometapi/2026-05-01.html']) {
      expect(compareLedgers(base, head, only([path])).touched).toEqual([]);
    }
    const closed = (ledger: Ledger): Ledger => ({ ...ledger, periods: ledger.periods.map((each) => ({ ...each, closed: true })) });
    expect(compareLedgers(closed(base), closed(await ledgerWith([price])), only([]))).toMatchObject({ touched: [] });
  });

  it('names a period that is gone, and takes a new one whole', async () => {
    const without: Ledger = { ...base, periods: [] };
    expect(compareLedgers(base, without, only([]))).toMatchObject({ touched: [], removed: ['2026-05'] });
    expect(compareLedgers(without, base, only([]))).toMatchObject({ touched: ['2026-05'], removed: [] });
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
    expect(compareLedgers(head, composed, only([]))).toEqual({ touched: [], edits: [], removed: [] });
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
      [period, 'end_utc: 2026-06-01T', 'end_utc: 2026-05-31T'],
      [period, 'rows: attempts', 'rows: final-only'],
    ]);
    const composed = underBase(head, base, '2026-05');
    expect(formatMoney(composed.settings.policy.counts.fail!.percent!)).toBe('0.5');
    expect(composed.settings.policy.counts.fail!.source).toEqual({ file: 'trueup.yaml', line: 0, column: 0 });
    expect(composed.contract.billing.timeout).toBe('billable');
    expect(composed.mappings.map(({ internalName, fallbackFor }) => [internalName, fallbackFor])).toEqual([
      ['support-chat-primary', null],
      ['batch-first', null],
      ['support-chat-fallback', 'support-chat-primary'],
      ['batch-primary', null],
    ]);
    const [before, after] = [may(base), may(composed)];
    expect(after).toMatchObject({ models: null, environment: 'production', stage: 'final', accountRef: 'acct_redacted', end: before.end });
    const terms = (of: typeof before) => of.evidence.map(({ source: _source, ...rules }) => rules);
    expect(terms(after).map(({ files: _files, ...rest }) => rest)).toEqual(terms(before).map(({ files: _files, ...rest }) => rest));
    expect(terms(after).map(({ files }) => files)).toEqual([['evidence/application.csv'], ['evidence/provider.csv', 'evidence/prov*.csv']]);
    // What is left is data, a pattern that may name more files: no rule differs from base any more.
    expect(compareLedgers(base, composed, only([]))).toEqual({ touched: ['2026-05'], edits: [], removed: [] });
  });

  it('keeps a layer that the change takes away, and lets one come that base never had', async () => {
    const withGateway = await ledgerWith(gateway);
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

  it('reads by the formats of base, whatever a file of that name says now, or that it is gone', async () => {
    const used: Edit = [period, 'evidence/provider.csv], format: trueup', 'evidence/provider.csv], format: own'];
    const theirs = await ledgerWith([used]);
    const swapped = await ledgerWith([used], { 'formats/own.yaml': `${ownFormat}filter: [ { source: kind, in: [charge] } ]\n` });
    const gone: Ledger = { ...swapped, formats: builtInFormats, files: swapped.files.filter(({ name }) => name !== 'formats/own.yaml') };
    for (const head of [swapped, gone, await ledgerWith([])]) {
      const composed = underBase(head, theirs, '2026-05');
      expect(may(composed).evidence.find(({ layer }) => layer === 'provider')).toMatchObject({ format: 'own' });
      expect(composed.formats.filter(({ name }) => name === 'own')).toMatchObject([{ filter: [] }]);
      expect(documentOf(composed, 'formats/own.yaml')).toEqual(documentOf(theirs, 'formats/own.yaml'));
      expect(documentOf(composed, period)).toMatchObject({ evidence: { provider: { format: 'own' } } });
    }
    // A file that hides a built-in format is no format of base.
    const hidden = await ledgerWith([], { 'formats/trueup.yaml': ownFormat.replace('name: own', 'name: trueup') });
    const composed = underBase(hidden, base, '2026-05');
    expect(documentOf(composed, 'formats/trueup.yaml')).toBeUndefined();
    expect(composed.formats.filter(({ name }) => name === 'trueup')).toEqual(builtInFormats.filter(({ name }) => name === 'trueup'));
  });

  it('takes the mappings of new models, and none that says something else about a known one', async () => {
    const lines = ['nano-two|gpt-4.1-nano|claude-haiku-4-5-20251001', 'search|gpt-4.1-nano|gpt-4.1-nano-2025-04-14', 'five|gpt-5|gpt-5-2026'];
    const added = lines.map((line) => line.split('|') as [string, string, string]).map(([name, requested, billable]) => mappingOf(name, requested, billable));
    const head = await ledgerWith([['models.yaml', 'models:\n', `models:\n${added.join('')}`]]);
    const composed = underBase(head, base, '2026-05');
    const names = ['support-chat-primary', 'support-chat-fallback', 'batch-primary', 'search', 'five'];
    expect(composed.mappings.map(({ internalName }) => internalName)).toEqual(names);
    expect(documentOf(composed, 'models.yaml')).toMatchObject({ models: names.map((name) => ({ internal_name: name })) });
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

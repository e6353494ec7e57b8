/** What a ledger becomes once it is read. */
import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noControls } from '../../../src/model/close.ts';
import type { Ledger } from '../../../src/model/ledger.ts';
import { formatMoney } from '../../../src/model/money.ts';
import { LedgerFolder } from './ledger-folder.ts';

let folder: LedgerFolder;
beforeEach(() => {
  folder = new LedgerFolder();
});
afterEach(() => folder.remove());

const periodFile = 'periods/2026-05/period.yaml';
const pricesFile = 'prices/cometapi/2026-05-01.yaml';

async function ledgerOf(): Promise<Ledger> {
  const { ledger, findings } = await folder.read();
  if (ledger === null) throw new Error(JSON.stringify(findings));
  return ledger;
}
async function codesOf(asOf?: string): Promise<string[]> {
  return (await folder.read(asOf)).findings.map(({ code, severity }) => `${severity} ${code}`);
}

describe('the base', () => {
  it('is normalised: money exact, instants in microseconds, nothing optional left open', async () => {
    const { settings, contract, mappings, snapshots, periods } = await ledgerOf();
    expect(settings.policy.total.fail?.amount?.toFixed()).toBe('50');
    expect(settings.policy.total.fail?.source).toEqual({ file: 'trueup.yaml', line: 7, column: 44 });
    expect(contract.billing).toEqual({ success: 'billable', error: 'not-billable', timeout: 'billable', canceled: 'billable' });
    expect(contract.rounding && [formatMoney(contract.rounding.quantum), contract.rounding.mode]).toEqual(['0.000002', 'half-up']);
    expect(mappings.map(({ role, fallbackFor, to }) => [role, fallbackFor, to])).toEqual([
      ['primary', null, null],
      ['fallback', 'support-chat-primary', null],
      ['primary', null, null],
    ]);
    expect(snapshots[0]).toMatchObject({ id: 'cometapi/2026-05-01', unitDivisor: 1_000_000n, verified: true, notes: null });
    expect(periods[0]).toMatchObject({
      start: 1_777_593_600_000_000n,
      models: null,
      gatewayNone: 'requests go straight to the provider',
      exceptions: [],
      closed: false,
      controls: noControls,
      prices: [{ snapshot: 'cometapi/2026-05-01', from: null }],
    });
    expect(periods[0]?.evidence.map(({ layer, rows, delay }) => [layer, rows, delay])).toEqual([
      ['application', 'attempts', 0n],
      ['provider', 'attempts', 86_400_000_000n],
    ]);
  });

  it('lists every file that was read, with its hash', async () => {
    const { files } = await ledgerOf();
    expect(files.map(({ name }) => name)).toEqual([
      'contract.yaml',
      'models.yaml',
      periodFile.replace('period.yaml', 'invoice.yaml'),
      periodFile,
      pricesFile,
      'trueup.yaml',
    ]);
    expect(files.every(({ sha256, bytes }) => /^[0-9a-f]{64}$/.test(sha256) && bytes > 0)).toBe(true);
  });
});

describe('defaults', () => {
  it('takes the gateway for absent when nothing is said about it', async () => {
    folder.edit(periodFile, 'layers: { gateway: { none: requests go straight to the provider } }\n', '');
    expect((await ledgerOf()).periods[0]?.gatewayNone).toBe('no gateway layer is declared');
  });

  it('takes a status without a rule for unverified, and no rounding for none', async () => {
    folder.write('contract.yaml', 'items: []\n');
    const { contract } = await ledgerOf();
    expect(contract.billing.timeout).toBe('unverified');
    expect(contract.billingSources).toEqual({});
    expect(contract.rounding).toBeNull();
  });
});

describe('closing', () => {
  it.each([
    [['close-1.yaml'], true],
    [['close-1.yaml', 'reopen-1.yaml'], false],
    [['close-1.yaml', 'reopen-1.yaml', 'close-2.yaml'], true],
    [['close-2.yaml', 'reopen-10.yaml'], false],
    [['evidence.txt', 'notes.yaml'], false],
  ])('%j → %j', async (names, closed) => {
    for (const name of names) folder.write(`periods/2026-05/${name}`, '{ anything: at all }\n');
    expect((await ledgerOf()).periods[0]?.closed).toBe(closed);
  });
});

describe('all findings at once', () => {
  it('reports unreadable files and judges the others', async () => {
    folder.edit('models.yaml', 'models:', 'models');
    folder.edit(pricesFile, 'status: verified', 'status: unverified').edit(pricesFile, 'currency: USD', 'currency: EUR');
    folder.edit(periodFile, '[evidence/provider.csv], format: trueup', '[evidence/provider.csv], format: other');
    const { ledger, findings } = await folder.read();
    expect(ledger).toBeNull();
    const codes = findings.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['yaml-syntax', 'unverified-pricing', 'currency-mismatch', 'format-unknown']));
  });

  it('does not call a snapshot unknown whose file could not be read', async () => {
    folder.edit(pricesFile, 'accessed_at: 2026-05-01', 'accessed_at: yesterday');
    expect(await codesOf()).toEqual(['inconclusive invalid-value']);
  });

  it('gives every finding of a file its excerpt', async () => {
    folder.edit(pricesFile, 'input_price: "0.10"', 'input_price: ten');
    const { findings } = await folder.read();
    expect(findings[0]?.excerpt).toBe(`    input_price: ten\n${' '.repeat(17)}^`);
  });
});

describe('a file full of mistakes', () => {
  // A reader that looked at every pair of them would not end in the time that a test has.
  it('is reported up to a limit, with the count of the rest', async () => {
    folder.write('contract.yaml', `items:\n${'  - { area: TODO }\n'.repeat(20_000)}`);
    const { findings } = await folder.read();
    const placeholders = findings.filter(({ code }) => code === 'placeholder');
    expect(placeholders).toHaveLength(1001);
    expect(placeholders.reduce((sum, { count }) => sum + count, 0)).toBe(20_000);
    expect(placeholders.at(-1)?.excerpt).toContain('TODO');
  });
});

describe('prices', () => {
  it('fills in borrowed prices and leaves placeholders unknown', async () => {
    folder.edit(pricesFile, 'cached_input_price: "0.025"', 'cached_input_price: same-as-input\n    cache_write_price: VERIFY');
    const row = (await folder.read()).ledger?.snapshots[0]?.prices[0];
    expect(Object.entries(row?.prices ?? {}).map(([name, price]) => [name, formatMoney(price)])).toEqual([
      ['input', '0.1'],
      ['output', '0.4'],
      ['cached_input', '0.1'],
    ]);
  });

  it('keeps no price of a row whose ratio is a placeholder', async () => {
    folder.edit(pricesFile, 'ratio: "0.8"', 'ratio: VERIFY');
    const { ledger, findings } = await folder.read();
    expect(ledger?.snapshots[0]?.prices[0]?.prices).toEqual({});
    expect(findings.map(({ code }) => code)).toEqual(['placeholder', 'price-sample']);
  });

  it('does not price reasoning as output while its own price is a placeholder', async () => {
    folder.edit(pricesFile, 'output_price: "0.40"', 'output_price: "0.40"\n    reasoning_price: TODO');
    expect((await folder.read()).ledger?.snapshots[0]?.prices[0]?.prices.output).toBeUndefined();
  });

  it('reads unquoted amounts to the last digit', async () => {
    folder
      .edit(pricesFile, 'input_price: "0.10"', 'input_price: 0.10000000001')
      .edit(pricesFile, 'expected_cost: "0.00024"', 'expected_cost: 0.000240000000008');
    expect(await codesOf()).toEqual([]);
  });

  it('applies a tier strictly above its bound, to the whole row', async () => {
    folder.edit(
      pricesFile,
      '    ratio: "0.8"\n',
      '    ratio: "0.8"\n    tiers: [ { input_tokens_above: 1000, input_price: "0.20", output_price: "0.80", cached_input_price: "0.05" } ]\n',
    );
    folder.edit(
      pricesFile,
      'samples:\n',
      'samples:\n  - { billable_model: gpt-4.1-nano-2025-04-14, input_tokens: 1001, output_tokens: 500, expected_cost: "0.00048016" }\n',
    );
    expect(await codesOf()).toEqual([]);
  });
});

describe('rules at their edges', () => {
  it('lets a period begin on the day of the run', async () => {
    expect(await codesOf('2026-05-01')).toEqual([]);
    expect(await codesOf('2026-04-30')).toEqual(['fail period-future']);
  });

  it('asks for the invoice once the period is over, and not when its file could not be read', async () => {
    rmSync(join(folder.root, 'periods/2026-05/invoice.yaml'));
    expect(await codesOf('2026-05-31')).toEqual([]);
    expect(await codesOf('2026-06-01')).toEqual(['fail invoice-missing']);
    folder.write('periods/2026-05/invoice.yaml', 'not yaml: [\n');
    expect(await codesOf()).not.toContain('fail invoice-missing');
  });

  it('sees periods that touch as neither gap nor overlap, and other accounts as none of its business', async () => {
    const usage = (id: string, start: string, end: string, account: string) => `id: ${id}
start_utc: ${start}
end_utc: ${end}
account_ref: ${account}
environment: production
currency: USD
stage: usage
prices: [ { snapshot: cometapi/2026-05-01 } ]
evidence:
  application: { files: [evidence/a.csv], format: trueup }
  provider: { files: [evidence/p.csv], format: trueup }
`;
    folder.write('periods/2026-06/period.yaml', usage('2026-06', '2026-06-01T00:00:00Z', '2026-06-10T00:00:00Z', 'acct_redacted'));
    folder.write('periods/other/period.yaml', usage('other', '2026-05-15T00:00:00Z', '2026-06-10T00:00:00Z', 'acct_other'));
    expect(await codesOf()).toEqual([]);
  });

  it('follows no link out of the ledger, from no folder', async () => {
    symlinkSync(new URL('../../scenarios/_base/prices/cometapi', import.meta.url).pathname, join(folder.root, 'prices/linked'));
    expect(await codesOf()).toEqual(['inconclusive path-escape']);
  });

  it('orders snapshots of one day by number, not by text', async () => {
    const base = readFileSync(join(folder.root, pricesFile), 'utf8');
    const variant = (number: number, price: string, cost: string) =>
      base
        .replace('id: cometapi/2026-05-01', `id: cometapi/2026-05-01-${number}`)
        .replace('input_price: "0.10"', `input_price: "${price}"`)
        .replace('"0.00024"', `"${cost}"`);
    folder.write('prices/cometapi/2026-05-01-2.yaml', variant(2, '0.50', '0.00056'));
    folder.write('prices/cometapi/2026-05-01-10.yaml', variant(10, '2', '0.00176'));
    expect(await codesOf()).toEqual([]);
  });
});

describe('format files', () => {
  it('become formats with every default written out', async () => {
    folder.write(
      'formats/acme.yaml',
      `name: acme
columns:
  timestamp_utc: created_at
  cached_input_tokens: [ "other:$.cache_tokens", cached ]
constants: { service: chat }
timestamp: { kind: naive, zone: Asia/Shanghai }
statuses: { ok: success }
inclusion:
  - { when: { source: "other:$.claude", in: ["true"] }, input_includes: [], output_includes: [reasoning] }
  - { input_includes: [cached_input], output_includes: [reasoning] }
money: { divisor: 500000, negate: [refund] }
filter: [ { source: type, in: ["2", "6"] } ]
`,
    );
    expect((await ledgerOf()).formats.find(({ name }) => name === 'acme')).toEqual({
      name: 'acme',
      columns: {
        timestamp_utc: [{ column: 'created_at', path: null }],
        cached_input_tokens: [
          { column: 'other', path: '$.cache_tokens' },
          { column: 'cached', path: null },
        ],
      },
      constants: { service: 'chat' },
      timestamp: { kind: 'naive', zone: 'Asia/Shanghai' },
      statuses: { ok: 'success' },
      kinds: {},
      inclusion: [
        { when: { source: { column: 'other', path: '$.claude' }, in: ['true'] }, inputIncludes: [], outputIncludesReasoning: true },
        { when: null, inputIncludes: ['cached_input'], outputIncludesReasoning: true },
      ],
      money: { divisor: '500000', negate: ['refund'] },
      filter: [{ source: { column: 'type', path: null }, in: ['2', '6'] }],
    });
  });

  it('say which counts are kept apart, which hold one another, and where 0 is no amount', async () => {
    const head = 'name: acme\ncolumns: { timestamp_utc: at, input_tokens: prompt, cache_write_tokens: written, cache_write_1h_tokens: hour }\n';
    folder.write(
      'formats/acme.yaml',
      `${head}added: { input_tokens: [ tools, "usage:$.toolUse" ], cache_write_tokens: more }
inclusion:
  - { when: { source: api, in: [claude] }, input_includes: [], output_includes: [reasoning], cache_write_includes: [cache_write_1h] }
  - { input_includes: [cached_input], output_includes: [], cache_write_includes: [] }
money: { zero_is_none: [error, adjustment] }
`,
    );
    const format = (await ledgerOf()).formats.find(({ name }) => name === 'acme');
    expect(format?.added).toEqual({
      input_tokens: [
        { column: 'tools', path: null },
        { column: 'usage', path: '$.toolUse' },
      ],
      cache_write_tokens: [{ column: 'more', path: null }],
    });
    expect(format?.inclusion).toEqual([
      { when: { source: { column: 'api', path: null }, in: ['claude'] }, inputIncludes: [], outputIncludesReasoning: true, cacheWriteIncludes1h: true },
      { when: null, inputIncludes: ['cached_input'], outputIncludesReasoning: false },
    ]);
    expect(format?.money).toEqual({ divisor: '1', negate: [], zeroIsNone: ['error', 'adjustment'] });
    folder.write('formats/acme.yaml', `${head}input_includes: []\noutput_includes: []\ncache_write_includes: [cache_write_1h]\n`);
    expect((await ledgerOf()).formats.find(({ name }) => name === 'acme')?.inclusion).toEqual([
      { when: null, inputIncludes: [], outputIncludesReasoning: false, cacheWriteIncludes1h: true },
    ]);
  });

  it.each([
    ['an addition to a column that is not there', 'added: { input_tokens: tools }', 'invalid-value'],
    ['an addition to something that is no count', 'added: { service: other }', 'unknown-key'],
    ['cache writes that hold anything but the 1h ones', 'cache_write_includes: [cached_input]', 'invalid-value'],
    ['a zero of an unknown kind', 'money: { zero_is_none: [failure] }', 'invalid-value'],
  ])('refuse %s', async (_, line, code) => {
    folder.write('formats/acme.yaml', `name: acme\ncolumns: { timestamp_utc: at }\ninput_includes: []\noutput_includes: []\n${line}\n`);
    expect(await codesOf()).toEqual([`inconclusive ${code}`]);
  });

  it('refuse one rule beside several', async () => {
    const rules = 'inclusion: [ { input_includes: [], output_includes: [] } ]\ncache_write_includes: [cache_write_1h]\n';
    folder.write('formats/acme.yaml', `name: acme\ncolumns: { timestamp_utc: at }\n${rules}`);
    expect(await codesOf()).toEqual(['inconclusive invalid-value']);
  });

  it.each([
    ['a divisor that does not terminate', 'money: { divisor: "3" }', 'formats/acme.yaml'],
    ['a zone that nobody knows', 'timestamp: { kind: naive, zone: Mars/Olympus }', 'formats/acme.yaml'],
    ['a zone of timestamps that carry one', 'timestamp: { kind: iso, zone: +08:00 }', 'formats/acme.yaml'],
  ])('refuse %s', async (_, line, name) => {
    folder.write(name, `name: acme\ncolumns: { timestamp_utc: at }\ninput_includes: []\noutput_includes: []\n${line}\n`);
    expect(await codesOf()).toEqual(['inconclusive invalid-value']);
  });

  it('must say what their token counts include, and may not take a built-in name', async () => {
    folder.write('formats/acme.yaml', 'name: acme\ncolumns: { timestamp_utc: at }\n');
    expect(await codesOf()).toEqual(['inconclusive missing-key', 'inconclusive missing-key']);
    folder.write('formats/acme.yaml', 'name: trueup\ncolumns: { timestamp_utc: at }\ninput_includes: []\noutput_includes: []\n');
    expect(await codesOf()).toEqual(['fail duplicate-id', 'inconclusive invalid-value']);
  });
});

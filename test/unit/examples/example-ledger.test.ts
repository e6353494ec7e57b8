/** The example ledger: the committed files are what the generator writes, and the generator writes the same bytes every time. */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { exampleLedger } from '../../../scripts/generate/example-ledger.ts';
import { builtInFormats } from '../../../src/evidence/formats/built-in-formats.ts';
import { readLedger } from '../../../src/ledger/read-ledger.ts';
import { Money, parseMoney, sumMoney } from '../../../src/model/money.ts';

const root = fileURLToPath(new URL('../../../examples/cometapi', import.meta.url));
const ledger = exampleLedger();

/** Compression differs between builds of zlib, so evidence is compared as text. */
function plain(name: string, content: string | Buffer): string {
  const bytes = Buffer.from(content);
  return createHash('sha256').update(name.endsWith('.gz') ? gunzipSync(bytes) : bytes).digest('hex');
}

interface Injected {
  readonly stories: Readonly<Record<string, string>>;
  readonly periods: readonly {
    readonly period: string;
    readonly verdict: string;
    readonly calls: Readonly<Record<string, number>>;
    readonly amounts: readonly { readonly kind: string; readonly step: string; readonly amount: string; readonly count: number }[];
    readonly bridge: readonly { readonly step: string; readonly amount: string; readonly count: number }[];
    readonly count_bridge: readonly { readonly step: string; readonly count: number }[];
  }[];
}

async function readInjected(): Promise<Injected> {
  return JSON.parse(await readFile(path.join(root, 'injected.json'), 'utf8')) as Injected;
}

describe('the generator', () => {
  test('writes the same bytes twice', () => {
    const again = exampleLedger();
    expect([...again.keys()]).toEqual([...ledger.keys()]);
    for (const [name, content] of again) expect(Buffer.from(content).equals(Buffer.from(ledger.get(name) ?? '')), name).toBe(true);
  });

  test('leaves no time and no system in compressed files', () => {
    const compressed = [...ledger].filter(([name]) => name.endsWith('.gz')).map(([, content]) => Buffer.from(content));
    expect(compressed.length).toBe(12);
    for (const bytes of compressed) expect([...bytes.subarray(4, 8), bytes[9]]).toEqual([0, 0, 0, 0, 255]);
  });

  test('wrote the committed files, and nothing else lies there', async () => {
    const names = (await readdir(root, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
    expect(names.filter((name) => name !== 'README.md').toSorted()).toEqual([...ledger.keys()].toSorted());
    for (const [name, content] of ledger) {
      expect(plain(name, await readFile(path.join(root, name))), name).toBe(plain(name, content));
    }
  });
});

describe('the ledger files', () => {
  test('are read without a finding', async () => {
    const reading = await readLedger(root, { asOf: '2026-06-15', builtInFormats });
    expect(reading.findings).toEqual([]);
    expect(reading.ledger?.periods.map((period) => period.id)).toEqual(['2026-02', '2026-03', '2026-04', '2026-05']);
  });

  test('name a published schema in the first line', async () => {
    const published = await readdir(fileURLToPath(new URL('../../../schema', import.meta.url)));
    const yaml = [...ledger].filter(([name]) => name.endsWith('.yaml'));
    for (const [name, content] of yaml) {
      const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(content.toString())?.[1] ?? '';
      const target = path.posix.join('examples/cometapi', path.posix.dirname(name), schema);
      expect(published.map((file) => `schema/${file}`), name).toContain(target);
    }
  });
});

describe('injected.json', () => {
  test('gives every step the sum of its kinds', async () => {
    for (const { amounts, bridge } of (await readInjected()).periods) {
      for (const row of bridge) {
        const parts = amounts.filter((part) => part.step === row.step);
        expect(sumMoney(parts.map((part) => parseMoney(part.amount) ?? new Money(Number.NaN))).eq(row.amount), row.step).toBe(true);
        expect(parts.reduce((sum, part) => sum + part.count, 0)).toBe(row.count);
      }
    }
  });

  test('tells a story of every kind that it counts', async () => {
    const { stories, periods } = await readInjected();
    const kinds = periods.flatMap((period) => Object.keys(period.calls)).filter((kind) => kind !== 'plain' && kind !== 'late-charge');
    for (const kind of kinds) expect(stories[kind], kind).toBeTypeOf('string');
  });

  test('adds up to the invoice', async () => {
    const reading = await readLedger(root, { asOf: '2026-06-15', builtInFormats });
    for (const period of (await readInjected()).periods) {
      const total = sumMoney(period.bridge.map((row) => new Money(row.amount)));
      const invoice = reading.ledger?.periods.find(({ id }) => id === period.period)?.invoices[0];
      expect(invoice?.total.eq(total), period.period).toBe(true);
    }
  });

  test('holds a failing month with at least eight causes that no rule explains', async () => {
    const failing = (await readInjected()).periods.find((period) => period.verdict === 'fail');
    const unexplained = ['not_forwarded', 'not_charged', 'unlinked', 'gateway_only', 'unbacked', 'out_of_period', 'non_billable', 'status_difference'];
    const more = ['unpriced', 'missing_usage', 'model_drift', 'token_difference', 'price_difference', 'duplicate', 'usage_subtotal'];
    const moved = new Set(failing?.amounts.map((part) => part.step));
    expect([...unexplained, ...more].filter((step) => !moved.has(step))).toEqual([]);
  });
});

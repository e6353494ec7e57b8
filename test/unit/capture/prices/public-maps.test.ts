/** Real public price maps, where they lie beside the checkout: every price recomputed from its text, and the changes that everybody could see. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import type { Json } from '../../../../src/model/exact-json.ts';
import { genaiPrices } from '../../../../src/capture/prices/genai-prices.ts';
import { chooseRows } from '../../../../src/capture/prices/choose-rows.ts';
import type { SourceReading } from '../../../../src/capture/prices/price-source.ts';
import { readYaml } from '../../../../src/ledger/yaml-document.ts';
import { checkShape } from '../../../../src/ledger/file-reader.ts';
import { parsePrices, pricesSchema } from '../../../../src/ledger/kinds/prices.ts';
import { snapshotText } from '../../../../src/ledger/new/snapshot-text.ts';
import { differenceOf } from '../../../../src/model/price-difference.ts';
import type { Snapshot } from '../../../../src/model/ledger.ts';
import { publicData } from '../../evidence/usage-bodies.ts';
import { reading, shifted, texts, wantedOf } from './read-prices.ts';

const folder = new URL('price-maps/litellm-via-tokencost/', publicData);

if (!existsSync(folder)) {
  it('the public price maps are not beside this checkout, so nothing is held against them', () => {
    expect(existsSync(folder)).toBe(false);
  });
} else {
  describe('LiteLLM’s map, as nine dated copies', () => litellmMaps());
  describe('genai-prices, as four of its files', () => genaiFiles());
}

function mapOf(day: string): string {
  const name = readdirSync(folder).find((each) => each.startsWith(`model_prices.${day}.`)) ?? '';
  return gunzipSync(readFileSync(new URL(name, folder))).toString('utf8');
}

/** Written and read back as a snapshot of a ledger is. */
function snapshotOf(day: string, source: SourceReading, models: readonly string[]): Snapshot {
  const { rows } = chooseRows(source, wantedOf(...models));
  const facts = { sourceUrl: 'https://example.com', accessedAt: day, capturedBy: 'test', evidence: { file: 'a.json', sha256: '0'.repeat(64) }, notes: [] };
  const { document } = readYaml('prices/x.yaml', snapshotText({ ...facts, id: `litellm/${day}`, rows }));
  const file = document === null ? null : checkShape(pricesSchema, document).value;
  if (document === null || file === null) throw new Error('what was written cannot be read');
  return parsePrices(file, document);
}

function changes(before: string, after: string, ...models: string[]): string[] {
  const snapshots = [before, after].map((day) => snapshotOf(day, reading('litellm', mapOf(day)), models)) as [Snapshot, Snapshot];
  return differenceOf(...snapshots).rates.map((change) => `${change.model} ${change.price} ${change.before} → ${change.after} (${change.percent}%)`);
}

function litellmMaps(): void {
  it('gives every input and output price to the digit of its text', () => {
    const days = readdirSync(folder).flatMap((name) => /^model_prices\.(\d{4}-\d{2}-\d{2})\./.exec(name)?.[1] ?? []);
    let compared = 0;
    for (const day of days) {
      const text = mapOf(day);
      const entries = new Map(reading('litellm', text).entries.map(({ names, prices }) => [names[0], texts(prices.prices)]));
      // The text alone: a model at up to seven blanks, its prices at eight.
      let model = '';
      for (const line of text.split('\n')) {
        model = /^ {2,7}"(.+)": \{/.exec(line)?.[1] ?? model;
        const [, side = '', written = ''] = /^ {8}"(input|output)_cost_per_token": ([\d.e+-]+),? ?$/.exec(line) ?? [];
        if (written === '' || model === 'sample_spec') continue;
        expect(entries.get(model)?.[side], `${day} ${model}`).toBe(shifted(written, 6));
        compared += 1;
      }
    }
    expect(days).toHaveLength(9);
    expect(compared).toBeGreaterThan(10_000);
  });

  it('o3 fell to a fifth on 2025-06-11', () => {
    expect(changes('2025-06-10', '2025-06-11', 'o3')).toEqual(['o3 input 10 → 2 (-80%)', 'o3 cached_input 2.5 → 0.5 (-80%)', 'o3 output 40 → 8 (-80%)']);
  });

  it('the alias gpt-4o moved by 2024-11-15, and a dated id did not', () => {
    expect(changes('2024-07-18', '2024-11-15', 'gpt-4o', 'gpt-4o-2024-05-13')).toEqual([
      'gpt-4o input 5 → 2.5 (-50%)',
      'gpt-4o cached_input null → 1.25 (null%)',
      'gpt-4o output 15 → 10 (-33.33%)',
    ]);
  });

  it('o1-mini fell by 2025-02-11, and its dated id stayed', () => {
    expect(changes('2024-11-15', '2025-02-11', 'o1-mini', 'o1-mini-2024-09-12')).toEqual([
      'o1-mini input 3 → 1.1 (-63.33%)',
      'o1-mini cached_input 1.5 → 0.55 (-63.33%)',
      'o1-mini output 12 → 4.4 (-63.33%)',
    ]);
  });
}

function genaiFiles(): void {
  const files = ['anthropic', 'deepseek', 'google', 'openai'].map((name) => {
    const text = readFileSync(new URL(`price-maps/genai-prices/${name}.yml`, publicData), 'utf8');
    return parseDocument(text, { schema: 'failsafe' }).toJS() as Json;
  });
  const on = (day: string) => genaiPrices.read(files, { day, group: 'default' });
  const priceOf = (day: string, model: string) => texts(chooseRows(on(day), wantedOf(model)).rows[0]?.prices ?? {});

  it('claude-sonnet-5 has a price with an end', () => {
    const classes = (input: string, output: string, cached: string, write: string, hour: string) => ({
      input,
      output,
      cached_input: cached,
      cache_write: write,
      cache_write_1h: hour,
    });
    expect(priceOf('2026-08-31', 'claude-sonnet-5')).toEqual(classes('2', '10', '0.2', '2.5', '4'));
    expect(priceOf('2026-09-01', 'claude-sonnet-5')).toEqual(classes('3', '15', '0.3', '3.75', '6'));
    const [before, after] = ['2026-08-31', '2026-09-01'].map((day) => snapshotOf(day, on(day), ['claude-sonnet-5']));
    const { rates } = differenceOf(before as Snapshot, after as Snapshot);
    expect(rates.map(({ percent }) => percent)).toEqual(['50', '50', '50', '50', '50']);
  });

  it('deepseek-chat changes with the hour, so that a human has to say', () => {
    expect(new Set(Object.values(priceOf('2026-06-15', 'deepseek-chat')))).toEqual(new Set(['VERIFY']));
  });

  it('gives every plain price to the digit of its text', () => {
    const entries = on('2026-06-15').entries;
    const stated = new Map(files.flatMap((file) => modelsOf(file)));
    const plain = entries.flatMap(({ names, prices }) => {
      const own = stated.get(names[0] ?? '');
      return typeof own?.['input_mtok'] === 'string' && typeof own['output_mtok'] === 'string' ? [{ own, read: texts(prices.prices) }] : [];
    });
    expect(plain.length).toBeGreaterThan(100);
    for (const { own, read } of plain)
      expect([read['input'], read['output']]).toEqual([own['input_mtok'], own['output_mtok']].map((text) => shifted(String(text), 0)));
  });
}

function modelsOf(file: Json): [string, Record<string, Json>][] {
  const { models } = file as { readonly models: { readonly id: string; readonly prices: Record<string, Json> }[] };
  return models.map(({ id, prices }) => [id, prices]);
}

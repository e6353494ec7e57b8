/** The ledger for timing: any size, the same bytes for the same seed, rows in time order. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { generateBench } from '../../../bench/generate.ts';
import { builtInFormats } from '../../../src/evidence/formats/built-in-formats.ts';
import { readLedger } from '../../../src/ledger/read-ledger.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function generated(seed: number): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'trueup-bench-'));
  folders.push(folder);
  await generateBench({ rows: 3000, seed, folder });
  return folder;
}

const evidence = async (folder: string, layer: string): Promise<string> =>
  readFile(path.join(folder, `periods/2026-05/evidence/${layer}.csv`), 'utf8');

test('equal seeds give equal bytes, another seed gives others', async () => {
  const [first, again, other] = [await generated(1), await generated(1), await generated(2)];
  for (const layer of ['application', 'gateway', 'provider']) {
    expect(await evidence(again, layer)).toBe(await evidence(first, layer));
    expect(await evidence(other, layer)).not.toBe(await evidence(first, layer));
  }
});

test('a request gives about 3.1 rows, in time order', async () => {
  const folder = await generated(1);
  const layers = await Promise.all(['application', 'gateway', 'provider'].map(async (layer) => (await evidence(folder, layer)).trimEnd().split('\n').slice(1)));
  const rows = layers.flat().length;
  expect(rows).toBeGreaterThan(9100);
  expect(rows).toBeLessThan(9500);
  for (const lines of layers) {
    const times = lines.map((line) => /2026-05-\d\dT[0-9:.]+Z/.exec(line)?.[0] ?? '');
    expect(times.toSorted()).toEqual(times);
  }
});

test('its ledger files are read without a finding', async () => {
  const reading = await readLedger(await generated(1), { asOf: '2026-06-15', builtInFormats });
  expect(reading.findings).toEqual([]);
  expect(reading.ledger?.periods.length).toBe(1);
});

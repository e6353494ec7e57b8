/** A written random ledger is the ledger it was written from: its terms read back, its rows stand in the files once. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trueup } from '../../src/evidence/formats/built-in-formats.ts';
import { readLedger } from '../../src/ledger/read-ledger.ts';
import { followedRules } from '../../src/model/client-stopped.ts';
import { delayInForce, judgedEndOf } from '../../src/model/judged-end.ts';
import type { Ledger } from '../../src/model/ledger.ts';
import { randomLedger } from './random-ledger.ts';
import { writeLedger } from './write-ledger.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-random-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Places in files are no part of the meaning. */
function withoutSources(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSources);
  if (typeof value !== 'object' || value === null || value.constructor !== Object) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (key === 'source' ? [] : [[key, withoutSources(item)]])));
}

async function readBack(root: string): Promise<Ledger> {
  const { ledger, findings } = await readLedger(root, { asOf: '2026-07-01', builtInFormats: [trueup] });
  if (ledger === null) throw new Error(`not readable: ${findings.map(({ code }) => code).join()}`);
  return ledger;
}

test.each(Array.from({ length: 20 }, (_, seed) => seed))('the terms of seed %i read back as they were written', async (seed) => {
  const input = randomLedger(seed);
  const root = join(folder, `terms-${seed}`);
  await writeLedger(input, root);
  const ledger = await readBack(root);
  const period = ledger.periods.find(({ id }) => id === '2026-05');
  expect(withoutSources(ledger.mappings)).toEqual(withoutSources(input.mappings));
  expect(withoutSources(ledger.snapshots)).toEqual(withoutSources(input.snapshots));
  expect(withoutSources(ledger.contract)).toMatchObject(input.contract);
  const rates = new Map((period?.fx ?? []).map(({ from, rate }) => [from, rate]));
  expect(withoutSources({ ...period, fx: rates })).toMatchObject(withoutSources(input.period) as object);
  const [application, provider] = (['application', 'provider'] as const).map((name) => period?.evidence.find(({ layer }) => layer === name));
  expect(application?.rows).toBe(input.layers.application?.rowsMode);
  expect(provider?.delay).toBe(input.layers.provider?.delay);
  expect(provider?.finalizedThrough).toBe(input.layers.provider?.finalizedThrough);
});

test.each(Array.from({ length: 20 }, (_, seed) => seed))('what the ledger of seed %i says of other files is in force as it was written', async (seed) => {
  const input = randomLedger(seed);
  const root = join(folder, `rules-${seed}`);
  await writeLedger(input, root);
  const ledger = await readBack(root);
  const period = ledger.periods.find(({ id }) => id === '2026-05');
  const others = ledger.periods.filter(({ id }) => id.startsWith('other-'));
  if (period === undefined) throw new Error('no period');
  const { policy } = ledger.settings;
  expect(policy.gross).toBe(input.gross);
  expect(followedRules({ ...ledger, asOf: input.asOf })).toEqual(input.clientStopped);
  expect(delayInForce(period, policy)).toBe(input.layers.provider?.delay);
  expect(judgedEndOf(period, { asOf: input.asOf, through: null })).toBe(input.period.end);
  expect(others.map(({ start, end, accounts, environment, models, keys }) => ({ start, end, accounts, environment, models, keys }))).toEqual(input.otherScopes);
  expect(period.exceptions).toMatchObject(input.exceptions);
});

async function providerLines(root: string): Promise<string[]> {
  const evidence = join(root, 'periods/2026-05/evidence');
  const names = (await readdir(evidence)).filter((name) => name.startsWith('provider-'));
  const texts = await Promise.all(names.map((name) => readFile(join(evidence, name), 'utf8')));
  return texts.flatMap((text) => text.trimEnd().split('\r\n').slice(1));
}

test('another shuffle and split holds the same rows in another order', async () => {
  const input = randomLedger(1);
  const [plain, split] = [join(folder, 'plain'), join(folder, 'split')];
  await writeLedger(input, plain);
  await writeLedger(input, split, { shuffleSeed: 5, filesPerLayer: 3 });
  const [before, after] = [await providerLines(plain), await providerLines(split)];
  expect(before).toHaveLength(input.layers.provider?.rows.length ?? 0);
  expect(after).not.toEqual(before);
  expect(after.toSorted()).toEqual(before.toSorted());
});

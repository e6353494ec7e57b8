/** Sums of the provider: the engine says what the reference says, and what must not change does not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { matchRows } from '../reference/match.ts';
import { referenceReconcile } from '../reference/reconcile.ts';
import { differences } from './compare-reconciliations.ts';
import { seedCount, seedsOfGrain, seedsPer } from './drawn-seeds.ts';
import { expectAgreement, forEachOf, seedsIn } from './engine-agreement.ts';
import { engineReconcile } from './engine-implementation.ts';
import { plainly, randomBuckets, summedUp } from './random-buckets.ts';
import { randomLedger } from './random-ledger.ts';
import { randomLines } from './random-lines.ts';

const grains = { sums: randomBuckets, lines: randomLines } as const;

test.each(['sums', 'lines'] as const)('engine and reference agree on %s', { timeout: 60_000 + seedsOfGrain(seedCount).lines * 10_000 }, (grain) =>
  expectAgreement(0, seedsOfGrain(seedCount)[grain], grains[grain]),
);

const reached = {
  sums: ['not_charged', 'bucket_only', 'bucket_usage', 'bucket_mix', 'rounding', 'price_difference', 'adjustment'],
  lines: ['not_charged', 'bucket_only', 'bucket_mix'],
} as const;
const reachedSteps = (['sums', 'lines'] as const).flatMap((grain) => reached[grain].map((step) => [grain, step] as const));
/** What the reference says of as many ledgers of each grain as CI draws. */
const drawnSteps = {
  sums: seedsIn(0, 120).map((seed) => referenceReconcile(randomBuckets(seed)).steps),
  lines: seedsIn(0, 120).map((seed) => referenceReconcile(randomLines(seed)).steps),
};

test.each(reachedSteps)('ledgers with %s reach the step %s often enough', (grain, name) => {
  const hits = drawnSteps[grain].filter((steps) => steps.some(({ step, count }) => step === name && count > 0));
  expect(hits.length).toBeGreaterThanOrEqual(8);
});

test('in CI no fewer than three hundred ledgers are compared beside those of .ci/run', () => {
  const workflow = parse(readFileSync(join(import.meta.dirname, '../../.github/workflows/ci.yml'), 'utf8')) as {
    jobs: { ci: { steps: readonly { run?: string; env?: { TRUEUP_SEEDS?: string } }[] } };
  };
  const [further] = workflow.jobs.ci.steps.filter(({ env }) => env?.TRUEUP_SEEDS !== undefined);
  expect(further?.run).toMatch(/^npx vitest run test\/properties /);
  const { calls, sums, lines, witnesses } = seedsOfGrain(Number(further?.env?.TRUEUP_SEEDS));
  expect(calls + sums + lines + witnesses).toBeGreaterThanOrEqual(300);
});

test('neither the order of rows nor the split into files says anything', { timeout: 120_000 }, async () => {
  await forEachOf(seedsIn(400, 400 + 2 * seedsPer(12)), async (seed) => {
    const input = randomBuckets(seed);
    const one = await engineReconcile(input);
    const other = await engineReconcile(input, { shuffleSeed: seed, filesPerLayer: 3, nameOf: (file) => `${9 - file}-Ω ${file}` });
    expect(differences(other, one), `seed ${seed}`).toEqual([]);
  });
});

test('summed up, the rows of a provider come to the same money', { timeout: 120_000 }, async () => {
  await forEachOf(seedsIn(800, 800 + 4 * seedsPer(12)), async (seed) => {
    const drawn = plainly(randomLedger(seed));
    const input = { ...drawn, period: { ...drawn.period, models: null, keys: null } };
    const { charges, duplicates, amendments } = matchRows(input);
    const rows = [...charges, ...duplicates, ...amendments].map(({ content }) => content);
    const { provider } = input.layers;
    const counted = { ...input, layers: { ...input.layers, provider: provider === null ? null : { ...provider, rows } } };
    const cut = { width: '1d', zone: '+00:00', by: ['model_billed', 'key_ref'], lag: 0n } as const;
    const summed = await engineReconcile(summedUp(counted, cut, null));
    expect(summed.totals.providerReported, `seed ${seed}`).toBe(referenceReconcile(counted).totals.providerReported);
  });
});

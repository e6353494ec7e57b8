/** Open items of the close before, drawn over random ledgers: the engine and the reference place them alike. */
import { expect, it } from 'vitest';
import { microsPerDay } from '../../src/model/instant.ts';
import { Money } from '../../src/model/money.ts';
import type { OpenItem, ReferenceInput } from '../reference/input.ts';
import { brokenInvariants } from '../reference/invariants.ts';
import { referenceReconcile } from '../reference/reconcile.ts';
import { describeRows, describeTerms } from './against-reference.ts';
import { differences } from './compare-reconciliations.ts';
import { seedsPer } from './drawn-seeds.ts';
import { forEachOf, seedsIn } from './engine-agreement.ts';
import { engineReconcile } from './engine-implementation.ts';
import { randomLedger } from './random-ledger.ts';
import { randomTokens } from './random-values.ts';
import { billableModels } from './random-words.ts';
import { seededRandom, type Random } from './random.ts';

it('ledgers with open items', { timeout: 300_000 }, async () => {
  const wrong: string[] = [];
  let carried = 0;
  const seeds = seedsIn(7000, 7000 + seedsPer(5));
  await forEachOf(seeds, async (seed) => {
    const input = withOpenItems(randomLedger(seed), seededRandom(seed + 1));
    const reference = referenceReconcile(input);
    carried += reference.countBridge.find(({ step }) => step === 'carried_forward')?.count ?? 0;
    wrong.push(...brokenInvariants(reference, input.gross));
    const found = differences(await engineReconcile(input), reference);
    if (found.length > 0) wrong.push(`seed ${seed}\n${found.join('\n')}\n${describeTerms(input)}\n${describeRows(input)}`);
  });
  expect(wrong).toEqual([]);
  expect(carried).toBeGreaterThanOrEqual(seeds.length);
});

/** Ids that provider rows carry, whether anybody of ours logged them or not; each request once. */
function withOpenItems(input: ReferenceInput, random: Random): ReferenceInput {
  const rows = [...(input.layers.provider?.rows ?? []), ...(input.layers.application?.rows ?? [])].filter(() => random.chance(65));
  const items = new Map<string, OpenItem>();
  const isOld = random.chance(25);
  for (const [index, row] of rows.entries()) {
    const requestId = random.chance(70) && row.request_id !== null ? row.request_id : `open-${index}`;
    if (items.has(requestId)) continue;
    items.set(requestId, {
      requestId,
      providerRequestId: random.chance(60) ? row.provider_request_id : null,
      at: input.period.start - BigInt(1 + random.below(5)) * microsPerDay,
      expected: new Money(random.pick(['0', '0.5', '12.25', '100', '0.000000000000000001', '99999.5'])),
      details: isOld ? null : randomDetails(random),
    });
  }
  return { ...input, carried: [...items.values()] };
}

/** What a request was expected to be; sometimes nobody knew, and its counts are as the close wrote them: sound, or not there. */
function randomDetails(random: Random): OpenItem['details'] {
  const model = random.chance(8) ? null : random.pick([...billableModels, 'nano', 'nano', 'retired']);
  const tokens = randomTokens(random, 0);
  const isCounted = !random.chance(8);
  const counts = Object.fromEntries(Object.entries(tokens).map(([column, count]) => [column, isCounted ? count : null])) as typeof tokens;
  const primaries = model === null ? [] : random.pick([['chat'], ['chat', 'search'], ['batch'], ['gone']]);
  return { model, primaries, row: { ...counts, service_tier: random.pick([null, null, 'batch', 'default']), region: random.pick([null, null, 'eu']) } };
}

/** A month told in sums is never judged greener than the same month told call by call, and holds the same money (SPEC §9). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Result } from '../../src/model/result.ts';
import { dayOf, formatInstant } from '../../src/model/instant.ts';
import { Money } from '../../src/model/money.ts';
import { withFacts } from '../../src/period/period-facts.ts';
import { judgePeriod, validateLedger } from '../../src/period/reconcile.ts';
import { settingsFor } from '../e2e/controls/three-months.ts';
import type { CanonicalRow, ReferenceInput } from '../reference/input.ts';
import { matchRows } from '../reference/match.ts';
import { partsOf } from '../reference/parts.ts';
import { applicationRow, at, mappingOf, providerRow, smallLedger, standardMappings } from '../reference/small-ledger.ts';
import { isThorough } from './drawn-seeds.ts';
import { forEachOf, seedsIn } from './engine-agreement.ts';
import { summedUp } from './random-buckets.ts';
import { type Random, seededRandom } from './random.ts';
import { writeLedger } from './write-ledger.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-verdicts-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** In and out for one token, as the snapshot has them. */
const prices = { nano: [1, 2], big: [10, 20] } as const;
type Model = keyof typeof prices;
const otherModel = { nano: 'big', big: 'nano' } as const;

interface Call {
  readonly id: string;
  readonly model: Model;
  readonly at: bigint;
  readonly tokens: readonly [input: number, output: number];
}

function between(random: Random, least: number, most: number): number {
  return least + random.below(most - least + 1);
}

function randomCall(random: Random, index: number, late: number): Call {
  const start = at('2026-05-02T00:00:00Z');
  return {
    id: `r${index}`,
    model: random.pick(['nano', 'big']),
    // At the last second of a day the charge is of the next one.
    at: start + BigInt(random.below(9)) * 86_400_000_000n + BigInt(random.chance(late) ? 86_399 : random.below(86_398)) * 1_000_000n,
    tokens: [between(random, 100, 1000), between(random, 100, 1000)],
  };
}

function chargeOf({ id, model, at: time, tokens: [input, output] }: Call): CanonicalRow {
  return providerRow({
    request_id: id,
    provider_request_id: `p-${id}`,
    timestamp_utc: formatInstant(time + 1_000_000n),
    model_billed: model,
    input_tokens: String(input),
    output_tokens: String(output),
    charged_amount: String(input * prices[model][0] + output * prices[model][1]),
  });
}

function logOf({ id, model, at: time, tokens: [input, output] }: Call): CanonicalRow {
  return applicationRow({
    request_id: id,
    timestamp_utc: formatInstant(time),
    model_requested: model === 'nano' ? 'nano-alias' : 'big-main',
    input_tokens: String(input),
    output_tokens: String(output),
  });
}

/** What is wrong with one call: the rows of both sides. */
type Fault = (call: Call, size: number) => { readonly log: readonly CanonicalRow[]; readonly charges: readonly CanonicalRow[] };
const faults: readonly Fault[] = [
  (call) => ({ log: [logOf(call)], charges: [] }),
  (call) => ({ log: [], charges: [chargeOf(call)] }),
  (call, size) => ({ log: [logOf(call)], charges: [chargeOf({ ...call, tokens: [call.tokens[0], call.tokens[1] + size] })] }),
  (call, size) => ({ log: [logOf({ ...call, tokens: [call.tokens[0] + size, call.tokens[1]] })], charges: [chargeOf(call)] }),
  (call, size) => ({
    log: [logOf(call)],
    charges: [{ ...chargeOf(call), charged_amount: new Money(chargeOf(call).charged_amount ?? '0').plus(size).toFixed() }],
  }),
  (call, size) => ({
    log: [logOf(call)],
    charges: [{ ...chargeOf(call), charged_amount: new Money(chargeOf(call).charged_amount ?? '0').minus(size).toFixed() }],
  }),
  (call) => ({ log: [logOf(call)], charges: [chargeOf({ ...call, model: otherModel[call.model] })] }),
  (call, size) => ({ log: [logOf(call)], charges: [chargeOf(call), { ...chargeOf({ ...call, id: `${call.id}-${size}` }), request_id: null }] }),
];

/** A month without a fault but for a few, some too small to matter. */
function month(random: Random, late: number): ReferenceInput {
  const calls = Array.from({ length: 150 }, (_, index) => randomCall(random, index, late));
  const wrong = new Map(Array.from({ length: random.pick([0, 1, 1, 2, 3, 6]) }, () => [random.below(calls.length), random.pick(faults)] as const));
  const told = calls.map((call, index) => wrong.get(index)?.(call, random.pick([1, 20, 900, 40_000])) ?? { log: [logOf(call)], charges: [chargeOf(call)] });
  return smallLedger({
    application: told.flatMap(({ log }) => log),
    provider: told.flatMap(({ charges }) => charges),
    finalizedThrough: at('2026-06-02T00:00:00Z'),
    mappings: [...standardMappings, mappingOf({ internalName: 'big-primary', requestedModel: 'big-main', billableModel: 'big' })],
  });
}

/**
 * Whether a cell holds errors of both signs, which its sums net (SPEC §9): of quantities, in `bucket_usage`, or of prices, in `price_difference`.
 * What moves money from one model to another stands in two cells.
 */
function netsInACell(input: ReferenceInput): boolean {
  const signs = new Map<string, Set<boolean>>();
  const note = (cell: string, amount: Money): void => {
    if (!amount.isZero()) signs.set(cell, (signs.get(cell) ?? new Set()).add(amount.isPositive()));
  };
  for (const { line, step, billed, expected } of partsOf(input, matchRows(input))) {
    if (step === 'expected') continue;
    const kind = step === 'price_difference' ? 'prices' : 'quantities';
    const cellOf = (model: string): string => [kind, dayOf(line.row.at), model].join(' ');
    if (line.billedKey === line.expectedKey) note(cellOf(line.billedKey), billed.plus(expected));
    else
      for (const [model, amount] of [
        [line.billedKey, billed],
        [line.expectedKey, expected],
      ] as const)
        note(cellOf(model), amount);
  }
  return [...signs.values()].some(({ size }) => size > 1);
}

async function resultOf(input: ReferenceInput): Promise<Pick<Result, 'verdict' | 'totals'>> {
  const root = mkdtempSync(join(workspace, 'ledger-'));
  await writeLedger(input, root);
  const settings = settingsFor(workspace, { asOf: input.asOf });
  const { ledger, findings } = await validateLedger(root, settings.asOf);
  const period = ledger?.periods.find(({ id }) => id === '2026-05');
  if (ledger === null || period === undefined) throw new Error(JSON.stringify(findings));
  const task = { ledger, findings, period, settings };
  const { result } = await withFacts(task, null, async (facts) => judgePeriod(task, facts));
  rmSync(root, { recursive: true });
  return result;
}

/** The greenest first; what could not be judged is no greener than what failed. */
const colours = { pass: 0, warn: 1, fail: 2, inconclusive: 2 } as const;

test('the same money, and a verdict no greener, unless opposite errors lie in one cell', { timeout: 240_000 }, async () => {
  const seen: string[] = [];
  await forEachOf(seedsIn(0, isThorough ? 48 : 12), async (seed) => {
    const random = seededRandom(seed + 9_000_000);
    const cut = { width: '1d', zone: '+00:00', by: ['model_billed'], lag: random.pick([0n, 900_000_000n]) } as const;
    // Without a lag they would be errors of their own.
    const input = month(random, cut.lag === 0n ? 0 : 2);
    const [rows, sums] = [await resultOf(input), await resultOf(summedUp(input, cut, null))];
    for (const total of ['provider_charged', 'provider_reported'] as const) expect(sums.totals[total], `seed ${seed}: ${total}`).toBe(rows.totals[total]);
    const nets = netsInACell(input);
    if (!nets) expect(colours[sums.verdict], `seed ${seed}: ${sums.verdict} for ${rows.verdict}`).toBeGreaterThanOrEqual(colours[rows.verdict]);
    seen.push(nets ? 'netting' : rows.verdict);
  });
  // The law is empty where every month fails, and where none does.
  for (const kind of ['pass', 'fail', 'netting']) expect(seen).toContain(kind);
});

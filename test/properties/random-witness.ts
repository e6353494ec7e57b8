/** Random ledgers of calls with sums of the same provider beside them: made from the rows, and then spoilt as sums may be. */
import type { CanonicalRow, ReferenceInput } from '../reference/input.ts';
import { isInScopeOf, matchRows } from '../reference/match.ts';
import { Money } from '../../src/model/money.ts';
import { atBuckets, plainly, randomCut, sumsOf } from './random-buckets.ts';
import { randomLedger } from './random-ledger.ts';
import { type Random, seededRandom } from './random.ts';

/** The ledger of a seed with a witness that is mostly right: whole, with a row shifted, or with much that is wrong in it. */
export function randomWitness(seed: number): ReferenceInput {
  const random = seededRandom(seed + 9_000_000);
  const drawn = randomLedger(seed);
  const cut = randomCut(random);
  const input = { ...(random.chance(50) ? plainly(drawn) : drawn), ...(random.chance(30) ? { lineRounding: inCents } : {}) };
  const bounded = { ...input, period: atBuckets(input.period, cut) };
  const rows = (input.layers.provider?.rows ?? []).map((row) => ({ ...row, meters: null }));
  const sums = random.chance(50) ? sumsOf(rows, cut, random) : shifted(witnessOf(bounded, cut), random);
  return { ...bounded, witness: { cut, rows: sums } };
}

const inCents = { quantum: new Money('0.01'), mode: 'half-up', per: 'total' } as const;

/** What an honest provider sums up of the rows that count in the period. */
export function witnessOf(input: ReferenceInput, cut: ReturnType<typeof randomCut>): CanonicalRow[] {
  const { charges, duplicates, amendments } = matchRows(input);
  const { start, end } = input.period;
  const counted = [...charges, ...duplicates, ...amendments].filter(
    (row) => row.whole === null && row.at >= start && row.at < end && isInScopeOf(input.period, row) === null,
  );
  return sumsOf(
    counted.map(({ content }) => ({ ...content, meters: null })),
    cut,
    null,
  );
}

/** One row says something else, is missing, or counts in the next bucket. */
function shifted(rows: readonly CanonicalRow[], random: Random): CanonicalRow[] {
  if (rows.length === 0 || random.chance(20)) return [...rows];
  const at = random.below(rows.length);
  const row = rows[at];
  if (row === undefined) return [...rows];
  const put: readonly CanonicalRow[] = random.pick([
    [],
    [{ ...row, charged_amount: random.pick(['0', '1', '0.005', null]) }],
    [{ ...row, requests: random.pick(['0', '7', null]) }],
    [{ ...row, output_tokens: random.pick(['0', '17', null]) }],
  ]);
  return rows.toSpliced(at, 1, ...put);
}

/** The rows of an honest witness with one unit of money more in one of those that state an amount; null where none does. */
export function withOneMore(rows: readonly CanonicalRow[]): CanonicalRow[] | null {
  const at = rows.findIndex((row) => row.charged_amount !== null && (row.kind ?? 'charge') === 'charge' && row.charged_currency === 'USD');
  const row = rows[at];
  return row === undefined ? null : rows.toSpliced(at, 1, { ...row, charged_amount: new Money(row.charged_amount ?? '0').plus(1).toString() });
}

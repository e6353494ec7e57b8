/** Random ledgers whose provider sums up what it would else have told call by call, with what goes wrong in sums. */
import { type CanonicalColumn, canonicalColumns, tokenColumns } from '../../src/model/evidence.ts';
import { formatInstant } from '../../src/model/instant.ts';
import type { BucketCut } from '../../src/model/bucket-bounds.ts';
import { formatMoney, Money } from '../../src/model/money.ts';
import { bucketOf } from '../reference/buckets.ts';
import type { CanonicalRow, ReferenceInput } from '../reference/input.ts';
import { parseRow } from '../reference/row.ts';
import { randomLedger } from './random-ledger.ts';
import { instantOf } from './random-words.ts';
import { type Random, seededRandom } from './random.ts';

/** The ledger of a seed with its charges summed up. */
export function randomBuckets(seed: number): ReferenceInput {
  const random = seededRandom(seed + 7_000_000);
  return summedUp(plainly(randomLedger(seed)), randomCut(random), random);
}

/** Exceptions and open items are about rows; sums of one account, in tokens at plain prices. */
export function plainly(input: ReferenceInput): ReferenceInput {
  const snapshots = input.snapshots.map((snapshot) => ({
    ...snapshot,
    meters: new Map(),
    standard: null,
    prices: snapshot.prices.map((row) => ({ ...row, variants: [], meterPrices: new Map(), needs: null })),
  }));
  const bare = (row: CanonicalRow): CanonicalRow => ({ ...row, meters: null, covered_by: null, corrects: null });
  const layers = Object.fromEntries(
    Object.entries(input.layers).map(([name, layer]) => [name, layer === null ? null : { ...layer, rows: layer.rows.map(bare) }]),
  ) as unknown as ReferenceInput['layers'];
  const period = { ...input.period, accounts: input.period.accounts.slice(0, 1) };
  return { ...input, snapshots, layers, period, exceptions: [], carried: [], readings: null };
}

export function randomCut(random: Random): BucketCut {
  const by = (['key_ref', 'model_billed', 'service_tier', 'region'] as const).filter((dimension) => random.chance(dimension === 'model_billed' ? 75 : 30));
  return {
    width: random.pick(['1h', '1d', '1d', '1d', '1M']),
    zone: random.pick(['+00:00', '+00:00', '+08:00', '-03:30']),
    by,
    lag: random.pick([0n, 0n, 15n, 360n]) * 60_000_000n,
  };
}

/** `input` with one row for each bucket and what rows say beside their figures; `random` null: nothing goes wrong. */
export function summedUp(input: ReferenceInput, cut: BucketCut, random: Random | null): ReferenceInput {
  const { provider } = input.layers;
  const rows = provider === null ? [] : sumsOf(provider.rows, cut, random);
  // What is judged ends with a bucket, and no row lies across a bound.
  return {
    ...input,
    period: atBuckets(input.period, cut),
    buckets: cut,
    layers: { ...input.layers, provider: provider === null ? null : { ...provider, rows } },
  };
}

/** The period of `input` with bounds where buckets begin. */
export function atBuckets({ start, end, ...rest }: ReferenceInput['period'], cut: BucketCut): ReferenceInput['period'] {
  const first = bucketOf(start, cut).start;
  const last = bucketOf(end, cut);
  return { ...rest, start: first, end: last.start > first ? last.start : last.end };
}

const words = ['account_ref', 'environment', 'key_ref', 'model_billed', 'service_tier', 'region', 'kind', 'charged_currency'] as const;

/** One row for each bucket of `rows`. */
export function sumsOf(rows: readonly CanonicalRow[], cut: BucketCut, random: Random | null): CanonicalRow[] {
  const groups = new Map<string, CanonicalRow[]>();
  for (const row of rows) {
    const { start } = bucketOf(parseRow(row, 'provider', { currency: 'USD', fx: new Map() }, new Map()).at, cut);
    const name = JSON.stringify([formatInstant(start), ...words.map((word) => row[word])]);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  const habit = { requests: random?.chance(70) ?? true, tokens: random?.chance(70) ?? true, amounts: random?.chance(80) ?? true };
  const sums = [...groups].map(([name, own]) => sumOf(JSON.parse(name) as (string | null)[], own, habit));
  return random === null ? sums : sums.flatMap((row) => spoilt(row, cut, random));
}

interface Habit {
  readonly requests: boolean;
  readonly tokens: boolean;
  readonly amounts: boolean;
}

function sumOf([start = null, ...told]: readonly (string | null)[], rows: readonly CanonicalRow[], { requests, tokens, amounts }: Habit): CanonicalRow {
  const empty = Object.fromEntries(canonicalColumns.map((column) => [column, null])) as Record<CanonicalColumn, string | null>;
  const count = (column: (typeof tokenColumns)[number]): string | null => {
    const texts = rows.flatMap((row) => (/^\d{1,15}$/.test(row[column] ?? '') ? [BigInt(row[column] ?? '0')] : []));
    return texts.length === 0 ? null : texts.reduce((sum, one) => sum + one, 0n).toString();
  };
  const stated = rows.flatMap((row) => (row.charged_amount === null ? [] : [new Money(row.charged_amount)]));
  return {
    ...empty,
    timestamp_utc: start,
    ...Object.fromEntries(words.map((word, index) => [word, told[index] ?? null])),
    ...(requests ? { requests: rows.length.toString() } : {}),
    ...(tokens ? Object.fromEntries(tokenColumns.map((column) => [column, count(column)])) : {}),
    ...(amounts && stated.length > 0 ? { charged_amount: formatMoney(stated.reduce((sum, one) => sum.plus(one), new Money(0))) } : {}),
  };
}

/** A bucket that is missing, stated twice, told in two halves, or tells other figures. */
function spoilt(row: CanonicalRow, cut: BucketCut, random: Random): CanonicalRow[] {
  // A bucket before it that counts nothing, from which late requests may come.
  if (row.kind !== 'refund' && random.chance(cut.lag === 0n ? 5 : 40)) {
    const before = bucketOf(instantOf(row.timestamp_utc ?? '') - 1n, cut).start;
    return [
      row,
      { ...row, timestamp_utc: formatInstant(before), requests: '0', charged_amount: '0', ...Object.fromEntries(tokenColumns.map((column) => [column, '0'])) },
    ];
  }
  if (random.chance(6)) return [];
  if (random.chance(6)) return [row, row];
  if (random.chance(6))
    return [
      { ...row, charged_amount: null },
      { ...row, ...Object.fromEntries(tokenColumns.map((column) => [column, null])), requests: null },
    ];
  if (random.chance(6))
    return [
      { ...row, line_item: 'a' },
      { ...row, line_item: 'b' },
    ];
  if (random.chance(6)) return [row, { ...row, charged_amount: '0.5' }];
  if (random.chance(8)) return [{ ...row, requests: random.pick(['0', '1', '2', null]) }];
  if (random.chance(8)) return [{ ...row, output_tokens: random.pick(['0', '17', null]) }];
  if (random.chance(8)) return [{ ...row, charged_amount: random.pick(['0', '0.0001', null]) }];
  return [row];
}

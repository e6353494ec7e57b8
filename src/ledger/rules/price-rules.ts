/** Rules on the rows of price snapshots: exactness, tiers, known samples, and prices that look wrong. */
import type { LedgerDraft, Part } from '../draft.ts';
import { priceKeys } from '../kinds/prices.ts';
import { placeOf, valueAt, type YamlPath } from '../yaml-document.ts';
import { type TokenClass, tokenClasses } from '../../model/evidence.ts';
import { finding, type Finding } from '../../model/finding.ts';
import type { ClassPrices, PriceRow, PriceSample, Snapshot, Variant } from '../../model/ledger.ts';
import { decimalsOf, formatMoney, Money, toScaled, zero } from '../../model/money.ts';
import { bookOf, findPrice, maxPriceDecimals, type PriceBook, type Under, unitPrice } from '../../model/price-book.ts';
import { providerOf, snapshotsInOrder } from '../../model/snapshot-id.ts';
import { canMeet, hasVariants, whenText } from '../../model/variants.ts';

const keyOf = Object.fromEntries(Object.entries(priceKeys).map(([key, name]) => [name, key])) as Record<TokenClass, string>;
const jump = new Money(10);

/** One level (base or tier) of one row, with its place. */
interface PriceLevel {
  readonly row: PriceRow;
  readonly prices: ClassPrices;
  /** null = base. */
  readonly above: bigint | null;
  readonly path: YamlPath;
}

function levelsOf({ value }: Part<Snapshot>): PriceLevel[] {
  return value.prices.flatMap((row, index) => [
    { row, prices: row.prices, above: null, path: ['prices', index] },
    ...row.tiers.map((tier, tierIndex) => ({
      row,
      prices: tier.prices,
      above: tier.inputTokensAbove,
      path: ['prices', index, 'tiers', tierIndex],
    })),
  ]);
}

/** Every price per token and per charge is exact within 18 decimals. */
export function pricesTerminate({ snapshots }: LedgerDraft): Finding[] {
  return snapshots.flatMap((part) => {
    const report = (row: PriceRow, path: YamlPath) =>
      finding('price-not-terminating', 'fail', {
        args: { snapshot: part.value.id, billable_model: row.billableModel, key: String(path.at(-1)), limit: String(maxPriceDecimals) },
        source: placeOf(part.document, path),
      });
    return levelsOf(part).flatMap(({ row, prices, above, path }) => {
      const classes = tokenClasses.filter((name) => {
        const price = prices[name];
        return price !== undefined && unitPrice(price, row.ratio, part.value.unitDivisor) === null;
      });
      const request = above === null && decimalsOf(row.requestPrice.times(row.ratio)) > maxPriceDecimals;
      return [...classes.map((name) => report(row, [...path, keyOf[name]])), ...(request ? [report(row, [...path, 'request_price'])] : [])];
    });
  });
}

/** A price of a meter is exact too. */
export function meterPricesTerminate({ snapshots }: LedgerDraft): Finding[] {
  return snapshots.flatMap(({ value, document }) => {
    const rows = bookOf(value).rows.filter(({ under, tier }) => tier === 0 && (under === null || isPlain(under)));
    return value.prices.flatMap((row, index) => {
      const priced = rows.find((each) => each.row === row)?.meters;
      const lost = [...row.meterPrices.keys()].filter((name) => value.meters.has(name) && priced?.has(name) === false);
      return lost.map((name) =>
        finding('price-not-terminating', 'fail', {
          args: { snapshot: value.id, billable_model: row.billableModel, key: `meter_prices.${name}`, limit: String(maxPriceDecimals) },
          source: placeOf(document, ['prices', index, 'meter_prices', name]),
        }),
      );
    });
  });
}

function isPlain({ serviceTier, region, part }: Under): boolean {
  return serviceTier === null && region === null && (part ?? 0) === 0;
}

/** The snapshots of a period count each meter alike: one quantity has one reading. */
export function metersAgree({ periods, snapshots }: LedgerDraft): Finding[] {
  return periods.flatMap(({ value: period }) => {
    const known = new Map<string, { readonly snapshot: string; readonly text: string }>();
    return period.prices.flatMap(({ snapshot }) => {
      const part = snapshots.find(({ value }) => value.id === snapshot);
      return [...(part?.value.meters ?? [])].flatMap(([meter, { unit, inside, whole }]): Finding[] => {
        const text = JSON.stringify([unit, inside, whole]);
        const first = known.get(meter);
        if (first === undefined) known.set(meter, { snapshot, text });
        if (part === undefined || first === undefined || first.text === text) return [];
        const args = { period: period.id, meter, snapshot, other: first.snapshot };
        return [finding('meters-disagree', 'fail', { args, source: placeOf(part.document, ['meters', meter]) })];
      });
    });
  });
}

/** Nor do the factors of variants take a price beyond that. A row whose prices as they are do not fit has its finding already. */
export function variantsTerminate({ snapshots }: LedgerDraft): Finding[] {
  return snapshots
    .filter(({ value }) => hasVariants(value))
    .flatMap(({ value, document }) => {
      const { rows } = bookOf(value);
      return value.prices.flatMap((row, index) => {
        const fits = ({ rates, unit }: (typeof rows)[number]): boolean => tokenClasses.every((name) => rates[name] === undefined || unit[name] !== undefined);
        const own = rows.filter((each) => each.row === row);
        if (own.every(fits) || own.some((each) => each.factor.equals(1) && !fits(each))) return [];
        const args = { snapshot: value.id, billable_model: row.billableModel, key: 'variants', limit: String(maxPriceDecimals) };
        return [finding('price-not-terminating', 'fail', { args, source: placeOf(document, ['prices', index]) })];
      });
    });
}

/** Of two variants with prices only one can hold. One that holds wherever another does is a mistake; two that merely can meet leave what they both hold for unpriced. */
export function variantsApart({ snapshots }: LedgerDraft): Finding[] {
  return snapshots.flatMap(({ value }) => {
    const pairs = value.prices.flatMap(({ variants }) => pairsOf(variants.filter(({ prices }) => prices !== null)));
    const met = new Map(pairs.filter(([one, other]) => canMeet(one, other)).map((pair) => [pair.map(({ source }) => source.line).join(), pair]));
    return [...met.values()].map(([one, other]) => {
      const args = { snapshot: value.id, first: whenText(one), second: whenText(other), first_line: String(one.source.line) };
      return finding('variants-overlap', holdsWherever(one, other) || holdsWherever(other, one) ? 'fail' : 'info', { args, source: other.source });
    });
  });
}

function pairsOf(variants: readonly Variant[]): [Variant, Variant][] {
  return variants.flatMap((one, index) => variants.slice(index + 1).map((other): [Variant, Variant] => [one, other]));
}

function holdsWherever(one: Variant, other: Variant): boolean {
  const wider = (a: string | null, b: string | null): boolean => a === null || a === b;
  const { hours } = one;
  const sameHours = hours === null || (other.hours !== null && JSON.stringify(hours) === JSON.stringify(other.hours));
  return wider(one.serviceTier, other.serviceTier) && wider(one.region, other.region) && sameHours;
}

/** A tier that leaves out a class of its base would leave long requests unpriced. */
export function tiersComplete({ snapshots }: LedgerDraft): Finding[] {
  return snapshots.flatMap((part) =>
    levelsOf(part)
      .filter(({ above }) => above !== null)
      .flatMap(({ row, path }) => {
        const missing = tokenClasses.filter((name) => row.prices[name] !== undefined && valueAt(part.document, [...path, keyOf[name]]) === undefined);
        if (missing.length === 0) return [];
        const args = { snapshot: part.value.id, billable_model: row.billableModel, missing: missing.map((name) => keyOf[name]).join(', ') };
        return [finding('tier-incomplete', 'fail', { args, source: placeOf(part.document, path) })];
      }),
  );
}

/** Reading from a cache costs less than reading anew; the other way round two columns were probably swapped. */
export function cachedNotAboveInput({ snapshots }: LedgerDraft): Finding[] {
  return snapshots.flatMap((part) =>
    levelsOf(part).flatMap(({ row, prices, path }) => {
      const { input, cached_input: cached } = prices;
      if (input === undefined || cached === undefined || cached.lessThanOrEqualTo(input)) return [];
      const args = { snapshot: part.value.id, billable_model: row.billableModel, input: formatMoney(input), cached_input: formatMoney(cached) };
      return [finding('price-cached-above-input', 'warn', { args, source: placeOf(part.document, [...path, keyOf.cached_input]) })];
    }),
  );
}

/** A price ten times as high or low as in the provider's snapshot before is a unit mistake until somebody says otherwise. */
export function pricesSteady({ snapshots }: LedgerDraft): Finding[] {
  return succession(snapshots).flatMap(({ before, after }) => {
    const nameOf = ({ row, above }: PriceLevel) => JSON.stringify([row.billableModel, String(above)]);
    const earlier = new Map(levelsOf(before).map((level) => [nameOf(level), level]));
    return levelsOf(after).flatMap((level) => {
      const old = earlier.get(nameOf(level));
      return old === undefined ? [] : jumpsBetween(before, old, after, level);
    });
  });
}

function jumpsBetween(before: Part<Snapshot>, old: PriceLevel, after: Part<Snapshot>, level: PriceLevel): Finding[] {
  const classes = tokenClasses.map((name) => ({ key: keyOf[name], from: old.prices[name], to: level.prices[name], divided: true }));
  const request = { key: 'request_price', from: old.row.requestPrice, to: level.row.requestPrice, divided: false };
  return [...classes, ...(level.above === null ? [request] : [])].flatMap(({ key, from, to, divided }) => {
    if (from === undefined || to === undefined) return [];
    // Compared crosswise, so that nothing is divided: from × ratio ÷ divisor against to × ratio ÷ divisor.
    const was = from.times(old.row.ratio).times(divided ? after.value.unitDivisor.toString() : 1);
    const is = to.times(level.row.ratio).times(divided ? before.value.unitDivisor.toString() : 1);
    if (was.equals(is) || (was.times(jump).greaterThan(is) && is.times(jump).greaterThan(was))) return [];
    const args = {
      snapshot: after.value.id,
      before: before.value.id,
      billable_model: level.row.billableModel,
      key,
      from: formatMoney(from),
      to: formatMoney(to),
    };
    return [finding('price-jump', 'warn', { args, source: placeOf(after.document, [...level.path, key]) })];
  });
}

/** What the provider's snapshot before priced, this one prices too, or rows of it go unpriced. */
export function pricesKept({ snapshots }: LedgerDraft): Finding[] {
  return succession(snapshots).flatMap(({ before, after }) => {
    const indexes = new Map(after.value.prices.map((row, index) => [row.billableModel, index]));
    // Notes that name the model say that its price is gone on purpose.
    const kept = before.value.prices.filter(({ billableModel }) => after.value.notes?.includes(billableModel) !== true);
    return kept.flatMap((old) => {
      const index = indexes.get(old.billableModel);
      const common = { snapshot: after.value.id, before: before.value.id, billable_model: old.billableModel };
      if (index === undefined) return [finding('price-vanished', 'warn', { args: { ...common, key: '' }, source: placeOf(after.document, ['prices']) })];
      const classes = tokenClasses.filter((name) => old.prices[name] !== undefined && valueAt(after.document, ['prices', index, keyOf[name]]) === undefined);
      const meters = [...old.meterPrices.keys()].filter((name) => valueAt(after.document, ['prices', index, 'meter_prices', name]) === undefined);
      const lost = [...classes.map((name) => keyOf[name]), ...meters.map((name) => `meter_prices.${name}`), ...variantsLost(old, after.value, index)];
      return lost.map((key) => finding('price-vanished', 'warn', { args: { ...common, key }, source: placeOf(after.document, ['prices', index]) }));
    });
  });
}

/** Tiers and regions that had a price, and that nothing speaks of any more. */
function variantsLost(old: PriceRow, after: Snapshot, index: number): string[] {
  const spokenOf = (key: 'serviceTier' | 'region'): string[] => [
    ...(after.prices[index]?.variants.flatMap((variant) => variant[key] ?? []) ?? []),
    ...(after.standard ?? []),
  ];
  return (['serviceTier', 'region'] as const).flatMap((key) => {
    const lost = new Set(old.variants.flatMap((variant) => variant[key] ?? []).filter((value) => !spokenOf(key).includes(value)));
    return [...lost].map((value) => `${key === 'region' ? 'region' : 'service tier'} ${value}`);
  });
}

/** Each snapshot with the one before it of the same provider. */
function succession(snapshots: readonly Part<Snapshot>[]): { before: Part<Snapshot>; after: Part<Snapshot> }[] {
  const ordered = snapshotsInOrder(snapshots, ({ value }) => value.id);
  return ordered.flatMap((after, index) => {
    const before = ordered[index - 1];
    return before !== undefined && providerOf(before.value.id) === providerOf(after.value.id) ? [{ before, after }] : [];
  });
}

export function samplesReproduce({ snapshots }: LedgerDraft): Finding[] {
  return snapshots.flatMap(({ value }) => {
    const book = bookOf(value);
    return value.samples.flatMap((sample) => judge(value, book, sample));
  });
}

function judge(snapshot: Snapshot, book: PriceBook, sample: PriceSample): Finding[] {
  const cost = costOf(book, snapshot.id, sample);
  if (cost instanceof Money && cost.equals(sample.expectedCost)) return [];
  const args = {
    snapshot: snapshot.id,
    billable_model: sample.billableModel,
    expected: formatMoney(sample.expectedCost),
    computed: cost instanceof Money ? formatMoney(cost) : '',
    reason: cost instanceof Money ? 'differs' : cost,
  };
  return [finding('price-sample', 'fail', { args, source: sample.source })];
}

/** The exact cost of one charge with the sample's tokens, or why there is none. */
function costOf(book: PriceBook, snapshot: string, sample: PriceSample): Money | 'unpriced' | 'tokens' {
  const { billableModel, tokens, at, quantities, ...selection } = sample;
  const row = findPrice(book, { snapshot, model: billableModel, input: tokens.input ?? 0n, selection, at });
  if (row === null) return 'unpriced';
  let cost = row.request;
  for (const [name, stated] of quantities) {
    if (!stated.isInteger() && book.meters.get(name)?.unit !== 'decimal') return 'tokens';
    const unit = row.meters.get(name);
    if (unit === undefined && !stated.isZero()) return 'unpriced';
    cost = cost.plus((unit ?? zero).times(book.meters.get(name)?.whole === 'up' ? stated.ceil() : stated));
  }
  for (const [name, quantity] of disjoint(sample, book)) {
    if (quantity < 0n) return 'tokens';
    if (quantity === 0n) continue;
    const unit = row.unit[name];
    if (unit === undefined) return 'unpriced';
    cost = cost.plus(unit.times(quantity.toString()));
  }
  return cost;
}

/** Samples count as a `trueup` row: input includes the cache classes, output includes reasoning. */
function disjoint({ tokens, quantities }: PriceSample, { meters }: PriceBook): [TokenClass, bigint][] {
  const apart = (name: TokenClass): bigint =>
    [...quantities].reduce((sum, [meter, quantity]) => (meters.get(meter)?.inside === name ? sum + toScaled(quantity, 0) : sum), 0n);
  const of = (name: TokenClass) => tokens[name] ?? 0n;
  const caches = of('cached_input') + of('cache_write') + of('cache_write_1h');
  const whole: [TokenClass, bigint][] = [
    ['input', of('input') - caches],
    ['cached_input', of('cached_input')],
    ['cache_write', of('cache_write')],
    ['cache_write_1h', of('cache_write_1h')],
    ['output', of('output') - of('reasoning')],
    ['reasoning', of('reasoning')],
  ];
  return whole.map(([name, count]) => [name, count - apart(name)]);
}

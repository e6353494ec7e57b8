/** Prices made exact and ready to multiply: price × ratio ÷ unit divisor for every class, tier and snapshot in force. */
import { type TokenClass, tokenClasses } from './evidence.ts';
import type { Instant } from './instant.ts';
import type { ClassPrices, Meter, Period, PriceRow, Snapshot, Variant } from './ledger.ts';
import { decimalsOf, divideExactly, Money } from './money.ts';
import { type Conditions, conditionsOf, hasVariants, type Selection, variantsFor, weekPartAt } from './variants.ts';

/** Unit prices with more decimals than this are refused (SPEC §4). */
export const maxPriceDecimals = 18;

/** Whom a price is for, where a snapshot tells rows apart: tier and region as the row has them, and a part of the week (null = all of it). */
export interface Under extends Selection {
  readonly part: number | null;
}

/** One tier of one model in one snapshot: what a token of each class costs, exactly. */
export interface UnitPrices {
  readonly snapshot: string;
  readonly billableModel: string;
  /** 0 = base. */
  readonly tier: number;
  /** Holds for inputs strictly above this (null: from 0 on) … */
  readonly above: bigint | null;
  /** … and up to this, inclusive (null: no bound). */
  readonly upTo: bigint | null;
  /** Currency per token; an absent class is unknown. Reasoning without a price of its own carries the output price. */
  readonly unit: Readonly<Partial<Record<TokenClass, Money>>>;
  /** What the snapshot writes, before factor, ratio and divisor. */
  readonly rates: ClassPrices;
  /** The variants that hold, and what they multiply token prices by. */
  readonly holding: readonly Variant[];
  readonly factor: Money;
  /** null = for every row, whatever its tier and region. */
  readonly under: Under | null;
  /** Currency per unit of each meter, or per token; a meter that is absent is unknown. */
  readonly meters: ReadonlyMap<string, Money>;
  /** Currency per charge. */
  readonly request: Money;
  readonly row: PriceRow;
}

/** A stretch of time in which one snapshot is in force. */
export interface PriceSpan {
  /** null = since ever. */
  readonly from: Instant | null;
  readonly snapshot: string;
}

export interface PriceBook {
  /** Ascending; the first reaches back, each holds until the next starts. */
  readonly spans: readonly PriceSpan[];
  readonly rows: readonly UnitPrices[];
  /** null where the snapshots tell no tiers, regions and hours apart. */
  readonly conditions: Conditions | null;
  /** How each meter is counted, as the first snapshot that names it says: validation reports those that disagree. */
  readonly meters: ReadonlyMap<string, Meter>;
}

/** `price × ratio ÷ divisor` (divisor 1, 1000 or 10^6: a shift of the decimal point), exact; null when it needs more than 18 decimals. */
export function unitPrice(price: Money, ratio: Money, divisor: bigint): Money | null {
  const shift = new Money(10).pow(1 - divisor.toString().length);
  const unit = price.times(ratio).times(shift);
  return decimalsOf(unit) > maxPriceDecimals ? null : unit;
}

/** The book of a period: the snapshots it names, in their order. Prices that do not fit, or are in another currency, are left out: validation has reported them. */
export function openPriceBook(period: Period, snapshots: readonly Snapshot[]): PriceBook {
  const spans = period.prices.map(({ from, snapshot }) => ({ from, snapshot }));
  const named = new Set(spans.map((span) => span.snapshot));
  const used = snapshots.filter(({ id, currency }) => named.has(id) && currency === period.currency);
  const conditions = conditionsOf(used);
  return { spans, rows: used.flatMap((snapshot) => unitPricesOf(snapshot, conditions)), conditions, meters: metersOf(used) };
}

/** One snapshot alone, in force at every time. */
export function bookOf(snapshot: Snapshot): PriceBook {
  const conditions = conditionsOf([snapshot]);
  return { spans: [{ from: null, snapshot: snapshot.id }], rows: unitPricesOf(snapshot, conditions), conditions, meters: snapshot.meters };
}

function metersOf(snapshots: readonly Snapshot[]): ReadonlyMap<string, Meter> {
  return new Map(snapshots.toReversed().flatMap(({ meters }) => [...meters]));
}

/** The price of a model for an input of a size, under the row's tier and region and the hours of a time (null = outside of them all). */
export function findPrice(
  { rows, conditions }: Pick<PriceBook, 'rows' | 'conditions'>,
  asked: { readonly snapshot: string; readonly model: string; readonly input: bigint; readonly selection: Selection; readonly at: Instant | null },
): UnitPrices | null {
  const part = weekPartAt(conditions, asked.snapshot, asked.at);
  const isUnder = ({ under }: UnitPrices): boolean =>
    under === null ||
    (under.serviceTier === asked.selection.serviceTier && under.region === asked.selection.region && (under.part === null || under.part === part));
  const holds = ({ above, upTo }: UnitPrices): boolean => (above === null || asked.input > above) && (upTo === null || asked.input <= upTo);
  return rows.find((row) => row.snapshot === asked.snapshot && row.billableModel === asked.model && holds(row) && isUnder(row)) ?? null;
}

/** Every model and tier of a snapshot, for every tier, region and part of the week that it tells apart. */
function unitPricesOf(snapshot: Snapshot, conditions: Conditions | null): UnitPrices[] {
  return snapshot.prices.flatMap((row) => variedRows(snapshot, row, conditions).flatMap((varied) => levelsOf(snapshot, row, varied)));
}

/** What a row costs under some conditions. */
interface Varied {
  readonly under: Under | null;
  readonly holding: readonly Variant[];
  readonly factor: Money;
  readonly base: ClassPrices;
  readonly tiers: PriceRow['tiers'];
}

function variedRows(snapshot: Snapshot, row: PriceRow, conditions: Conditions | null): Varied[] {
  const plain = { under: null, holding: [], factor: one, base: row.prices, tiers: row.tiers };
  if (conditions === null || !hasVariants(snapshot)) return [plain];
  const parts = row.variants.some(({ hours }) => hours !== null) ? [...Array(conditions.weeks.get(snapshot.id)?.count ?? 1).keys()] : [null];
  const selections = [null, ...conditions.tiers].flatMap((serviceTier) => [null, ...conditions.regions].map((region) => ({ serviceTier, region })));
  return selections.flatMap((selection) =>
    parts.flatMap((part): Varied[] => {
      const holding = variantsFor(snapshot, row, selection, { conditions, part: part ?? 0 });
      const priced = holding?.filter(({ prices }) => prices !== null) ?? [];
      // Which of two prices holds would be a guess, and so would be one that is still to be looked up.
      if (holding === null || priced.length > 1 || holding.some(({ factor }) => factor === null)) return [];
      const factor = holding.reduce((product, variant) => product.times(variant.factor ?? one), one);
      const own = priced[0]?.prices ?? { base: row.prices, tiers: row.tiers };
      return [{ under: { ...selection, part }, holding, factor, ...own }];
    }),
  );
}

const one = new Money(1);

function levelsOf(snapshot: Snapshot, row: PriceRow, { under, holding, factor, base, tiers }: Varied): UnitPrices[] {
  const bounds = tiers.map((tier) => tier.inputTokensAbove);
  return [base, ...tiers.map((tier) => tier.prices)].map((rates, tier) => ({
    snapshot: snapshot.id,
    billableModel: row.billableModel,
    tier,
    above: tier === 0 ? null : (bounds[tier - 1] ?? null),
    upTo: bounds[tier] ?? null,
    unit: unitsOf(rates, factor.times(row.ratio), snapshot.unitDivisor),
    rates,
    holding,
    factor,
    under,
    meters: meterUnits(snapshot, row, factor),
    request: row.requestPrice.times(row.ratio),
    row,
  }));
}

/** `price × ratio ÷ per`, or by the unit basis what is a part of a token class; a price that does not fit is left out: validation has reported it. */
function meterUnits({ meters, unitDivisor }: Snapshot, { meterPrices, ratio }: PriceRow, factor: Money): ReadonlyMap<string, Money> {
  return new Map(
    [...meterPrices].flatMap(([name, price]): [string, Money][] => {
      const meter = meters.get(name);
      if (meter === undefined) return [];
      const exact = meter.inside === null ? divideExactly(price.times(ratio), meter.per, maxPriceDecimals) : unitPrice(price, ratio.times(factor), unitDivisor);
      return exact === null ? [] : [[name, exact]];
    }),
  );
}

/** The rate of a class as it is written; reasoning without one of its own goes at that of output. */
export function rateOf(rates: ClassPrices, name: TokenClass): Money | undefined {
  return rates[name] ?? (name === 'reasoning' ? rates.output : undefined);
}

function unitsOf(rates: ClassPrices, ratio: Money, divisor: bigint): Partial<Record<TokenClass, Money>> {
  const unit: Partial<Record<TokenClass, Money>> = {};
  for (const name of tokenClasses) {
    const price = rateOf(rates, name);
    const exact = price === undefined ? null : unitPrice(price, ratio, divisor);
    if (exact !== null) unit[name] = exact;
  }
  return unit;
}

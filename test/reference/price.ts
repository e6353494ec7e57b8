/** What tokens cost at a time, and the declared rounding (SPEC §4). */
import { tokenClasses } from '../../src/model/evidence.ts';
import type { Instant } from '../../src/model/instant.ts';
import {
  type ClassPrices,
  type Meter,
  type PriceHours,
  type PriceRow,
  type PriceStart,
  type Rounding,
  type Snapshot,
  type Variant,
  weekdays,
} from '../../src/model/ledger.ts';
import { Money, zero } from '../../src/model/money.ts';
import type { ReferenceInput } from './input.ts';
import type { Row, Tokens } from './row.ts';

export type Cost = { readonly kind: 'cost'; readonly amount: Money } | { readonly kind: 'unpriced' } | { readonly kind: 'missing' };

/** Of the row that is priced: what it says of its service tier and region. */
export interface Choice {
  readonly tier: string | null;
  readonly region: string | null;
}

export function choiceOf({ content }: Row): Choice {
  return { tier: content.service_tier, region: content.region };
}

/** What tokens cost at a model's price of a time; they and the choice of tier and region may be those of two rows. */
export function costOf(input: ReferenceInput, model: string | null, { tokens, ...choice }: Choice & { readonly tokens: Tokens }, at: Instant): Cost {
  const snapshot = snapshotAt(input, at);
  const row = snapshot?.prices.find((price) => price.billableModel === model);
  if (snapshot === undefined || row === undefined) return { kind: 'unpriced' };
  const terms = termsOf(snapshot, row, choice, at);
  if (terms === null) return { kind: 'unpriced' };

  let prices: ClassPrices = terms.base;
  for (const tier of terms.tiers) {
    if (tokens.totalInput > tier.inputTokensAbove) prices = tier.prices;
  }
  const priceOf = { ...prices, reasoning: prices.reasoning ?? prices.output };

  for (const name of tokenClasses) {
    if ((tokens[name] ?? 0n) > 0n && priceOf[name] === undefined) return { kind: 'unpriced' };
  }
  for (const [name, quantity] of tokens.quantities) {
    if (quantity.gt(0) && !row.meterPrices.has(name)) return { kind: 'unpriced' };
  }
  if (row.needs !== null && !row.needs.every((name) => tokens.quantities.has(name))) return { kind: 'missing' };
  for (const name of row.needs === null ? (['input', 'output'] as const) : []) {
    const isFree = priceOf[name]?.isZero() ?? false;
    if (tokens[name] === null && !isFree) return { kind: 'missing' };
  }
  let amount = row.requestPrice.times(row.ratio);
  for (const name of tokenClasses) {
    const count = tokens[name] ?? 0n;
    const unitPrice = (priceOf[name] ?? zero).times(terms.factor).times(row.ratio).div(snapshot.unitDivisor.toString());
    amount = amount.plus(unitPrice.times(count.toString()));
  }
  for (const [name, quantity] of tokens.quantities) {
    const meter = metersOf(input).get(name);
    const factor = meter?.inside === null ? new Money(1) : terms.factor;
    amount = amount.plus(
      priceOfUnit(snapshot, row, name)
        .times(factor)
        .times(meter?.whole === 'up' ? quantity.ceil() : quantity),
    );
  }
  return { kind: 'cost', amount };
}

/** How each meter is counted: the first snapshot of the period that names it says so. */
export function metersOf({ period, snapshots }: ReferenceInput): ReadonlyMap<string, Meter> {
  const named = snapshots.filter(({ id }) => period.prices.some(({ snapshot }) => snapshot === id));
  return new Map(named.toReversed().flatMap(({ meters }) => [...meters]));
}

/** What one unit of a meter costs, before factors; nothing where it has no price. */
function priceOfUnit({ meters, unitDivisor }: Snapshot, { meterPrices, ratio }: PriceRow, name: string): Money {
  const meter = meters.get(name);
  const per = meter?.inside === null ? meter.per : unitDivisor.toString();
  return (meterPrices.get(name) ?? zero).times(ratio).div(per);
}

/** What one unit of a meter costs a model at a time; null where it has no price. */
export function meterPriceAt(input: ReferenceInput, model: string | null, name: string, at: Instant): Money | null {
  const snapshot = snapshotAt(input, at);
  const row = snapshot?.prices.find((price) => price.billableModel === model);
  return snapshot === undefined || row?.meterPrices.has(name) !== true ? null : priceOfUnit(snapshot, row, name);
}

interface PriceTerms extends NonNullable<Variant['prices']> {
  readonly factor: Money;
}

/** The row as its variants make it; null where a tier or region is told by none of them, or two would put their prices in its place. */
function termsOf({ standard }: Snapshot, row: PriceRow, choice: Choice, at: Instant): PriceTerms | null {
  let terms: PriceTerms = { base: row.prices, tiers: row.tiers, factor: new Money(1) };
  if (standard === null) return terms;
  let told: (string | null)[] = [...standard, null];
  let replaced = 0;
  for (const variant of row.variants) {
    if (variant.serviceTier !== null && variant.serviceTier !== choice.tier) continue;
    if (variant.region !== null && variant.region !== choice.region) continue;
    told = [...told, variant.serviceTier, variant.region];
    if (variant.hours !== null && !isWithin(variant.hours, at)) continue;
    terms = { ...terms, ...variant.prices, factor: terms.factor.times(variant.factor ?? Number.NaN) };
    replaced += variant.prices === null ? 0 : 1;
  }
  return told.includes(choice.tier) && told.includes(choice.region) && replaced < 2 ? terms : null;
}

/** Hours that pass midnight belong to the day on which they began. */
function isWithin({ start, end, days }: PriceHours, at: Instant): boolean {
  const date = new Date(Number(at / 1000n));
  const minute = date.getUTCHours() * 60 + date.getUTCMinutes();
  const isOn = (daysBefore: number): boolean => days.includes(weekdays[(date.getUTCDay() + 6 - daysBefore) % 7] ?? 'mon');
  if (start < end) return isOn(0) && start <= minute && minute < end;
  return (isOn(0) && start <= minute) || (isOn(1) && minute < end);
}

/** The latest start that is not after `at`; before every start the first snapshot reaches back. */
export function snapshotAt(input: ReferenceInput, at: Instant): Snapshot | undefined {
  let inForce: PriceStart | undefined = input.period.prices[0];
  for (const start of input.period.prices) {
    if (start.from !== null && start.from <= at) inForce = start;
  }
  return input.snapshots.find((snapshot) => snapshot.id === inForce?.snapshot);
}

/** In the period's currency; without a rate nothing is rounded. */
export function roundingOf({ contract, period }: ReferenceInput): Rounding | null {
  const { rounding } = contract;
  if (rounding?.currency === undefined || rounding.currency === period.currency) return rounding;
  const rate = period.fx.get(rounding.currency);
  return rate === undefined ? null : { ...rounding, quantum: rounding.quantum.times(rate), minimum: rounding.minimum?.times(rate) ?? null };
}

export function roundCost(cost: Money, rounding: Rounding | null): Money {
  if (rounding === null) return cost;
  const { quantum, mode, minimum } = rounding;
  const whole = cost.abs().divToInt(quantum);
  const rest = cost.abs().minus(whole.times(quantum));
  const half = rest.times(2).comparedTo(quantum);
  const isOdd = !whole.mod(2).isZero();
  const goesUp = {
    'half-up': half >= 0,
    'half-even': half > 0 || (half === 0 && isOdd),
    up: rest.gt(0),
    down: false,
  }[mode];
  const size = whole.plus(goesUp ? 1 : 0).times(quantum);
  const result = cost.isNegative() ? size.negated() : size;
  return minimum !== null && cost.gt(0) && result.lt(minimum) ? new Money(minimum) : result;
}

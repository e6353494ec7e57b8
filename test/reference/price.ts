/** What tokens cost at a time, and the declared rounding (SPEC §4). */
import { tokenClasses } from '../../src/model/evidence.ts';
import type { Instant } from '../../src/model/instant.ts';
import type { ClassPrices, PriceStart, Rounding, Snapshot } from '../../src/model/ledger.ts';
import { Money, zero } from '../../src/model/money.ts';
import type { ReferenceInput } from './input.ts';
import type { Tokens } from './row.ts';

export type Cost = { readonly kind: 'cost'; readonly amount: Money } | { readonly kind: 'unpriced' } | { readonly kind: 'missing' };

export function costOf(input: ReferenceInput, model: string | null, tokens: Tokens, at: Instant): Cost {
  const snapshot = snapshotAt(input, at);
  const row = snapshot?.prices.find((price) => price.billableModel === model);
  if (snapshot === undefined || row === undefined) return { kind: 'unpriced' };

  let prices: ClassPrices = row.prices;
  for (const tier of row.tiers) {
    if (tokens.totalInput > tier.inputTokensAbove) prices = tier.prices;
  }
  const priceOf = { ...prices, reasoning: prices.reasoning ?? prices.output };

  for (const name of tokenClasses) {
    if ((tokens[name] ?? 0n) > 0n && priceOf[name] === undefined) return { kind: 'unpriced' };
  }
  for (const name of ['input', 'output'] as const) {
    const isFree = priceOf[name]?.isZero() ?? false;
    if (tokens[name] === null && !isFree) return { kind: 'missing' };
  }
  let amount = row.requestPrice.times(row.ratio);
  for (const name of tokenClasses) {
    const count = tokens[name] ?? 0n;
    const unitPrice = (priceOf[name] ?? zero).times(row.ratio).div(snapshot.unitDivisor.toString());
    amount = amount.plus(unitPrice.times(count.toString()));
  }
  return { kind: 'cost', amount };
}

/** The latest start that is not after `at`; before every start the first snapshot reaches back. */
function snapshotAt(input: ReferenceInput, at: Instant): Snapshot | undefined {
  let inForce: PriceStart | undefined = input.period.prices[0];
  for (const start of input.period.prices) {
    if (start.from !== null && start.from <= at) inForce = start;
  }
  return input.snapshots.find((snapshot) => snapshot.id === inForce?.snapshot);
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

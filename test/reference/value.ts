/** What a charge is worth and what a request should have cost (SPEC §4). */
import type { Status } from '../../src/model/evidence.ts';
import type { Instant } from '../../src/model/instant.ts';
import { type Money, sumMoney, zero } from '../../src/model/money.ts';
import type { ReferenceInput } from './input.ts';
import { isCounted, type Matching, pricedAt, type Request } from './match.ts';
import { choiceOf, type Cost, costOf, meterPriceAt, metersOf, roundCost, roundingOf } from './price.ts';
import { isCharge, type Row, type Tokens } from './row.ts';

export function isBillable(input: ReferenceInput, status: Status | null): boolean {
  return status === null || input.contract.billing[status] !== 'not-billable';
}

/** By the status that decides: the charge's own, else its request's final status. */
export function isChargeBillable(input: ReferenceInput, matching: Matching, charge: Row): boolean {
  return isBillable(input, charge.status ?? matching.requestOf.get(charge)?.final?.status ?? null);
}

export function ownCost(input: ReferenceInput, matching: Matching, charge: Row): Cost {
  return costOf(input, charge.content.model_billed, { tokens: servedTokens(input, matching, charge), ...choiceOf(charge) }, pricedAt(input, matching, charge));
}

/** The counts of a charge; one that serves takes from its request what it leaves empty and its price counts. */
function servedTokens(input: ReferenceInput, matching: Matching, charge: Row): Tokens {
  const request = matching.requestOf.get(charge);
  if (request?.serving !== charge || !isCounted(request)) return charge.tokens;
  const quantities = new Map(charge.tokens.quantities);
  for (const [name, quantity] of expectedTokens(input, request)?.quantities ?? []) {
    const isPart = metersOf(input).get(name)?.inside !== null;
    const isPriced = meterPriceAt(input, charge.content.model_billed, name, pricedAt(input, matching, charge)) !== null;
    if (!isPart && !quantities.has(name) && quantity.gt(0) && isPriced) quantities.set(name, quantity);
  }
  return { ...charge.tokens, quantities };
}

/** What a serving charge counts beside tokens beyond its request, at the price of its own model. */
export function meterDifference(input: ReferenceInput, matching: Matching, charge: Row): Money {
  const request = matching.requestOf.get(charge);
  if (request === undefined) return zero;
  const theirs = servedTokens(input, matching, charge).quantities;
  const ours = expectedTokens(input, request)?.quantities ?? new Map<string, Money>();
  const meters = metersOf(input);
  const priced = (name: string, quantity: Money | undefined): Money => {
    const counted = quantity ?? zero;
    return meters.get(name)?.whole === 'up' ? counted.ceil() : counted;
  };
  const differences = [...new Set([...theirs.keys(), ...ours.keys()])].flatMap((name) => {
    const price = meters.get(name)?.inside === null ? meterPriceAt(input, charge.content.model_billed, name, pricedAt(input, matching, charge)) : null;
    return price === null
      ? []
      : [
          priced(name, theirs.get(name))
            .minus(priced(name, ours.get(name)))
            .times(price),
        ];
  });
  return sumMoney(differences);
}

export interface Valuation {
  readonly value: Money;
  /** The value after the declared rounding, which costs alone undergo. */
  readonly rounded: Money;
  readonly isAtCost: boolean;
  /** What something else than the balance pays of the rounded cost, as a negative amount. */
  readonly covered: Money;
  /** What the provider says, else what we compute; 0 where neither can be had. */
  readonly charged: Money;
}

export function valuate(input: ReferenceInput, matching: Matching, charge: Row): Valuation {
  const cost = ownCost(input, matching, charge);
  const reported = reportedOf(input, matching, charge);
  const isFree = !isChargeBillable(input, matching, charge) && reported === null;
  if (!isFree && cost.kind === 'cost') {
    const rounded = roundCost(cost.amount, roundingOf(input));
    const covered = reported === null ? zero : coveredOf(input, charge, rounded, reported.isZero());
    return { value: cost.amount, rounded, isAtCost: true, covered, charged: reported ?? rounded };
  }
  const value = reported ?? zero;
  return { value, rounded: value, isAtCost: false, covered: zero, charged: value };
}

/** All of it where nothing is charged, all but the declared fee where something is; nothing of what is not said to be charged. */
function coveredOf({ contract }: ReferenceInput, { coveredBy }: Row, rounded: Money, isFree: boolean): Money {
  if (coveredBy === 'wallet') return zero;
  if (isFree) return rounded.negated();
  const fee = contract.coverFees[coveredBy];
  return fee === undefined ? zero : rounded.times(fee).minus(rounded);
}

/** What a row reports is that of its whole answer: a part that has a cost is due with it, and the row's own charge is left with the rest. */
export function reportedOf(input: ReferenceInput, matching: Matching, charge: Row): Money | null {
  const { amount, parts } = charge.whole ?? charge;
  if (amount === null || !isCharge(charge)) return amount;
  const dueFor = (part: Row): Money | null => {
    const cost = ownCost(input, matching, part);
    if (cost.kind !== 'cost') return null;
    const rounded = roundCost(cost.amount, roundingOf(input));
    return rounded.plus(coveredOf(input, part, rounded, amount.isZero()));
  };
  return charge.whole === null ? parts.reduce((rest, part) => rest.minus(dueFor(part) ?? zero), amount) : dueFor(charge);
}

/** Whether the counts of the serving charge stand for those that a stopped client could not make. */
export function isCountedByProvider(input: ReferenceInput, { final, expected, serving }: Request): boolean {
  if (final === null || expected === null || serving === null || !isBillable(input, final.status)) return false;
  if (final.status !== 'timeout' && final.status !== 'canceled') return false;
  if (input.clientStopped[final.status] !== 'provider-counts') return false;
  const lacksCounts = (tokens: Tokens): boolean => costOf(input, expected.model, { tokens, ...choiceOf(final) }, final.at).kind === 'missing';
  return lacksCounts(final.tokens) && !lacksCounts(serving.tokens);
}

/** The counts by which a request is expected to cost. */
export function expectedTokens(input: ReferenceInput, request: Request): Tokens | null {
  return isCountedByProvider(input, request) ? (request.serving?.tokens ?? null) : (request.final?.tokens ?? null);
}

/** Cost of these counts at the expected model, at a time, in the tier and region of the final row or of another one. */
export function expectedCostAt(input: ReferenceInput, request: Request, at: Instant, choosing: Row | null = request.final): Cost {
  const tokens = expectedTokens(input, request);
  if (tokens === null || request.expected === null || choosing === null) return { kind: 'unpriced' };
  return costOf(input, request.expected.model, { tokens, ...choiceOf(choosing) }, at);
}

/** E(request) of a counted request. */
export function expectedOf(input: ReferenceInput, request: Request): Money {
  if (request.final === null || !isBillable(input, request.final.status)) return zero;
  const cost = expectedCostAt(input, request, request.final.at);
  return cost.kind === 'cost' ? cost.amount : zero;
}

/** What a charge is worth and what a request should have cost (SPEC §4). */
import type { Status } from '../../src/model/evidence.ts';
import type { Instant } from '../../src/model/instant.ts';
import { type Money, zero } from '../../src/model/money.ts';
import type { ReferenceInput } from './input.ts';
import type { Matching, Request } from './match.ts';
import { choiceOf, type Cost, costOf, roundCost } from './price.ts';
import type { Row, Tokens } from './row.ts';

export function isBillable(input: ReferenceInput, status: Status | null): boolean {
  return status === null || input.contract.billing[status] !== 'not-billable';
}

/** By the status that decides: the charge's own, else its request's final status. */
export function isChargeBillable(input: ReferenceInput, matching: Matching, charge: Row): boolean {
  return isBillable(input, charge.status ?? matching.requestOf.get(charge)?.final?.status ?? null);
}

export function ownCost(input: ReferenceInput, charge: Row): Cost {
  return costOf(input, charge.content.model_billed, { tokens: charge.tokens, ...choiceOf(charge) }, charge.at);
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
  const cost = ownCost(input, charge);
  const isFree = !isChargeBillable(input, matching, charge) && charge.amount === null;
  if (!isFree && cost.kind === 'cost') {
    const rounded = roundCost(cost.amount, input.contract.rounding);
    return { value: cost.amount, rounded, isAtCost: true, covered: coveredOf(input, charge, rounded), charged: charge.amount ?? rounded };
  }
  const value = charge.amount ?? zero;
  return { value, rounded: value, isAtCost: false, covered: zero, charged: value };
}

/** All of it where nothing is charged, all but the declared fee where something is; nothing of what is not said to be charged. */
function coveredOf({ contract }: ReferenceInput, { coveredBy, amount }: Row, rounded: Money): Money {
  if (coveredBy === 'wallet' || amount === null) return zero;
  if (amount.isZero()) return rounded.negated();
  const fee = contract.coverFees[coveredBy];
  return fee === undefined ? zero : rounded.times(fee).minus(rounded);
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

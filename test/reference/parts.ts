/** Every part of the bridge: what one charge, else one request, puts into one step (SPEC §4.1). */
import { explainedSteps, type RowStep } from '../../src/model/bridge.ts';
import { type CanonicalColumn, canonicalColumns } from '../../src/model/evidence.ts';
import type { Instant } from '../../src/model/instant.ts';
import { type Money, zero } from '../../src/model/money.ts';
import { stepsOfAmendments } from './amend.ts';
import type { CanonicalRow, OpenItem, ReferenceInput } from './input.ts';
import { isFallbackOf } from './mapping.ts';
import { isCounted, type Matching, pricedAt, type Request } from './match.ts';
import { isLinkedToCounted, isScopeExplained, isTransitExplained, stepOf, unchargedStepOf } from './place.ts';
import { choiceOf, costOf, metersOf } from './price.ts';
import { parseTokens, type Row } from './row.ts';
import { expectedCostAt, expectedOf, expectedTokens, isBillable, meterDifference, valuate } from './value.ts';

/** A charge, duplicate or amendment, or a request without charge. */
export interface Line {
  /** The row that orders it and gives its time: its own, or the final row of the request. */
  readonly row: Row;
  readonly at: Instant;
  /** What an exception names it by. */
  readonly id: string | null;
  readonly model: string | null;
  /** The row that gives the keys of every cut but the one by model. */
  readonly keys: Row;
  /** The key that the provider's row names, else that of `keys`; of a request, that of its serving charge first. */
  readonly key: string | null;
  /** The account, found as the key is. */
  readonly account: string | null;
  /** Its keys in the cut by model. */
  readonly billedKey: string;
  readonly expectedKey: string;
}

/** What belongs to the billed model, and what to the expected one; together they are the amount. */
export interface Sides {
  readonly billed: Money;
  readonly expected: Money;
}

export interface Part extends Sides {
  readonly line: Line;
  readonly step: RowStep;
  readonly isExplained: boolean;
}

const emptyRow = Object.fromEntries(canonicalColumns.map((column) => [column, null])) as Record<CanonicalColumn, null> as CanonicalRow;

export function amountOf({ billed, expected }: Sides): Money {
  return billed.plus(expected);
}

export function partsOf(input: ReferenceInput, matching: Matching): Part[] {
  const amendments = [...stepsOfAmendments(input, matching)];
  return [
    ...[...matching.requests.values()].filter(isCounted).flatMap((request) => requestParts(input, request)),
    ...matching.charges.flatMap((charge) => chargeParts(input, matching, charge)),
    ...matching.duplicates.map((row) => billedPart(rowLine(matching, row), 'duplicate', valuate(input, matching, row).charged)),
    ...amendments.map(([row, { step, isExplained }]) => ({ ...billedPart(rowLine(matching, row), step, row.amount ?? zero), isExplained })),
  ];
}

export function rowLine(matching: Matching, row: Row): Line {
  const request = matching.requestOf.get(row);
  return {
    row,
    at: row.at,
    id: request?.id ?? row.requestId ?? row.providerRequestId,
    model: row.content.model_billed,
    keys: request?.final ?? row,
    key: row.content.key_ref ?? request?.final?.content.key_ref ?? null,
    account: row.content.account_ref ?? request?.final?.content.account_ref ?? null,
    billedKey: row.content.model_billed ?? '(none)',
    expectedKey: expectedKeyOf(request),
  };
}

export function requestLine(request: Request, final: Row): Line {
  const model = request.expected?.model ?? null;
  const key = expectedKeyOf(request);
  return {
    row: final,
    at: final.at,
    id: request.id,
    model,
    keys: final,
    key: request.serving?.content.key_ref ?? final.content.key_ref,
    account: request.serving?.content.account_ref ?? final.content.account_ref,
    billedKey: key,
    expectedKey: key,
  };
}

function expectedKeyOf(request: Request | undefined): string {
  return request?.expected?.model ?? '(unmapped)';
}

function partOf(line: Line, step: RowStep, sides: Sides): Part {
  return { line, step, ...sides, isExplained: explainedSteps.includes(step) };
}

function billedPart(line: Line, step: RowStep, billed: Money): Part {
  return partOf(line, step, { billed, expected: zero });
}

function expectedPart(line: Line, step: RowStep, expected: Money): Part {
  return partOf(line, step, { billed: zero, expected });
}

function requestParts(input: ReferenceInput, request: Request): Part[] {
  const { final } = request;
  if (final === null) return [];
  const line = requestLine(request, final);
  const expected = expectedOf(input, request);
  const own = { ...expectedPart(line, 'expected', expected), isExplained: true };
  if (request.charges.length > 0) return [own];
  const step = unchargedStepOf(input, request, final);
  const missing = expectedPart(line, step, expected.negated());
  return [own, step === 'in_transit' ? { ...missing, isExplained: isTransitExplained(input, request, final) } : missing];
}

function chargeParts(input: ReferenceInput, matching: Matching, charge: Row): Part[] {
  const line = rowLine(matching, charge);
  const { value, rounded, covered, charged } = valuate(input, matching, charge);
  const rounding = [
    billedPart(line, 'rounding', rounded.minus(value)),
    billedPart(line, 'covered', covered),
    billedPart(line, 'price_difference', charged.minus(rounded).minus(covered)),
  ];
  const request = matching.requestOf.get(charge);
  if (request?.serving === charge && isLinkedToCounted(matching, charge)) {
    return [...rounding, ...servingParts(input, matching, request, charge)];
  }
  const step = stepOf(input, matching, charge);
  if (step === 'serving') throw new Error('only the serving charge of a counted request gets here');
  if (step === 'carried_forward') {
    const item = matching.itemOf.get(charge);
    if (item === undefined) throw new Error('a charge that settles an item has one');
    return [
      ...rounding,
      billedPart(line, step, item.expected),
      ...settlingParts(input, matching, item, charge).map(([name, amount]) => billedPart(line, name, amount)),
    ];
  }
  const part = billedPart(line, step, value);
  return [...rounding, step === 'out_of_scope' ? { ...part, isExplained: isScopeExplained(input, matching, charge) } : part];
}

/** Splits value − E of a charge that settles an open item, all of it under its billed model (SPEC §14). */
function settlingParts(input: ReferenceInput, matching: Matching, { details, expected, at }: OpenItem, charge: Row): [RowStep, Money][] {
  const { value } = valuate(input, matching, charge);
  const chargedAt = pricedAt(input, matching, charge);
  if (details === null || metersOf(input).size > 0) return [['token_difference', value.minus(expected)]];
  const tokens = parseTokens({ ...emptyRow, ...details.row });
  const [own, theirs] = [{ tier: details.row.service_tier, region: details.row.region }, choiceOf(charge)];
  const timed = costOf(input, details.model, { tokens, ...own }, chargedAt);
  if (details.model === null || timed.kind === 'unpriced') return [['unpriced', value.minus(expected)]];
  if (timed.kind === 'missing') return [['missing_usage', value.minus(expected)]];
  const varied = costOf(input, details.model, { tokens, ...theirs }, chargedAt);
  const asBilled = varied.kind === 'cost' ? varied.amount : timed.amount;
  const moved: [RowStep, Money][] = [
    ['price_timing', timed.amount.minus(expected)],
    ['tier_difference', asBilled.minus(timed.amount)],
  ];

  const model = charge.content.model_billed;
  if (model === details.model) return [...moved, ['token_difference', value.minus(asBilled)]];
  const servingCost = costOf(input, model, { tokens, ...theirs }, chargedAt);
  const served = servingCost.kind === 'cost' ? servingCost.amount : value;
  const step = isFallbackOf(input.mappings, { model: details.model, primaries: details.primaries }, model, at) ? 'fallback' : 'model_drift';
  return [...moved, [step, served.minus(asBilled)], ['token_difference', value.minus(served)]];
}

/** Splits value − E of the serving charge of a counted request. */
function servingParts(input: ReferenceInput, matching: Matching, request: Request, charge: Row): Part[] {
  const { final, expected } = request;
  if (final === null) throw new Error('a counted request has a final row');
  const line = rowLine(matching, charge);
  const { value } = valuate(input, matching, charge);
  const expectedCost = expectedOf(input, request);
  const whole = (step: RowStep): Part[] => [partOf(line, step, { billed: value, expected: expectedCost.negated() })];

  const step = stepOf(input, matching, charge);
  if (step === 'unpriced' || step === 'missing_usage' || step === 'non_billable') return whole(step);
  if (!isBillable(input, final.status)) return whole('status_difference');
  const tokens = expectedTokens(input, request);
  const atFinal = expectedCostAt(input, request, final.at);
  const chargedAt = pricedAt(input, matching, charge);
  const atCharge = expectedCostAt(input, request, chargedAt);
  if (expected === null || tokens === null || atFinal.kind === 'unpriced' || atCharge.kind === 'unpriced') return whole('unpriced');
  if (atFinal.kind === 'missing' || atCharge.kind === 'missing') return whole('missing_usage');

  const timing = expectedPart(line, 'price_timing', atCharge.amount.minus(expectedCost));
  const varied = expectedCostAt(input, request, chargedAt, charge);
  const asBilled = varied.kind === 'cost' ? varied.amount : atCharge.amount;
  const tier = {
    ...expectedPart(line, 'tier_difference', asBilled.minus(atCharge.amount)),
    isExplained: input.contract.tiers === 'provider-decides',
  };
  const model = charge.content.model_billed;
  const beside = meterDifference(input, matching, charge);
  const counted = (amount: Money): Part[] => [billedPart(line, 'token_difference', amount.minus(beside)), billedPart(line, 'meter_difference', beside)];
  if (model === expected.model) return [timing, tier, ...counted(value.minus(asBilled))];

  const servingCost = costOf(input, model, { tokens, ...choiceOf(charge) }, chargedAt);
  const served = servingCost.kind === 'cost' ? servingCost.amount : value;
  const modelStep = isFallbackOf(input.mappings, expected, model, final.at) ? 'fallback' : 'model_drift';
  const moved = [timing, tier, partOf(line, modelStep, { billed: served, expected: asBilled.negated() })];
  return servingCost.kind === 'cost' ? [...moved, ...counted(value.minus(served))] : moved;
}

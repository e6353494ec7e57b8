/** Where a charge stands and why a request has none: the rows of SPEC §4.1's table, and whether that explains it (§5). */
import type { ReferenceInput } from './input.ts';
import { isFallbackOf } from './mapping.ts';
import { isCounted, isDeclaredElsewhere, type Matching, type Request } from './match.ts';
import type { Row } from './row.ts';
import { isBillable, isChargeBillable, ownCost, reportedOf } from './value.ts';

type Place = 'unlinked' | 'gateway_only' | 'carried_forward' | 'out_of_period' | 'out_of_scope';
type AttemptStep = 'unbacked' | 'retry' | 'fallback' | 'model_drift' | 'serving';
type ChargeStep = 'unpriced' | 'missing_usage' | 'non_billable' | Place | AttemptStep;

/** Rows 1 to 13. */
export function stepOf(input: ReferenceInput, matching: Matching, charge: Row): ChargeStep {
  const isFree = !isChargeBillable(input, matching, charge);
  const cost = ownCost(input, matching, charge);
  if (cost.kind === 'unpriced') return 'unpriced';
  if (cost.kind === 'missing' && !(isFree && reportedOf(input, matching, charge) === null)) return 'missing_usage';
  const place = placeOf(matching, charge);
  if (place !== null) return place;
  if (isFree) return 'non_billable';
  return attemptStepOf(input, matching, charge);
}

/** Rows 3 to 7, whatever the charge is worth; null = its request is counted. */
export function placeOf(matching: Matching, charge: Row): Place | null {
  const request = matching.requestOf.get(charge);
  const item = matching.itemOf.get(charge);
  if (item !== undefined && matching.settling.get(item) === charge) return 'carried_forward';
  // Its request is known by the close before, and older than the period.
  if (item !== undefined && (request === undefined || request.final === null)) return 'out_of_period';
  if (request === undefined) return 'unlinked';
  if (request.final === null) return 'gateway_only';
  if (!request.inPeriod) return 'out_of_period';
  if (!request.inScope) return 'out_of_scope';
  return null;
}

/** Rows 9 to 13: what the charge is to its counted request. */
export function attemptStepOf(input: ReferenceInput, matching: Matching, charge: Row): AttemptStep {
  const request = matching.requestOf.get(charge);
  if (request === undefined || request.final === null) throw new Error('a charge of a counted request is expected here');
  const { serving, backed, expected, final } = request;
  if (charge === serving) return 'serving';
  if (!backed.has(charge)) return 'unbacked';
  const model = charge.content.model_billed;
  if (charge.whole !== null) return input.contract.advisors.some((advisor) => advisor === model) ? 'fallback' : 'model_drift';
  if (model === serving?.content.model_billed) return 'retry';
  if (expected === null) return 'model_drift';
  if (model === expected.model || isFallbackOf(input.mappings, expected, model, final.at)) return 'fallback';
  return 'model_drift';
}

export function isLinkedToCounted(matching: Matching, charge: Row): boolean {
  const request = matching.requestOf.get(charge);
  return request !== undefined && isCounted(request);
}

export type UnchargedStep = 'not_billable' | 'not_forwarded' | 'in_transit' | 'not_charged';

export function unchargedStepOf(input: ReferenceInput, request: Request, final: Row): UnchargedStep {
  if (!isBillable(input, final.status)) return 'not_billable';
  if (input.layers.gateway !== null && request.gatewayRows.length === 0) return 'not_forwarded';
  if (isWithinDelay(input, final) || request.chargedAfterEnd.length > 0) return 'in_transit';
  return 'not_charged';
}

/** Late enough that the provider may not have written it down yet. Without a word about finality it is final to the end. */
function isWithinDelay({ layers: { provider }, period }: ReferenceInput, final: Row): boolean {
  return final.at >= (provider?.finalizedThrough ?? period.end) - (provider?.delay ?? 0n);
}

/** Whether a request in transit may well be: its charge is not due yet, or came after the end and no later than it may. */
export function isTransitExplained(input: ReferenceInput, request: Request, final: Row): boolean {
  const delay = input.layers.provider?.delay ?? 0n;
  return isWithinDelay(input, final) || request.chargedAfterEnd.some((at) => at <= final.at + delay);
}

/** Whether another period answers for a charge that stands out of this one's scope. */
export function isScopeExplained(input: ReferenceInput, matching: Matching, charge: Row): boolean {
  const request = matching.requestOf.get(charge);
  return request !== undefined && isDeclaredElsewhere(input, request);
}

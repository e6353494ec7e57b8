/** The reference: SPEC §3 and §4 in plain loops, slow and obvious, to check the engine against. */
import { countSteps, cutNames, rowSteps } from '../../src/model/bridge.ts';
import type { CountStep, CutName, RowStep } from '../../src/model/bridge.ts';
import { tokenClasses } from '../../src/model/evidence.ts';
import type { Status, TokenClass } from '../../src/model/evidence.ts';
import { dayOf } from '../../src/model/instant.ts';
import { formatMoney, sumMoney, zero } from '../../src/model/money.ts';
import type { Money } from '../../src/model/money.ts';
import type { CutRow, LogCounts, ProviderCounts, Reconciliation, StepAmount } from '../../src/model/reconciliation.ts';
import type { ReferenceInput } from './input.ts';
import { isFallbackOf, roleOf } from './mapping.ts';
import { applicationAttempts, isCounted, matchRows } from './match.ts';
import type { LogRows, Matching, Request } from './match.ts';
import { costOf, roundCost } from './price.ts';
import type { Cost } from './price.ts';
import { compareText, earliest, sorted } from './row.ts';
import type { Row } from './row.ts';

/** Money that one line puts into a step; parts of one line, step and key are one net part. */
interface Entry {
  /** The charge, duplicate or refund; for an uncharged request and for `expected`, the request. */
  readonly line: Row | Request;
  readonly step: RowStep;
  readonly amount: Money;
  /** Key of `by_model`. */
  readonly model: string;
  /** The row that gives the keys of the other cuts. */
  readonly keys: Row;
}

export function referenceReconcile(input: ReferenceInput): Reconciliation {
  const matching = matchRows(input);
  const refunds = fittingRefunds(input, matching);
  const entries = [
    ...[...matching.requests.values()].flatMap((request) => requestEntries(input, request)),
    ...matching.charges.flatMap((charge) => chargeEntries(input, matching, charge)),
    ...matching.duplicates.map((duplicate) => duplicateEntry(input, matching, duplicate)),
    ...matching.refunds.map((row) => lineEntry(matching, row, refunds.has(row) ? 'refund' : 'adjustment', row.amount ?? zero)),
  ];
  const counted = [...matching.requests.values()].filter(isCounted);
  const linked = matching.charges.filter((charge) => isLinkedToCounted(matching, charge));
  return {
    steps: stepAmounts(entries),
    cuts: cutsOf(input, entries),
    countBridge: countBridge(input, matching),
    counts: {
      application: applicationCounts(input, matching.application, counted),
      gateway: matching.gateway === null ? null : gatewayCounts(matching.gateway),
      comparable: matching.charges.filter((charge) => placeOf(matching, charge) !== 'carried_forward').length,
      provider: providerCounts(matching, refunds.size),
      linkedCharges: linked.length,
      linkedAnywhere: matching.charges.filter((charge) => matching.requestOf.has(charge) || matching.itemOf.has(charge)).length,
      requestsWithCharge: counted.filter((request) => request.charges.length > 0).length,
    },
    tokens: tokenTotals(
      counted.flatMap((request) => request.final ?? []),
      matching.charges,
    ),
    setAsideAmounts: setAsideAmounts(matching),
    totals: { providerReported: '0', providerComputed: '0' },
    providerCounted: { count: 0, expected: '0' },
    freeCharges: { count: 0, cost: '0' },
    exceptionParts: [],
    exceptionUses: [],
  };
}

/** Negative rows of kind refund or adjustment that give back no more than was charged, in order of time. */
function fittingRefunds(input: ReferenceInput, matching: Matching): Set<Row> {
  const fitting = new Set<Row>();
  const familyOf = (row: Row): string | null => matching.requestOf.get(row)?.id ?? null;
  const moneyOf = (charge: Row): Money => {
    const { cost } = valuate(input, matching, charge);
    return charge.amount ?? (cost === null ? zero : roundCost(cost, input.contract.rounding));
  };
  const taken: { row: Row; charge: Row | null; family: string | null; size: Money }[] = [];
  for (const row of sorted(matching.refunds, earliest)) {
    if (row.amount === null || !row.amount.lt(0)) continue;
    const charge = matching.charges.find(({ providerRequestId }) => providerRequestId !== null && providerRequestId === row.providerRequestId) ?? null;
    const family = charge === null ? familyOf(row) : familyOf(charge);
    const own = matching.charges.filter((one) => family !== null && familyOf(one) === family);
    if (charge === null && own.length === 0) continue;
    const size = row.amount.negated();
    const ofCharge = sumMoney([size, ...taken.filter((one) => charge !== null && one.charge === charge).map((one) => one.size)]);
    const ofFamily = sumMoney([size, ...taken.filter((one) => family !== null && one.family === family).map((one) => one.size)]);
    if (charge !== null && ofCharge.gt(moneyOf(charge))) continue;
    if (family !== null && ofFamily.gt(sumMoney(own.map(moneyOf)))) continue;
    taken.push({ row, charge, family, size });
    fitting.add(row);
  }
  return fitting;
}

// ---- what a row is worth

function isBillable(input: ReferenceInput, status: Status | null): boolean {
  return status === null || input.contract.billing[status] !== 'not-billable';
}

/** The status that decides billability: the charge's own, else its request's final status. */
function billingStatus(matching: Matching, charge: Row): Status | null {
  return charge.status ?? matching.requestOf.get(charge)?.final?.status ?? null;
}

function ownCost(input: ReferenceInput, charge: Row): Cost {
  return costOf(input, charge.content.model_billed, charge.tokens, charge.at);
}

interface Valuation {
  readonly value: Money;
  /** null when the charge is not valued at cost. */
  readonly cost: Money | null;
}

function valuate(input: ReferenceInput, matching: Matching, charge: Row): Valuation {
  if (!isBillable(input, billingStatus(matching, charge)) && charge.amount === null) return { value: zero, cost: null };
  const cost = ownCost(input, charge);
  if (cost.kind === 'cost') return { value: cost.amount, cost: cost.amount };
  return { value: charge.amount ?? zero, cost: null };
}

/** Cost of the final row's tokens at the expected model, at a time. */
function expectedCostAt(input: ReferenceInput, request: Request, at: bigint): Cost {
  if (request.final === null || request.expected === null) return { kind: 'unpriced' };
  return costOf(input, request.expected.model, request.final.tokens, at);
}

/** E(request) of a counted request. */
function expectedOf(input: ReferenceInput, request: Request): Money {
  if (request.final === null || !isBillable(input, request.final.status)) return zero;
  const cost = expectedCostAt(input, request, request.final.at);
  return cost.kind === 'cost' ? cost.amount : zero;
}

// ---- steps

type ChargeStep =
  | 'unpriced'
  | 'missing_usage'
  | 'unlinked'
  | 'gateway_only'
  | 'carried_forward'
  | 'out_of_period'
  | 'out_of_scope'
  | 'non_billable'
  | 'unbacked'
  | 'retry'
  | 'fallback'
  | 'model_drift'
  | 'serving';

/** Rows 1 to 13 of SPEC §4.1. */
function stepOf(input: ReferenceInput, matching: Matching, charge: Row): ChargeStep {
  const isFree = !isBillable(input, billingStatus(matching, charge));
  const cost = ownCost(input, charge);
  if (cost.kind === 'unpriced') return 'unpriced';
  if (cost.kind === 'missing' && !(isFree && charge.amount === null)) return 'missing_usage';
  const place = placeOf(matching, charge);
  if (place !== null) return place;
  if (isFree) return 'non_billable';
  return attemptStepOf(input, matching, charge);
}

/** Rows 3 to 7: where the charge stands, whatever it is worth. */
function placeOf(matching: Matching, charge: Row): 'unlinked' | 'gateway_only' | 'carried_forward' | 'out_of_period' | 'out_of_scope' | null {
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
function attemptStepOf(input: ReferenceInput, matching: Matching, charge: Row): 'unbacked' | 'retry' | 'fallback' | 'model_drift' | 'serving' {
  const request = matching.requestOf.get(charge);
  if (request === undefined || request.final === null) throw new Error('a charge of a counted request is expected here');
  const { serving, backed, expected, final } = request;
  if (charge === serving) return 'serving';
  if (!backed.has(charge)) return 'unbacked';
  const model = charge.content.model_billed;
  if (model === serving?.content.model_billed) return 'retry';
  if (expected === null) return 'model_drift';
  if (model === expected.model || isFallbackOf(input.mappings, expected, model, final.at)) return 'fallback';
  return 'model_drift';
}

type UnchargedStep = 'not_billable' | 'not_forwarded' | 'in_transit' | 'not_charged';

function unchargedStepOf(input: ReferenceInput, request: Request, final: Row): UnchargedStep {
  if (!isBillable(input, final.status)) return 'not_billable';
  if (input.layers.gateway !== null && request.gatewayRows.length === 0) return 'not_forwarded';
  const provider = input.layers.provider;
  const finalized = (provider?.finalizedThrough ?? input.period.end) - (provider?.delay ?? 0n);
  if (final.at >= finalized || request.hasChargeAfterEnd) return 'in_transit';
  return 'not_charged';
}

// ---- entries

function expectedKey(request: Request): string {
  return request.expected?.model ?? '(unmapped)';
}

function billedKey(row: Row): string {
  return row.content.model_billed ?? '(none)';
}

/** Any line's entry under its own billed model. */
function lineEntry(matching: Matching, line: Row, step: RowStep, amount: Money): Entry {
  const keys = matching.requestOf.get(line)?.final ?? line;
  return { line, step, amount, model: billedKey(line), keys };
}

function requestEntries(input: ReferenceInput, request: Request): Entry[] {
  const { final } = request;
  if (final === null || !isCounted(request)) return [];
  const expected = expectedOf(input, request);
  const entry = { line: request, model: expectedKey(request), keys: final };
  const entries: Entry[] = [{ ...entry, step: 'expected', amount: expected }];
  if (request.charges.length === 0) {
    entries.push({ ...entry, step: unchargedStepOf(input, request, final), amount: expected.negated() });
  }
  return entries;
}

function chargeEntries(input: ReferenceInput, matching: Matching, charge: Row): Entry[] {
  const { value, cost } = valuate(input, matching, charge);
  const rounded = cost === null ? value : roundCost(cost, input.contract.rounding);
  const entries = [lineEntry(matching, charge, 'rounding', rounded.minus(value))];
  if (charge.amount !== null) {
    entries.push(lineEntry(matching, charge, 'price_difference', charge.amount.minus(rounded)));
  }
  const step = stepOf(input, matching, charge);
  const request = matching.requestOf.get(charge);
  if (request !== undefined && isCounted(request) && request.serving === charge) {
    return [...entries, ...servingEntries(input, matching, request, charge, value)];
  }
  if (step === 'serving') throw new Error('only the serving charge of a counted request gets here');
  if (step === 'carried_forward') {
    const stored = matching.itemOf.get(charge)?.expected ?? zero;
    return [...entries, lineEntry(matching, charge, step, stored), lineEntry(matching, charge, 'token_difference', value.minus(stored))];
  }
  return [...entries, lineEntry(matching, charge, step, value)];
}

/** Splits value − E of the serving charge of a counted request. */
function servingEntries(input: ReferenceInput, matching: Matching, request: Request, charge: Row, value: Money): Entry[] {
  const { final, expected } = request;
  if (final === null) throw new Error('a counted request has a final row');
  const own = (step: RowStep, amount: Money): Entry => lineEntry(matching, charge, step, amount);
  const expectedSide = (step: RowStep, amount: Money): Entry => ({ ...own(step, amount), model: expectedKey(request) });

  const expectedCost = expectedOf(input, request);
  const whole = (step: RowStep): Entry[] => [own(step, value), expectedSide(step, expectedCost.negated())];
  const step = stepOf(input, matching, charge);
  if (step === 'unpriced' || step === 'missing_usage' || step === 'non_billable') return whole(step);
  if (!isBillable(input, final.status)) return whole('status_difference');
  const atFinal = expectedCostAt(input, request, final.at);
  const atCharge = expectedCostAt(input, request, charge.at);
  if (expected === null || atFinal.kind === 'unpriced' || atCharge.kind === 'unpriced') return whole('unpriced');
  if (atFinal.kind === 'missing' || atCharge.kind === 'missing') return whole('missing_usage');

  const timing = expectedSide('price_timing', atCharge.amount.minus(expectedCost));
  const model = charge.content.model_billed;
  if (model === expected.model) return [timing, own('token_difference', value.minus(atCharge.amount))];

  const modelStep = isFallbackOf(input.mappings, expected, model, final.at) ? 'fallback' : 'model_drift';
  const servingCost = costOf(input, model, final.tokens, charge.at);
  const served = servingCost.kind === 'cost' ? servingCost.amount : value;
  return [timing, own(modelStep, served), expectedSide(modelStep, atCharge.amount.negated()), own('token_difference', value.minus(served))];
}

function duplicateEntry(input: ReferenceInput, matching: Matching, duplicate: Row): Entry {
  const { cost } = valuate(input, matching, duplicate);
  const amount = duplicate.amount ?? (cost === null ? zero : roundCost(cost, input.contract.rounding));
  return lineEntry(matching, duplicate, 'duplicate', amount);
}

// ---- sums

function stepAmounts(entries: readonly Entry[]): StepAmount[] {
  return rowSteps.map((step) => {
    const parts = new Map<Row | Request, Money>();
    for (const entry of entries) {
      if (entry.step === step) parts.set(entry.line, (parts.get(entry.line) ?? zero).plus(entry.amount));
    }
    const amounts = [...parts.values()];
    const sides = {
      increase: formatMoney(sumMoney(amounts.filter((amount) => amount.gt(0)))),
      decrease: formatMoney(sumMoney(amounts.filter((amount) => amount.lt(0)))),
    };
    return {
      step,
      amount: formatMoney(sumMoney(amounts)),
      ...sides,
      excepted: '0',
      left: sides,
      open: sides,
      count: amounts.filter((amount) => !amount.isZero()).length,
    };
  });
}

function cutsOf(input: ReferenceInput, entries: readonly Entry[]): Record<CutName, CutRow[]> {
  const keyOf: Record<CutName, (entry: Entry) => string | null> = {
    by_model: (entry) => entry.model,
    by_service: ({ keys }) => keys.content.service,
    by_cost_center: ({ keys }) => keys.content.cost_center,
    by_day: ({ keys }) => dayOf(keys.at),
    by_role: ({ keys }) => roleOf(input.mappings, keys),
    by_prompt_version: ({ keys }) => keys.content.prompt_version,
    by_retry_reason: ({ keys }) => keys.content.retry_reason,
    by_incident: ({ keys }) => incidentOf(input, keys),
  };
  const cuts = {} as Record<CutName, CutRow[]>;
  for (const name of cutNames) {
    const groups = new Map<string, Entry[]>();
    for (const entry of entries) {
      const key = keyOf[name](entry) ?? '(none)';
      groups.set(key, [...(groups.get(key) ?? []), entry]);
    }
    const keys = [...groups.keys()].sort(compareText);
    cuts[name] = keys.map((key) => ({ key, steps: stepAmounts(groups.get(key) ?? []) }));
  }
  return cuts;
}

function incidentOf(input: ReferenceInput, row: Row): string | null {
  const { service } = row.content;
  const incident = input.period.incidents.find(
    ({ from, to, services }) => from <= row.at && row.at < to && (services.length === 0 || (service !== null && services.includes(service))),
  );
  return incident?.id ?? null;
}

// ---- counts

function isLinkedToCounted(matching: Matching, charge: Row): boolean {
  const request = matching.requestOf.get(charge);
  return request !== undefined && isCounted(request);
}

function countBridge(input: ReferenceInput, matching: Matching): Reconciliation['countBridge'] {
  const counts = Object.fromEntries(countSteps.map((step) => [step, 0])) as Record<CountStep, number>;
  for (const request of matching.requests.values()) {
    if (!isCounted(request) || request.final === null) continue;
    counts.requests += 1;
    if (request.charges.length === 0) counts[unchargedStepOf(input, request, request.final)] -= 1;
  }
  for (const charge of matching.charges) {
    const step = placeOf(matching, charge) ?? attemptStepOf(input, matching, charge);
    if (step === 'serving') continue;
    counts[step === 'retry' || step === 'fallback' || step === 'model_drift' ? (`extra_${step}` as const) : step] += 1;
  }
  return [
    ...countSteps.map((step) => ({ step, count: counts[step], open: 0 })),
    { step: 'charges', count: matching.charges.length, open: 0 },
    { step: 'duplicate', count: matching.duplicates.length, open: 0 },
    { step: 'provider_rows', count: matching.charges.length + matching.duplicates.length, open: 0 },
  ];
}

function applicationCounts(input: ReferenceInput, rows: LogRows, counted: readonly Request[]): LogCounts {
  const attempts = counted.map((request) => applicationAttempts(input, request));
  return {
    requests: counted.length,
    attempts: Number(attempts.reduce((sum, number) => sum + number, 0n)),
    duplicates: rows.duplicates,
    exportDuplicates: rows.exportDuplicates,
    byStatus: tally(counted.map((request) => request.final?.status ?? null)),
  };
}

function gatewayCounts(rows: LogRows): LogCounts {
  return {
    requests: new Set(rows.kept.map((row) => row.requestId)).size,
    attempts: rows.kept.length,
    duplicates: rows.duplicates,
    exportDuplicates: rows.exportDuplicates,
    byStatus: tally(rows.kept.map((row) => row.status)),
  };
}

function providerCounts(matching: Matching, refunds: number): ProviderCounts {
  return {
    charges: matching.charges.length,
    duplicates: matching.duplicates.length,
    exportDuplicates: matching.exportDuplicates,
    refunds,
    adjustments: matching.refunds.length - refunds,
    setAside: tally(matching.setAside.map(({ reason }) => reason)),
    byStatus: tally([...matching.charges, ...matching.errors].map((row) => row.status)),
  };
}

/** How often each word occurs; words that do not occur are absent. */
function tally(words: readonly (string | null)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word ?? '(none)'] = (counts[word ?? '(none)'] ?? 0) + 1;
  return counts;
}

function setAsideAmounts(matching: Matching): Record<string, string> {
  const sums: Record<string, Money> = {};
  for (const { row, reason } of matching.setAside) sums[reason] = (sums[reason] ?? zero).plus(row.amount ?? zero);
  return Object.fromEntries(Object.entries(sums).map(([reason, sum]) => [reason, formatMoney(sum)]));
}

function tokenTotals(application: readonly Row[], provider: readonly Row[]): Reconciliation['tokens'] {
  const total = (rows: readonly Row[], name: TokenClass): string => rows.reduce((sum, row) => sum + (row.tokens[name] ?? 0n), 0n).toString();
  return Object.fromEntries(
    tokenClasses.map((name) => [name, { application: total(application, name), provider: total(provider, name) }]),
  ) as Reconciliation['tokens'];
}

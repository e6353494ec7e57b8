/** Counts before costs: rows, requests, attempts and tokens, and the bridge of counts (SPEC §4.2). */
import { countSteps } from '../../src/model/bridge.ts';
import { type TokenClass, tokenClasses } from '../../src/model/evidence.ts';
import { type Amount, formatMoney, type Money, sumMoney, zero } from '../../src/model/money.ts';
import type { LogCounts, MeterCount, ProviderCounts, Reconciliation } from '../../src/model/reconciliation.ts';
import type { CountEntry } from './entries.ts';
import type { Covered } from './except.ts';
import type { ReferenceInput } from './input.ts';
import { applicationAttempts, isCounted, type LogRows, type Matching, type Request } from './match.ts';
import type { Part } from './parts.ts';
import { isLinkedToCounted, isScopeExplained, placeOf } from './place.ts';
import { metersOf } from './price.ts';
import type { Row } from './row.ts';
import { reportedOf } from './value.ts';

/** Requests without a charge are taken away, charges beyond the serving one are added. */
const negative: readonly string[] = ['not_billable', 'not_forwarded', 'in_transit', 'not_charged'];

export function countBridge(matching: Matching, entries: readonly CountEntry[], covered: Covered): Reconciliation['countBridge'] {
  const counted = [...matching.requests.values()].filter(isCounted).length;
  const own = (step: string): CountEntry[] => entries.filter((entry) => entry.step === step);
  const row = <Step extends string>(step: Step) => ({
    step,
    count: step === 'requests' ? counted : own(step).length * (negative.includes(step) ? -1 : 1),
    open: own(step).filter((entry) => !entry.isExplained && !covered.entries.has(entry)).length,
  });
  return [
    ...countSteps.map((step) => row(step)),
    { step: 'charges', count: matching.charges.length, open: 0 },
    row('duplicate'),
    { step: 'provider_rows', count: matching.charges.length + matching.duplicates.length, open: 0 },
  ];
}

export function countsOf(input: ReferenceInput, matching: Matching, parts: readonly Part[]): Reconciliation['counts'] {
  const { charges, requestOf, itemOf, gateway } = matching;
  const counted = [...matching.requests.values()].filter(isCounted);
  return {
    application: applicationCounts(input, matching.application, counted),
    gateway: gateway === null ? null : gatewayCounts(gateway),
    provider: providerCounts(matching, parts),
    linkedCharges: charges.filter((charge) => isLinkedToCounted(matching, charge)).length,
    linkedAnywhere: charges.filter((charge) => requestOf.has(charge) || itemOf.has(charge)).length,
    requestsWithCharge: counted.filter((request) => request.charges.length > 0).length,
    comparable: charges.filter((charge) => isComparable(input, matching, charge)).length,
  };
}

/** Charges that a request of this period should answer for. */
function isComparable(input: ReferenceInput, matching: Matching, charge: Row): boolean {
  const place = placeOf(matching, charge);
  return place !== 'carried_forward' && !(place === 'out_of_scope' && isScopeExplained(input, matching, charge));
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

function providerCounts(matching: Matching, parts: readonly Part[]): ProviderCounts {
  return {
    charges: matching.charges.length,
    duplicates: matching.duplicates.length,
    exportDuplicates: matching.exportDuplicates,
    refunds: parts.filter(({ step }) => step === 'refund').length,
    adjustments: parts.filter(({ step }) => step === 'adjustment').length,
    corrections: parts.filter(({ step }) => step === 'correction').length,
    rowsByModel: tally([...matching.charges, ...matching.duplicates].map((row) => row.content.model_billed)),
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

export function setAsideAmounts(input: ReferenceInput, matching: Matching): Record<string, Amount> {
  const sums: Record<string, Money> = {};
  for (const { row, reason } of matching.setAside) sums[reason] = (sums[reason] ?? zero).plus(reportedOf(input, matching, row) ?? zero);
  return Object.fromEntries(Object.entries(sums).map(([reason, sum]) => [reason, formatMoney(sum)]));
}

/** As each side reports them: what the provider counted for a stopped client is no count of the application. */
export function tokenTotals(matching: Matching): Reconciliation['tokens'] {
  const finals = [...matching.requests.values()].filter(isCounted).flatMap((request) => request.final ?? []);
  const total = (rows: readonly Row[], name: TokenClass): string => rows.reduce((sum, row) => sum + (row.tokens[name] ?? 0n), 0n).toString();
  return Object.fromEntries(
    tokenClasses.map((name) => [name, { application: total(finals, name), provider: total(matching.charges, name) }]),
  ) as Reconciliation['tokens'];
}

/** What is counted beside tokens, of the same rows; what is priced in whole units counts so. Meters of which nobody counts anything are absent. */
export function meterTotals(input: ReferenceInput, matching: Matching): MeterCount[] {
  const finals = [...matching.requests.values()].filter(isCounted).flatMap((request) => request.final ?? []);
  const total = (rows: readonly Row[], name: string): Money => {
    const quantities = rows.flatMap((row) => row.tokens.quantities.get(name) ?? []);
    return sumMoney(quantities.map((quantity) => (metersOf(input).get(name)?.whole === 'up' ? quantity.ceil() : quantity)));
  };
  const names = new Set([...finals, ...matching.charges].flatMap((row) => [...row.tokens.quantities.keys()]));
  return [...names].toSorted().map((meter) => ({
    meter,
    application: formatMoney(total(finals, meter)),
    provider: formatMoney(total(matching.charges, meter)),
  }));
}

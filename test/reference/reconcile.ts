/** The reference: SPEC §3 and §4 and the facts of §5 in plain loops, slow and obvious, to check the engine against. */
import { tokenClasses } from '../../src/model/evidence.ts';
import { formatMoney, sumMoney, zero } from '../../src/model/money.ts';
import type { Reconciliation } from '../../src/model/reconciliation.ts';
import { balanceRows } from './balance.ts';
import { referenceBuckets } from './buckets.ts';
import { countBridge, countsOf, meterTotals, setAsideAmounts, tokenTotals } from './counts.ts';
import { entriesOf } from './entries.ts';
import { coverByExceptions } from './except.ts';
import type { ReferenceInput } from './input.ts';
import { isCounted, type Matching, matchRows } from './match.ts';
import { partsOf } from './parts.ts';
import { cutsOf, stepAmounts } from './sums.ts';
import { expectedOf, isChargeBillable, isCountedByProvider, ownCost, reportedOf, valuate } from './value.ts';

export function referenceReconcile(input: ReferenceInput): Reconciliation {
  if (input.buckets !== undefined) return referenceBuckets(input, input.buckets);
  const matching = matchRows(input);
  const parts = partsOf(input, matching);
  const entries = entriesOf(input, matching);
  const covered = coverByExceptions(input, parts, entries);
  return {
    steps: stepAmounts(input, parts, covered),
    cuts: cutsOf(input, parts, covered),
    countBridge: countBridge(matching, entries, covered),
    counts: countsOf(input, matching, parts),
    totals: chargedTotals(input, matching),
    providerCounted: providerCounted(input, matching),
    freeCharges: freeCharges(input, matching),
    tokens: tokenTotals(matching),
    meters: meterTotals(input, matching),
    setAsideAmounts: setAsideAmounts(input, matching),
    balance: balanceRows(input, matching),
    exceptionUses: covered.uses,
  };
}

/** What the provider says of itself, and what only our prices say. */
function chargedTotals(input: ReferenceInput, matching: Matching): Reconciliation['totals'] {
  const rows = [...matching.charges, ...matching.duplicates];
  const reported = [...rows, ...matching.amendments].map((row) => reportedOf(input, matching, row) ?? zero);
  const computed = rows.filter((row) => reportedOf(input, matching, row) === null).map((row) => valuate(input, matching, row).charged);
  return { providerReported: formatMoney(sumMoney(reported)), providerComputed: formatMoney(sumMoney(computed)) };
}

function providerCounted(input: ReferenceInput, matching: Matching): Reconciliation['providerCounted'] {
  const own = [...matching.requests.values()].filter((request) => isCounted(request) && isCountedByProvider(input, request));
  return { count: own.length, expected: formatMoney(sumMoney(own.map((request) => expectedOf(input, request)))) };
}

/** Charges for which the provider says that it worked and takes nothing. */
function freeCharges(input: ReferenceInput, matching: Matching): Reconciliation['freeCharges'] {
  const free = matching.charges.filter(
    (charge) =>
      reportedOf(input, matching, charge) === null &&
      !isChargeBillable(input, matching, charge) &&
      tokenClasses.some((name) => (charge.tokens[name] ?? 0n) > 0n),
  );
  const costs = free.map((charge) => {
    const cost = ownCost(input, matching, charge);
    return cost.kind === 'cost' ? cost.amount : zero;
  });
  return { count: free.length, cost: formatMoney(sumMoney(costs)) };
}

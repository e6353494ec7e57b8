/** What the rows show beside the bridge and §5 judges: statuses that disagree, leaks, and costs that our own layers state. */
import type { Layer } from '../../src/model/evidence.ts';
import { formatMoney, type Money, sumMoney, zero } from '../../src/model/money.ts';
import type { Observation } from '../../src/model/reconciliation.ts';
import type { ReferenceInput } from './input.ts';
import { isCounted, type Matching, matchRows, type Request } from './match.ts';
import { likelyPairs } from './likely-pairs.ts';
import { referenceWitness } from './witness.ts';
import { placeOf, stepOf } from './place.ts';
import type { Row } from './row.ts';
import { expectedCostAt, expectedOf, isBillable, isChargeBillable, ownCost, valuate } from './value.ts';

export interface Fact extends Pick<Observation, 'count' | 'amount' | 'args'> {
  readonly code: string;
}

export function referenceObservations(input: ReferenceInput): Fact[] {
  const matching = matchRows(input);
  return [
    ...statusConflicts(input, matching),
    ...leaks(input, matching),
    ...stated(input, matching, 'application'),
    ...stated(input, matching, 'gateway'),
    ...doubted(input, matching),
    ...likelyPairs(input, matching),
    ...referenceWitness(input, matching),
  ];
}

/** One fact for each group of items, in no order; groups are told apart by their words. */
function grouped<Item>(items: readonly Item[], wordsOf: (item: Item) => Record<string, string>): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const words = JSON.stringify(wordsOf(item));
    groups.set(words, [...(groups.get(words) ?? []), item]);
  }
  return groups;
}

/** The final row says that the call is billable and the charge that it is not, or the other way. */
function statusConflicts(input: ReferenceInput, matching: Matching): Fact[] {
  const charges = [...matching.requests.values()].filter(isCounted).flatMap(({ final, serving }) => {
    if (final === null || serving === null) return [];
    return isBillable(input, final.status) === isChargeBillable(input, matching, serving) ? [] : [serving];
  });
  if (charges.length === 0) return [];
  const amount = sumMoney(charges.map((charge) => valuate(input, matching, charge).value));
  return [{ code: 'status-conflict', count: charges.length, amount: formatMoney(amount), args: {} }];
}

/** Money that no log of ours knows of, by the key that spent it. */
function leaks(input: ReferenceInput, matching: Matching): Fact[] {
  const unlinked = matching.charges.filter((charge) => placeOf(matching, charge) === 'unlinked');
  const groups = grouped(unlinked, ({ content }) => ({ key_ref: content.key_ref ?? '(none)', model: content.model_billed ?? '(none)' }));
  return [...groups].map(([words, charges]) => ({
    code: 'leak',
    count: charges.length,
    amount: formatMoney(sumMoney(charges.map((charge) => valuate(input, matching, charge).value))),
    args: JSON.parse(words) as Record<string, string>,
  }));
}

/** What a layer of ours states of counted requests, beside what they should have cost and what they were charged. */
function stated(input: ReferenceInput, matching: Matching, layer: Exclude<Layer, 'provider'>): Fact[] {
  const amountsOf = (request: Request): Money[] => request[`${layer}Rows`].flatMap((row) => row.stated ?? []);
  const stating = [...matching.requests.values()].filter((request) => isCounted(request) && amountsOf(request).length > 0);
  const groups = grouped(stating, ({ expected }) => ({ layer, model: expected?.model ?? '(unmapped)' }));
  return [...groups].map(([words, requests]) => {
    const charged = requests.flatMap(({ charges }) => charges.map((charge) => valuate(input, matching, charge).charged));
    return {
      code: 'stated-amount',
      count: requests.length,
      amount: null,
      args: {
        ...(JSON.parse(words) as Record<string, string>),
        stated: formatMoney(sumMoney(requests.flatMap(amountsOf))),
        expected: formatMoney(requests.reduce((sum, request) => sum.plus(expectedOf(input, request)), zero)),
        charged: formatMoney(sumMoney(charged)),
      },
    };
  });
}

/** Charges under findings that may be quarantined, by the codes that each lies under. */
function doubted(input: ReferenceInput, matching: Matching): Fact[] {
  const doubtful = matching.charges.filter((charge) => doubtsAbout(input, matching, charge).length > 0);
  const groups = grouped(doubtful, (charge) => ({ codes: [...new Set(doubtsAbout(input, matching, charge))].sort().join() }));
  return [...groups].map(([words, charges]) => ({
    code: 'doubted',
    count: 1,
    amount: formatMoney(sumMoney(charges.map((charge) => valuate(input, matching, charge).value.abs()))),
    args: JSON.parse(words) as Record<string, string>,
  }));
}

function doubtsAbout(input: ReferenceInput, matching: Matching, charge: Row): string[] {
  const request = matching.requestOf.get(charge);
  const own = ownCost(input, matching, charge).kind;
  const status = charge.status ?? request?.final?.status ?? null;
  return [
    ...(own === 'unpriced' ? ['unpriced'] : []),
    ...(own === 'missing' && stepOf(input, matching, charge) === 'missing_usage' ? ['missing-token-usage'] : []),
    ...(status !== null && input.contract.billing[status] === 'unverified' ? ['unverified-billing-rule'] : []),
    ...(request !== undefined && isCounted(request) ? doubtsAboutExpected(input, request, charge, own) : []),
  ];
}

/** What is not known of the request's side of a charge. */
function doubtsAboutExpected(input: ReferenceInput, request: Request, charge: Row, own: string): string[] {
  const { final, expected, serving } = request;
  if (final === null) return [];
  if (expected === null) return ['unknown-model'];
  if (serving !== charge) return [];
  const kind = expectedCostAt(input, request, final.at).kind;
  if (kind === 'unpriced') return ['unpriced'];
  if (kind !== 'missing' || own === 'missing' || !isBillable(input, final.status)) return [];
  const isStopped = final.status === 'timeout' || final.status === 'canceled';
  return [isStopped && own === 'cost' ? 'client-stopped-usage' : 'missing-token-usage'];
}

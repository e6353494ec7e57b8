/** The random ledgers reach every rule, and what the reference says of them always adds up. */
import { expect, test } from 'vitest';
import { countSteps, rowSteps } from '../../src/model/bridge.ts';
import { layers } from '../../src/model/evidence.ts';
import type { Reconciliation } from '../../src/model/reconciliation.ts';
import type { CanonicalRow, ReferenceInput } from '../reference/input.ts';
import { brokenInvariants } from '../reference/invariants.ts';
import { isCounted, matchRows } from '../reference/match.ts';
import type { Matching } from '../reference/match.ts';
import { referenceReconcile } from '../reference/reconcile.ts';
import type { Row } from '../reference/row.ts';
import { differences } from './compare-reconciliations.ts';
import { randomLedger } from './random-ledger.ts';
import { seededRandom } from './random.ts';
import { shrinkLedger } from './shrink-ledger.ts';

const seeds = 300;
/** Each thing below must occur in at least this many of the seeds. */
const enough = 8;

interface Case {
  readonly input: ReferenceInput;
  readonly matching: Matching;
  readonly reconciliation: Reconciliation;
}

const cases: readonly Case[] = Array.from({ length: seeds }, (_, seed) => {
  const input = randomLedger(seed);
  return { input, matching: matchRows(input), reconciliation: referenceReconcile(input) };
});

const rowsOf = ({ input }: Case): readonly CanonicalRow[] => layers.flatMap((layer) => input.layers[layer]?.rows ?? []);
const providerRows = ({ input }: Case): readonly CanonicalRow[] => input.layers.provider?.rows ?? [];
const priceRows = ({ input }: Case) => input.snapshots.flatMap((snapshot) => snapshot.prices);
const finals = ({ matching }: Case): Row[] => [...matching.requests.values()].filter(isCounted).flatMap(({ final }) => final ?? []);
const isLinkedByLog = ({ matching }: Case, layer: 'gatewayRows' | 'applicationRows'): boolean =>
  matching.charges.some((charge) => {
    const request = matching.requestOf.get(charge);
    if (request === undefined || request.id === charge.requestId) return false;
    return request[layer].some((row) => row.providerRequestId === charge.providerRequestId);
  });
const tieOf = (a: Row, b: Row): boolean => a.at === b.at && a.providerRequestId === b.providerRequestId;

const features: Readonly<Record<string, (item: Case) => boolean>> = {
  'no gateway': ({ input }) => input.layers.gateway === null,
  'final-only rows': ({ input }) => input.layers.application?.rowsMode === 'final-only',
  'a gateway row without application': ({ matching }) => [...matching.requests.values()].some(({ final }) => final === null),
  'export duplicates of the application': ({ matching }) => matching.application.exportDuplicates > 0,
  'export duplicates of the gateway': ({ matching }) => (matching.gateway?.exportDuplicates ?? 0) > 0,
  'export duplicates of the provider': ({ matching }) => matching.exportDuplicates > 0,
  'duplicate application rows': ({ matching }) => matching.application.duplicates > 0,
  'duplicate gateway rows': ({ matching }) => (matching.gateway?.duplicates ?? 0) > 0,
  'duplicate charges by provider request id': ({ matching }) => matching.duplicates.some((row) => row.providerRequestId !== null),
  'duplicate charges by request and attempt': ({ matching }) => matching.duplicates.some((row) => row.providerRequestId === null),
  'duplicates of one time': ({ matching }) =>
    matching.duplicates.some((row) => matching.charges.some((kept) => tieOf(kept, row) && kept.requestId === row.requestId)),
  'a duplicate that links elsewhere than the kept one': ({ matching }) =>
    matching.duplicates.some((row) =>
      matching.charges.some(
        (kept) =>
          kept.providerRequestId !== null && kept.providerRequestId === row.providerRequestId && matching.requestOf.get(kept) !== matching.requestOf.get(row),
      ),
    ),
  'a duplicate that is not billable': ({ matching, input }) =>
    matching.duplicates.some((row) => row.amount === null && row.status !== null && input.contract.billing[row.status] === 'not-billable'),
  'rows without any id': (item) => providerRows(item).some((row) => row.request_id === null && row.provider_request_id === null && row.attempt === null),
  'null attempts': (item) => layers.every((layer) => item.input.layers[layer]?.rows.some((row) => row.attempt === null) ?? true),
  'a charge without status': (item) => providerRows(item).some((row) => row.status === null),
  'a link through the gateway': (item) => isLinkedByLog(item, 'gatewayRows'),
  'a link through the application': (item) => isLinkedByLog(item, 'applicationRows'),
  'a provider request id that two requests share': ({ matching }) =>
    matching.charges.some((charge) => {
      const carriers = [...matching.requests.values()].filter(({ gatewayRows, applicationRows }) =>
        [...gatewayRows, ...applicationRows].some((row) => charge.providerRequestId !== null && row.providerRequestId === charge.providerRequestId),
      );
      return !matching.requestOf.has(charge) && carriers.length > 1;
    }),
  'a request id that nobody knows': (item) => providerRows(item).some((row) => row.request_id !== null && !item.matching.requests.has(row.request_id)),
  'a serving charge that the final row names': ({ matching }) =>
    [...matching.requests.values()].some(
      ({ final, serving, charges }) =>
        charges.length > 1 && final !== null && final.providerRequestId !== null && serving?.providerRequestId === final.providerRequestId,
    ),
  'a backed charge without attempt': ({ matching }) =>
    [...matching.requests.values()].some(({ backed, serving }) => [...backed].some((charge) => charge !== serving && charge.attempt === null)),
  'a charge after the end': ({ matching }) => [...matching.requests.values()].some(({ hasChargeAfterEnd }) => hasChargeAfterEnd),
  'a request whose model is outside the scope': ({ matching }) =>
    [...matching.requests.values()].some((request) => request.inPeriod && !request.inScope && request.expected !== null),
  'a charge that its counted request keeps in scope': ({ matching, input }) =>
    matching.charges.some((charge) => charge.content.model_billed !== null && input.period.models?.includes(charge.content.model_billed) === false),
  'no finality stated': ({ input }) => input.layers.provider?.finalizedThrough === null,
  'one snapshot': ({ input }) => input.snapshots.length === 1,
  'two snapshots': ({ input }) => input.snapshots.length === 2,
  'three snapshots': ({ input }) => input.snapshots.length === 3,
  'a tier at its bound': (item) => rowsOf(item).some((row) => row.input_tokens === '200'),
  'a tier above its bound': (item) => rowsOf(item).some((row) => row.input_tokens === '201'),
  'a null count where the price is zero': (item) =>
    priceRows(item).some(({ prices }) => prices.input?.isZero() ?? false) && rowsOf(item).some((row) => row.input_tokens === null),
  'a class without price': (item) => priceRows(item).some(({ prices }) => prices.cached_input === undefined),
  'output without price': (item) => priceRows(item).some(({ prices }) => prices.output === undefined),
  'reasoning without price of its own': (item) =>
    priceRows(item).some(({ prices }) => prices.reasoning === undefined) && rowsOf(item).some((row) => row.reasoning_tokens !== null),
  'a request price': (item) => priceRows(item).some(({ requestPrice }) => !requestPrice.isZero()),
  'a ratio': (item) => priceRows(item).some(({ ratio }) => !ratio.eq(1)),
  'prices of 18 decimals': (item) => priceRows(item).some(({ prices }) => Object.values(prices).some((price) => price.decimalPlaces() === 18)),
  'token counts of 10^12': (item) => rowsOf(item).some((row) => row.input_tokens === '1000000000000'),
  'token data errors': (item) => rowsOf(item).some((row) => row.input_tokens !== null && !/^\d+$/.test(row.input_tokens)),
  'parts that do not fit': (item) =>
    rowsOf(item).some(
      (row) =>
        BigInt(/^\d+$/.test(row.input_tokens ?? '') ? (row.input_tokens ?? '0') : '0') <
        BigInt(/^\d+$/.test(row.cached_input_tokens ?? '') ? (row.cached_input_tokens ?? '0') : '0'),
    ),
  'negative amounts': (item) => providerRows(item).some((row) => row.charged_amount?.startsWith('-') ?? false),
  'zero amounts': (item) => providerRows(item).some((row) => row.charged_amount === '0'),
  'foreign currency': (item) => providerRows(item).some((row) => row.charged_currency === 'EUR'),
  'an error row with an amount': ({ matching }) => matching.charges.some((row) => row.kind === 'error'),
  'an error row without amount': ({ matching }) => matching.errors.length > 0,
  'a refund': ({ matching }) => matching.refunds.some((row) => row.kind === 'refund'),
  'an adjustment': ({ matching }) => matching.refunds.some((row) => row.kind === 'adjustment'),
  'a charge without model': ({ matching }) => matching.charges.some((row) => row.content.model_billed === null),
  'no rounding': ({ input }) => input.contract.rounding === null,
  'rounding half-up': ({ input }) => input.contract.rounding?.mode === 'half-up',
  'rounding half-even': ({ input }) => input.contract.rounding?.mode === 'half-even',
  'rounding up': ({ input }) => input.contract.rounding?.mode === 'up',
  'rounding down': ({ input }) => input.contract.rounding?.mode === 'down',
  'a minimum': ({ input }) => (input.contract.rounding?.minimum ?? null) !== null,
  'a model that is unmapped': ({ matching }) => [...matching.requests.values()].some((request) => isCounted(request) && request.expected === null),
  'primaries that disagree': ({ input }) =>
    input.mappings.some((one) =>
      input.mappings.some(
        (other) =>
          one.role === 'primary' &&
          other.role === 'primary' &&
          one.requestedModel === other.requestedModel &&
          one.billableModel !== other.billableModel &&
          (one.to === null || other.from < one.to) &&
          (other.to === null || one.from < other.to),
      ),
    ),
  'a mapping that changes inside the period': ({ input }) =>
    input.mappings.some(
      (mapping) => mapping.to !== null && input.mappings.some((next) => next.from === mapping.to && next.internalName === mapping.internalName),
    ),
  'a final row that only a fallback names': (item) => finals(item).length > 0 && item.reconciliation.cuts.by_role.some(({ key }) => key === 'fallback'),
  'a final row with internal name': (item) => finals(item).some((row) => row.content.internal_name !== null),
  'two incidents': (item) =>
    item.reconciliation.cuts.by_incident.filter(({ key, steps }) => key !== '(none)' && steps.some(({ count }) => count > 0)).length > 1,
  'every status': (item) => Object.keys(item.reconciliation.counts.application.byStatus).length === 4,
};

/** What is expected of them is 0 by rule; a close carries forward, and there is none here. */
const withoutMoney: readonly string[] = ['not_billable', 'carried_forward'];

test.each(rowSteps.filter((step) => !withoutMoney.includes(step)))('the step %s has money in enough ledgers', (step) => {
  const hits = cases.filter(({ reconciliation }) => reconciliation.steps.some((row) => row.step === step && row.count > 0));
  expect(hits.length).toBeGreaterThanOrEqual(enough);
});

test.each([...countSteps, 'charges', 'duplicate', 'provider_rows'].filter((step) => step !== 'carried_forward'))(
  '%s counts something in enough ledgers',
  (step) => {
    const hits = cases.filter(({ reconciliation }) => reconciliation.countBridge.some((row) => row.step === step && row.count !== 0));
    expect(hits.length).toBeGreaterThanOrEqual(enough);
  },
);

test.each(['period', 'account', 'environment', 'model'])('rows are set aside for their %s in enough ledgers', (reason) => {
  const hits = cases.filter(({ reconciliation }) => (reconciliation.counts.provider.setAside[reason] ?? 0) > 0);
  expect(hits.length).toBeGreaterThanOrEqual(enough);
});

test.each(Object.entries(features))('%s occurs in enough ledgers', (_, occurs) => {
  expect(cases.filter(occurs).length).toBeGreaterThanOrEqual(enough);
});

test('what the reference says adds up', () => {
  expect(cases.flatMap(({ reconciliation }, seed) => brokenInvariants(reconciliation).map((broken) => `seed ${seed}: ${broken}`))).toEqual([]);
});

test('the order of rows, mappings and snapshots says nothing', { timeout: 30_000 }, () => {
  const random = seededRandom(1);
  for (const { input, reconciliation } of cases.slice(0, 40)) {
    const evidence = Object.fromEntries(
      layers.map((name) => {
        const layer = input.layers[name];
        return [name, layer === null ? null : { ...layer, rows: random.shuffle(layer.rows) }];
      }),
    ) as ReferenceInput['layers'];
    const other = { ...input, layers: evidence, mappings: random.shuffle(input.mappings), snapshots: random.shuffle(input.snapshots) };
    expect(differences(referenceReconcile(other), reconciliation)).toEqual([]);
  }
});

test('a seed always gives the same ledger, another seed another', () => {
  expect(randomLedger(7)).toEqual(randomLedger(7));
  expect(randomLedger(7)).not.toEqual(randomLedger(8));
});

test('differences name the place and both values', () => {
  const { reconciliation } = cases[0] as Case;
  const [first, ...others] = reconciliation.steps;
  const wrong = { ...reconciliation, steps: first === undefined ? [] : [{ ...first, amount: 'wrong' }, ...others] };
  expect(differences(wrong, reconciliation)).toEqual([`steps.expected.amount: wrong, not ${first?.amount}`]);
});

test('shrinking leaves only what shows the fault', async () => {
  const { input } = cases[3] as Case;
  const hasRefund = (item: ReferenceInput): boolean => matchRows(item).refunds.length > 0;
  const withRefund = cases.find((item) => hasRefund(item.input))?.input ?? input;
  const smallest = await shrinkLedger(withRefund, async (smaller) => hasRefund(smaller));
  expect(layers.flatMap((layer) => smallest.layers[layer]?.rows ?? [])).toHaveLength(1);
  expect(smallest.mappings).toEqual([]);
});

/** What it takes for the provider's token counts to hold for a request that our side broke off. */
import { expect, it } from 'vitest';
import { followedRules, missingProofs } from '../../../src/model/client-stopped.ts';
import type { Contract, ContractItem, Drill } from '../../../src/model/ledger.ts';
import { inputOf, periodOf } from './facts-of.ts';

const { contract } = inputOf(null).ledger;
const item = (area: string, change: Partial<ContractItem> = {}): ContractItem => ({
  area,
  detail: 'Charged for what was produced.',
  status: 'verified',
  basis: 'ticket 4711',
  provenBy: 'ticket 4711',
  verifiedOn: '2026-04-20',
  verifiedBy: 'jane',
  expiresOn: null,
  source: contract.source,
  ...change,
});
const drill = (id: string, concluded: string): Drill => ({
  id,
  kind: 'retry-after-timeout',
  runOn: '2026-02-24',
  by: 'jane',
  period: periodOf(),
  expectations: [],
  findings: [],
  response: null,
  concludes: { item: concluded, status: 'billable', source: contract.source },
  source: contract.source,
});
const timedOut = 'error-behavior.timed-out';
const both = { timeout: 'provider-counts', canceled: 'provider-counts' } as const;
const known = (items: readonly ContractItem[], drills: readonly Drill[] = [], clientStopped: Contract['clientStopped'] = both) => ({
  contract: { ...contract, items, clientStopped },
  drills,
  asOf: '2026-06-15',
});
const problems = (items: readonly ContractItem[], drills: readonly Drill[] = []) =>
  missingProofs(known(items, drills, { ...both, canceled: 'unverified' })).map(({ problem }) => problem);

it('follows each status by its own proof', () => {
  expect(followedRules(known([item(timedOut)]))).toEqual({ timeout: 'provider-counts', canceled: 'unverified' });
  expect(followedRules(known([item('error-behavior.canceled')]))).toEqual({ timeout: 'unverified', canceled: 'provider-counts' });
  expect(missingProofs(known([item(timedOut)]))).toEqual([{ status: 'canceled', area: 'error-behavior.canceled', problem: 'stopped-unverified' }]);
});

it('follows nothing that the contract does not say', () => {
  const silent = { timeout: 'unverified', canceled: 'unverified' } as const;
  expect(followedRules(known([item(timedOut)], [], silent))).toEqual(silent);
  expect(missingProofs(known([], [], silent))).toEqual([]);
});

it('names what the proof lacks', () => {
  expect(problems([item(timedOut)])).toEqual([]);
  expect(problems([item(timedOut, { status: 'unverified' })])).toEqual(['stopped-unverified']);
  expect(problems([item(timedOut, { expiresOn: '2026-06-14' })])).toEqual(['stopped-expired']);
  expect(problems([item(timedOut, { expiresOn: '2026-06-15' })])).toEqual([]);
  expect(problems([item(timedOut, { expiresOn: '2026-01-01' }), item(timedOut)])).toEqual([]);
  for (const lacking of ['provenBy', 'basis', 'verifiedOn', 'verifiedBy'])
    expect(problems([item(timedOut, { [lacking]: null })])).toEqual(['stopped-unproved']);
});

it('holds a drill that is named to what the ledger has of it', () => {
  const named = [item(timedOut, { provenBy: 'drill/test-c' })];
  expect(problems(named, [drill('test-c', timedOut)])).toEqual([]);
  expect(problems(named, [drill('test-c', 'error-behavior.retried')])).toEqual(['stopped-no-drill']);
  expect(problems(named, [drill('test-d', timedOut)])).toEqual(['stopped-no-drill']);
});

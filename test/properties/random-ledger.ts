/** Random small ledgers, made so that every rule of SPEC §3 and §4 meets rows that it applies to. */
import { dayOf, type Instant, microsPerDay, startOfDay } from '../../src/model/instant.ts';
import { randomRows, withParts } from './random-rows.ts';
import {
  randomBilling,
  randomClientStopped,
  randomCoverFees,
  randomEarlier,
  randomExceptions,
  randomIncidents,
  randomKeys,
  randomMappings,
  randomOtherScopes,
  randomPrices,
  randomRates,
  randomRounding,
} from './random-terms.ts';
import { account, billableModels, environment, instantOf, otherAccount } from './random-words.ts';
import { type Random, seededRandom } from './random.ts';
import type { CanonicalRow, ReferenceInput, ReferenceLayer } from '../reference/input.ts';

/** The ledger of a seed: 5 to 40 requests of May 2026 in up to three layers. */
export function randomLedger(seed: number): ReferenceInput {
  const random = seededRandom(seed);
  const hasGateway = random.chance(65);
  const isFinalOnly = random.chance(20);
  const { snapshots, starts } = randomPrices(random);
  const noise = random.pick([2, 8, 8, 25]);
  const coverFees = randomCoverFees(random);
  const corrects = random.chance(35);
  const earlier = corrects ? randomEarlier(random) : [];
  const rows = randomRows(random, {
    noise,
    requests: 5 + random.below(36),
    isFinalOnly,
    names: random.chance(15) ? 'answers' : 'all',
    corrects,
    covers: coverFees === null ? [] : ['subscription', 'byok', 'byok', 'credit'],
    isMetered: snapshots.some(({ meters }) => meters.size > 0),
    keys: random.pick([[], ['provider'], ['application'], ['application', 'provider']]),
  });
  const layer: ReferenceLayer = { rows: [], rowsMode: 'attempts', finalizedThrough: null, delay: 0n };
  const models = randomScope(random);
  const finality = randomFinality(random);
  const ledger: ReferenceInput = {
    period: {
      start: instantOf('2026-05-01T00:00:00Z'),
      end: judgedEnd(instantOf(random.chance(85) ? '2026-06-01T00:00:00Z' : '2026-05-25T00:00:00Z'), finality.finalizedThrough),
      accounts: [account],
      environment: random.chance(50) ? environment : null,
      models,
      keys: null,
      currency: 'USD',
      fx: new Map(),
      incidents: randomIncidents(random),
      prices: starts,
    },
    layers: {
      application: { ...layer, rows: rows.application, rowsMode: isFinalOnly ? 'final-only' : 'attempts' },
      gateway: hasGateway ? { ...layer, rows: rows.gateway } : null,
      provider: { ...layer, rows: random.chance(35) ? withParts(random, rows.provider) : rows.provider, ...finality },
    },
    snapshots,
    mappings: randomMappings(random),
    contract: {
      billing: randomBilling(random),
      rounding: randomRounding(random),
      coverFees: coverFees ?? {},
      tiers: random.pick(['as-requested', 'as-requested', 'provider-decides'] as const),
      pricedAt: random.pick(['charge', 'charge', 'request'] as const),
      advisors: random.chance(50) ? [] : ['big', 'mini'],
    },
    clientStopped: randomClientStopped(random),
    otherScopes: randomOtherScopes(random, models),
    earlier,
    exceptions: randomExceptions(random),
    asOf: '2026-07-01',
    gross: random.chance(30) ? 'cells' : 'parts',
    carried: [],
    readings: randomReadings(random),
  };
  const { keys, others } = randomKeys(random);
  const accounts = random.chance(75) ? [account] : [account, otherAccount].toSorted();
  return converting(random, { ...ledger, period: { ...ledger.period, accounts, keys }, otherScopes: [...ledger.otherScopes, ...others] });
}

/** Some with rates for the currencies of their rows, for one of them or for none; the provider may round in one. */
function converting(random: Random, ledger: ReferenceInput): ReferenceInput {
  const isMixed = random.chance(50);
  const inYuan = (row: CanonicalRow): CanonicalRow =>
    isMixed && row.charged_currency === 'EUR' && random.chance(50) ? { ...row, charged_currency: 'CNY' } : row;
  const rowsOf = (layer: ReferenceLayer): ReferenceLayer => ({ ...layer, rows: layer.rows.map(inYuan) });
  const { application, gateway, provider } = ledger.layers;
  const layers = {
    application: application === null ? null : rowsOf(application),
    gateway: gateway === null ? null : rowsOf(gateway),
    provider: provider === null ? null : rowsOf(provider),
  };
  const fx = randomRates(random);
  const [first] = fx.keys();
  const { rounding } = ledger.contract;
  const isForeign = rounding !== null && first !== undefined && random.chance(30);
  const contract = isForeign ? { ...ledger.contract, rounding: { ...rounding, currency: first } } : ledger.contract;
  return { ...ledger, layers, contract, period: { ...ledger.period, fx } };
}

/** At the bounds, inside of them, outside, and one each. */
function randomReadings(random: Random): ReferenceInput['readings'] {
  if (random.chance(35)) return null;
  return {
    opening: instantOf(random.pick(['2026-05-01T00:00:00Z', '2026-04-01T00:00:00Z', '2026-05-04T12:00:00Z', '2026-05-10T00:00:00Z'])),
    closing: instantOf(random.pick(['2026-06-01T00:00:00Z', '2026-07-01T00:00:00Z', '2026-05-20T12:00:00Z', '2026-05-25T00:00:00Z'])),
  };
}

function randomScope(random: Random): string[] | null {
  if (random.chance(70)) return null;
  const models = billableModels.filter(() => random.chance(60));
  return models.length === 0 ? ['nano'] : models;
}

/** Nothing is judged beyond the last UTC day that the provider says is final. */
function judgedEnd(end: Instant, finalizedThrough: Instant | null): Instant {
  if (finalizedThrough === null || finalizedThrough >= end) return end;
  return startOfDay(dayOf(finalizedThrough));
}

function randomFinality(random: Random): Pick<ReferenceLayer, 'finalizedThrough' | 'delay'> {
  const through = ['2026-05-17T12:00:00Z', '2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z', '2026-06-10T00:00:00Z'];
  return {
    finalizedThrough: random.chance(30) ? null : instantOf(random.pick(through)),
    delay: random.pick([0n, 3_600_000_000n, microsPerDay, 16n * microsPerDay]),
  };
}

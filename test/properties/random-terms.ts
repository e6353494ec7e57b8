/** Random prices, mappings, incidents and billing rules: all that gives rows their meaning. */
import { plainRow } from '../reference/small-ledger.ts';
import { type Status, statuses, tokenClasses } from '../../src/model/evidence.ts';
import { exceptableSteps, isAboutRows } from '../../src/model/exception.ts';
import {
  type BillingRule,
  type ClassPrices,
  type Incident,
  type Mapping,
  type Meter,
  type PriceRow,
  type PriceStart,
  type PriceTier,
  type Rounding,
  type Snapshot,
  type Variant,
  weekdays,
} from '../../src/model/ledger.ts';
import { Money } from '../../src/model/money.ts';
import { account, billableModels, environment, instantOf, keyRefs, otherAccount, services } from './random-words.ts';
import type { Random } from './random.ts';
import type { ReferenceException, ReferenceInput, Scope } from '../reference/input.ts';

const source = { file: 'random', line: 1, column: 1 };

const starts = [
  { snapshot: 'cometapi/2026-04-01', from: null },
  { snapshot: 'cometapi/2026-05-09', from: instantOf('2026-05-10T00:00:00Z') },
  { snapshot: 'cometapi/2026-05-20', from: instantOf('2026-05-20T12:00:00Z') },
];
const divisors = [
  { divisor: 1n, decimals: 0 },
  { divisor: 1_000n, decimals: 3 },
  { divisor: 1_000_000n, decimals: 6 },
];
const ratios = [
  { ratio: '1', decimals: 0 },
  { ratio: '1', decimals: 0 },
  { ratio: '0.8', decimals: 1 },
  { ratio: '1.25', decimals: 2 },
];

export function randomPrices(random: Random): { snapshots: Snapshot[]; starts: PriceStart[] } {
  const used = starts.slice(0, 1 + random.below(starts.length));
  const mostlyVaried = random.chance(35);
  const mostlyMetered = random.chance(35);
  return {
    snapshots: used.map(({ snapshot }) =>
      randomSnapshot(random, snapshot, { isVaried: random.chance(mostlyVaried ? 85 : 4), isMetered: mostlyMetered && random.chance(90) }),
    ),
    starts: used.map((start) => ({ ...start, source })),
  };
}

interface Features {
  readonly isVaried: boolean;
  readonly isMetered: boolean;
}

/** What the rows count beside tokens, of each kind one. */
const randomMeters: Snapshot['meters'] = new Map<string, Meter>([
  ['audio', { unit: 'token', per: new Money(1), inside: 'input', whole: null }],
  ['image', { unit: 'count', per: new Money(1), inside: null, whole: null }],
  ['second', { unit: 'decimal', per: new Money(1), inside: null, whole: 'up' }],
  ['minute', { unit: 'decimal', per: new Money(1), inside: null, whole: null }],
  ['web_search', { unit: 'count', per: new Money(1000), inside: null, whole: null }],
]);

function randomSnapshot(random: Random, id: string, { isVaried, isMetered }: Features): Snapshot {
  const { divisor, decimals } = random.pick(divisors);
  return {
    id,
    sourceUrl: 'https://example.com/prices',
    accessedAt: id.slice(-10),
    capturedBy: 'finops-bot',
    priceKind: 'public-list',
    currency: 'USD',
    unitDivisor: divisor,
    verified: true,
    notes: 'random',
    prices: billableModels.filter(() => random.chance(98)).map((model) => randomPriceRow(random, model, { decimals: 18 - decimals, isVaried, isMetered })),
    meters: isMetered ? randomMeters : new Map(),
    standard: isVaried ? random.pick([[], ['default']]) : null,
    samples: [],
    source,
  };
}

/** `decimals` is how many a price may have, so that a unit price ends within 18. */
function randomPriceRow(random: Random, billableModel: string, { decimals, isVaried, isMetered }: Features & { readonly decimals: number }): PriceRow {
  const { ratio, decimals: ratioDecimals } = random.pick(ratios);
  const price = (): Money => randomPrice(random, decimals - ratioDecimals - (isVaried ? factorDecimals : 0));
  const prices = randomClassPrices(random, price);
  const tiers = randomTiers(random, prices, price);
  const row = plainRow({
    billableModel,
    prices,
    requestPrice: random.chance(75) ? new Money(0) : randomPrice(random, 18 - ratioDecimals),
    ratio: new Money(ratio),
    tiers,
    variants: isVaried ? randomVariants(random, { prices, tiers, price }) : [],
    source,
  });
  return isMetered ? { ...row, ...randomMeterPrices(random) } : row;
}

/** Prices of some meters; a model may cost by what it counts beside tokens alone. */
function randomMeterPrices(random: Random): Pick<PriceRow, 'meterPrices' | 'needs'> {
  const price = (): Money => new Money(random.pick(['0', '0.5', '2', '10', '0.006', '40']));
  return {
    meterPrices: new Map([...randomMeters.keys()].filter(() => random.chance(85)).map((name) => [name, price()])),
    needs: random.pick([null, null, null, null, [], ['image'], ['second']]),
  };
}

/** Of the factors below that can hold together. */
const factorDecimals = 4;

/** Some of a batch at half price, a dearer region, cheap nights, and tiers with prices of their own, which may meet. */
function randomVariants(
  random: Random,
  { prices, tiers, price }: { readonly prices: ClassPrices; readonly tiers: readonly PriceTier[]; readonly price: () => Money },
): Variant[] {
  const always = { serviceTier: null, region: null, hours: null, factor: new Money(1), prices: null, source };
  const own = (named: ClassPrices): ClassPrices => Object.fromEntries(Object.keys(named).map((name) => [name, price()]));
  const replaced = () => ({ base: own(prices), tiers: tiers.map((tier) => ({ ...tier, prices: own(tier.prices) })) });
  const nights = [
    { start: 18 * 60, end: 9 * 60, days: [...weekdays] },
    { start: 23 * 60 + 59, end: 12 * 60, days: ['mon', 'wed', 'fri', 'sun'] as const },
    { start: 0, end: 1440, days: ['sat', 'sun'] as const },
  ];
  const all: Variant[] = [
    { ...always, serviceTier: 'batch', factor: new Money(random.pick(['0.5', '0.25'])) },
    { ...always, region: 'eu', factor: new Money('1.1') },
    { ...always, hours: random.pick(nights), factor: new Money('0.5') },
    { ...always, serviceTier: 'priority', prices: replaced() },
    { ...always, serviceTier: 'batch', region: 'us', prices: replaced() },
    { ...always, region: 'us', hours: random.pick(nights), prices: replaced() },
  ];
  return all.filter(() => random.chance(75));
}

function randomClassPrices(random: Random, price: () => Money): ClassPrices {
  const likely = { input: 99, output: 99, cached_input: 92, cache_write: 88, cache_write_1h: 88, reasoning: 40 };
  return Object.fromEntries(tokenClasses.filter((name) => random.chance(likely[name])).map((name) => [name, price()]));
}

/** A tier names every class of its base, and sometimes one more. */
function randomTiers(random: Random, base: ClassPrices, price: () => Money): PriceTier[] {
  if (random.chance(50)) return [];
  const bounds = random.chance(50) ? [200n] : [200n, 1_000n];
  return bounds.map((inputTokensAbove) => {
    const names = tokenClasses.filter((name) => base[name] !== undefined || random.chance(5));
    return { inputTokensAbove, prices: Object.fromEntries(names.map((name) => [name, price()])) };
  });
}

function randomPrice(random: Random, decimals: number): Money {
  if (random.chance(10)) return new Money(0);
  if (random.chance(20)) return new Money(`0.${'0'.repeat(decimals - 1)}${1 + random.below(9)}`);
  if (random.chance(20)) return new Money(`${random.below(3)}.${Array.from({ length: decimals }, () => random.below(10)).join('')}`);
  return new Money(random.pick(['0.1', '0.25', '0.5', '1', '2', '10', '100']));
}

const days = [instantOf('2026-01-01T00:00:00Z'), instantOf('2026-05-10T00:00:00Z'), instantOf('2026-05-15T00:00:00Z')];

interface Naming {
  readonly internalName: string;
  readonly requestedModel: string;
  readonly billableModel: string;
  readonly fallbackFor?: string;
}

/** The first is always there; the others come and go. */
const namings: readonly Naming[] = [
  { internalName: 'chat', requestedModel: 'nano-alias', billableModel: 'nano' },
  { internalName: 'chat', requestedModel: 'mini-alias', billableModel: 'mini' },
  { internalName: 'batch', requestedModel: 'big-alias', billableModel: 'big' },
  // Another name for the same model agrees, another model for the same name does not.
  { internalName: 'search', requestedModel: 'nano-alias', billableModel: 'nano' },
  { internalName: 'search', requestedModel: 'mini-alias', billableModel: 'big' },
  { internalName: 'chat-spare', requestedModel: 'haiku-alias', billableModel: 'haiku', fallbackFor: 'chat' },
  { internalName: 'chat-spare', requestedModel: 'big-alias', billableModel: 'big', fallbackFor: 'chat' },
  { internalName: 'batch-spare', requestedModel: 'haiku-alias', billableModel: 'mini', fallbackFor: 'batch' },
  { internalName: 'search-spare', requestedModel: 'big-alias', billableModel: 'haiku', fallbackFor: 'search' },
];

export function randomMappings(random: Random): Mapping[] {
  const likely = [100, 70, 70, 25, 12, 80, 50, 35, 25];
  const mappings = namings.filter((_, index) => random.chance(likely[index] ?? 0)).flatMap((naming) => randomValidity(random, naming));
  const primaries = mappings.filter(({ role }) => role === 'primary').map(({ internalName }) => internalName);
  return random.shuffle(mappings.filter(({ fallbackFor }) => fallbackFor === null || primaries.includes(fallbackFor)));
}

/** Open, bounded, or changing to another model on a day inside the period. */
function randomValidity(random: Random, naming: Naming): Mapping[] {
  const [start = 0n, ...inside] = days;
  const change = random.pick(inside);
  const mapping: Mapping = {
    internalName: naming.internalName,
    requestedModel: naming.requestedModel,
    billableModel: naming.billableModel,
    role: naming.fallbackFor === undefined ? 'primary' : 'fallback',
    fallbackFor: naming.fallbackFor ?? null,
    owner: 'platform',
    priceSnapshot: null,
    from: start,
    to: null,
    source,
  };
  if (random.chance(82)) return [mapping];
  if (random.chance(40)) return [{ ...mapping, from: change }];
  if (random.chance(50)) return [{ ...mapping, to: change }];
  return [
    { ...mapping, to: change },
    { ...mapping, from: change, billableModel: random.pick(billableModels) },
  ];
}

export function randomIncidents(random: Random): Incident[] {
  const times = [
    ['2026-05-04T00:00:00Z', '2026-05-10T00:00:00Z'],
    ['2026-05-09T00:00:00Z', '2026-05-17T12:00:00Z'],
    ['2026-05-20T11:59:59Z', '2026-05-20T12:00:00Z'],
  ] as const;
  return times
    .filter(() => random.chance(50))
    .map(([from, to], index) => ({
      id: `inc-${index}`,
      from: instantOf(from),
      to: instantOf(to),
      services: random.chance(40) ? [] : services.filter(() => random.chance(50)),
      ticket: null,
    }));
}

export function randomBilling(random: Random): Record<Status, BillingRule> {
  const rules: BillingRule[] = ['billable', 'not-billable', 'unverified'];
  const usual: Record<Status, BillingRule> = { success: 'billable', error: 'not-billable', timeout: 'unverified', canceled: 'billable' };
  const chosen = statuses.map((status) => [status, random.chance(status === 'success' ? 95 : 70) ? usual[status] : random.pick(rules)]);
  return Object.fromEntries(chosen) as Record<Status, BillingRule>;
}

export function randomRounding(random: Random): Rounding | null {
  if (random.chance(15)) return null;
  return {
    quantum: new Money(random.pick(['0.000002', '0.01', '1', '0.3', '0.000000000000000007'])),
    mode: random.pick(['half-up', 'half-even', 'up', 'down'] as const),
    minimum: random.chance(50) ? null : new Money(random.pick(['0.000002', '0.5', '7'])),
  };
}

/** Few decimals, as of fees. */
export function randomRates(random: Random): ReferenceInput['period']['fx'] {
  const rate = (): Money => new Money(random.pick(['1.1', '0.15', '7.3', '2', '0.5']));
  const currencies = random.pick([[], [], ['EUR'], ['CNY'], ['CNY', 'EUR']]);
  return new Map(currencies.map((currency) => [currency, rate()]));
}

/** What covered calls cost all the same; null = no row is covered. Few decimals: the costs of random ledgers nearly fill the engine's integers. */
export function randomCoverFees(random: Random): ReferenceInput['contract']['coverFees'] | null {
  if (random.chance(65)) return null;
  return random.pick([{}, { byok: new Money('0.5') }, { byok: new Money('0.1'), credit: new Money('1') }, { subscription: new Money('0') }]);
}

/** Months before, which rows may correct. */
export function randomEarlier(random: Random): ReferenceInput['earlier'] {
  const month = (id: string, start: string, end: string) => ({ id, start: instantOf(start), end: instantOf(end) });
  const months = [month('2026-03', '2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'), month('2026-04', '2026-04-01T00:00:00Z', '2026-05-01T00:00:00Z')];
  const charged = () => (random.chance(15) ? null : new Money(random.pick(['0', '0.3', '13', '100000', '100000000000000'])));
  return months.filter(() => random.chance(80)).map((one) => ({ ...one, charged: charged() }));
}

/** Whether the provider's counts stand for those of a client that stopped. */
export function randomClientStopped(random: Random): ReferenceInput['clientStopped'] {
  const setting = () => (random.chance(50) ? 'provider-counts' : 'unverified');
  return { timeout: setting(), canceled: setting() };
}

/** Periods beside the one that is judged: of the other account, of the other environment, of the models that are left. */
export function randomOtherScopes(random: Random, models: readonly string[] | null): Scope[] {
  if (random.chance(35)) return [];
  const may = { start: instantOf('2026-05-01T00:00:00Z'), end: instantOf(random.pick(['2026-06-01T00:00:00Z', '2026-05-15T00:00:00Z'])) };
  const candidates: Scope[] = [
    {
      ...may,
      accounts: [otherAccount],
      environment: random.pick([null, environment, 'staging']),
      models: random.chance(70) ? null : ['nano', 'mini'],
      keys: null,
    },
    { ...may, accounts: [account], environment: 'staging', models: null, keys: null },
    { ...may, accounts: [account], environment: null, models: billableModels.filter((model) => models?.includes(model) === false), keys: null },
  ];
  return candidates.filter((scope) => random.chance(65) && scope.models?.length !== 0);
}

/** All, one or both of those that rows name, and perhaps a period of the other one. */
export function randomKeys(random: Random): { readonly keys: readonly string[] | null; readonly others: readonly Scope[] } {
  const keys = random.chance(60) ? null : random.pick([keyRefs.slice(0, 1), keyRefs]);
  const left = keyRefs.filter((key) => keys?.includes(key) === false);
  const other: Scope = {
    start: instantOf('2026-05-01T00:00:00Z'),
    end: instantOf('2026-06-01T00:00:00Z'),
    accounts: [account],
    environment: null,
    models: null,
    keys: left,
  };
  return { keys, others: left.length > 0 && random.chance(60) ? [other] : [] };
}

/** Often met steps more often, so that several exceptions share one. */
const likelyCategories: readonly ReferenceException['category'][] = [
  ...exceptableSteps,
  ...(['tier_difference', 'token_difference', 'price_difference', 'not_charged', 'not_forwarded', 'unlinked', 'unbacked', 'model_drift'] as const),
  ...([
    'fallback',
    'in_transit',
    'out_of_scope',
    'duplicate',
    'refund',
    'adjustment',
    'status_difference',
    'retry',
    'model_drift',
    'fallback',
    'model_drift',
    'meter_difference',
  ] as const),
  ...(['covered', 'correction'] as const),
];

/** Of requests, and of charges that carry no request id. */
const someIds = [...Array.from({ length: 12 }, (_, index) => `r${index}`), 'p1', 'p4', 'p-lone', 'r-foreign'];

export function randomExceptions(random: Random): ReferenceException[] {
  if (random.chance(25)) return [];
  const favourite = random.pick(likelyCategories);
  return Array.from({ length: 2 + random.below(6) }, (_, index) => {
    const category = random.chance(50) ? favourite : random.pick(likelyCategories);
    return {
      id: `exc-${index}`,
      category,
      // The money of a balance or an invoice names no rows that a filter could speak of.
      ...(isAboutRows({ category }) ? randomFilters(random) : noFilters),
      maxAmount: new Money(random.pick(['0.000000000000000001', '0.01', '0.5', '10', '250', '10000', '100000000000000'])),
      maxCount: random.chance(30) ? null : BigInt(random.pick([0, 1, 1, 2, 100])),
      expiresOn: random.pick(['2026-12-31', '2026-12-31', '2026-12-31', '2026-12-31', '2026-07-01', '2026-06-30']),
    };
  });
}

type Filters = Pick<ReferenceException, 'model' | 'service' | 'requestIds' | 'from' | 'to'>;
const noFilters: Filters = { model: null, service: null, requestIds: null, from: null, to: null };

function randomFilters(random: Random): Filters {
  return {
    model: random.chance(27) ? random.pick(billableModels) : null,
    service: random.chance(33) ? random.pick(services) : null,
    requestIds: random.chance(20) ? ['r3', ...someIds.filter(() => random.chance(60))] : null,
    from: random.chance(18) ? instantOf('2026-05-10T00:00:00Z') : null,
    to: random.chance(18) ? instantOf('2026-05-20T12:00:00Z') : null,
  };
}

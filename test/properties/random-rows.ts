/** Random evidence: requests told by three witnesses who agree mostly, and collide often. */
import { type CanonicalColumn, canonicalColumns, type Cover, type Layer, type Status } from '../../src/model/evidence.ts';
import { formatInstant } from '../../src/model/instant.ts';
import { randomAmendments } from './random-amendments.ts';
import { noTokens, randomAmount, randomTime, randomTokens, shifted, type TokenTexts } from './random-values.ts';
import {
  account,
  billableModels,
  costCenters,
  environment,
  instantOf,
  keyRefs,
  lateMoments,
  moments,
  momentsOutside,
  otherAccount,
  requestedModels,
  services,
  unmappedModel,
  unpricedModel,
} from './random-words.ts';
import type { Random } from './random.ts';
import type { CanonicalRow } from '../reference/input.ts';

export interface RowHabits {
  /** Percent of fields and rows that differ from what the other witnesses say. */
  readonly noise: number;
  readonly requests: number;
  readonly isFinalOnly: boolean;
  /** What the provider's export names calls by: every id, or mostly that of the answer. */
  readonly names: 'all' | 'answers';
  /** Rows say which period they correct. */
  readonly corrects: boolean;
  /** What pays for calls beside the balance; empty = nothing does. */
  readonly covers: readonly Cover[];
  /** Who names the key of a call. */
  readonly keys: readonly Layer[];
  /** Whether calls count anything beside tokens. */
  readonly isMetered: boolean;
}

export type Values = Partial<Record<CanonicalColumn, string | null>>;

const usualModel: Readonly<Record<string, string>> = {
  'nano-alias': 'nano',
  'mini-alias': 'mini',
  'big-alias': 'big',
  'haiku-alias': 'haiku',
};

const usualName: Readonly<Record<string, string>> = {
  'nano-alias': 'chat',
  'mini-alias': 'chat',
  'big-alias': 'batch',
  'haiku-alias': 'chat-spare',
};

export function randomRows(random: Random, habits: RowHabits): Record<Layer, CanonicalRow[]> {
  const rows: Record<Layer, CanonicalRow[]> = { application: [], gateway: [], provider: [] };
  for (let index = 0; index < habits.requests; index++) addRequest(random, habits, rows, index);
  for (let extra = random.below(4); extra > 0; extra--) {
    const lone = rowOf(loneCharge(random, habits));
    rows.provider.push(lone, ...(random.chance(10) ? [lone] : []));
  }
  rows.provider.push(...rows.provider.flatMap((charge) => randomAmendments(random, charge, habits.corrects)));
  const withRepeats = (layer: Layer): CanonicalRow[] => random.shuffle([...rows[layer], ...repeats(random, habits, rows[layer], layer)]);
  return { application: withRepeats('application'), gateway: withRepeats('gateway'), provider: withRepeats('provider') };
}

/** What is true of a request whoever tells it. */
interface Story {
  readonly id: string;
  readonly index: number;
  readonly attempts: number;
  readonly moment: string;
  readonly requested: string;
  readonly shared: Values;
  readonly knows: { readonly providerIds: boolean; readonly answers: boolean };
  /** Its client stopped listening before the last attempt was over. */
  readonly isStopped: boolean;
  /** Seconds that the provider took to write its charges down. */
  readonly lag: bigint;
}

/** What is true of one attempt. */
interface Attempt {
  readonly number: number;
  readonly isLast: boolean;
  readonly told: Values;
  readonly tokens: TokenTexts;
  readonly model: string;
  readonly providerId: string;
  readonly answer: string;
  readonly status: Status;
  /** The tier and region that it ran in. */
  readonly choice: Pick<Values, 'service_tier' | 'region'>;
  /** What it counts beside tokens. */
  readonly meters: string | null;
}

/** One request: one to three attempts, each told by all, some or one of the witnesses. */
function addRequest(random: Random, habits: RowHabits, rows: Record<Layer, CanonicalRow[]>, index: number): void {
  const story = randomStory(random, habits, index);
  for (let number = 1; number <= story.attempts; number++) {
    const attempt = randomAttempt(random, habits, story, number);
    if (random.chance(95) && (attempt.isLast || !habits.isFinalOnly || random.chance(habits.noise))) {
      rows.application.push(rowOf(applicationValues(random, habits, story, attempt)));
    }
    if (random.chance(88)) rows.gateway.push(rowOf(gatewayValues(random, habits, story, attempt)));
    for (let charges = random.pick([1, 1, 1, 1, 1, 1, 1, 1, 0, random.chance(habits.noise) ? 2 : 1]); charges > 0; charges--) {
      rows.provider.push(rowOf(chargeValues(random, habits, story, { ...attempt, providerId: charges === 2 ? `${attempt.providerId}b` : attempt.providerId })));
    }
  }
}

function randomStory(random: Random, { noise }: RowHabits, index: number): Story {
  const isOdd = (): boolean => random.chance(noise);
  const isLate = random.chance(8);
  return {
    id: isOdd() ? `r${random.below(index + 1)}` : `r${index}`,
    index,
    attempts: random.pick([1, 1, 1, 2, 2, 3]),
    moment: random.pick(isLate ? lateMoments : random.chance(6) ? momentsOutside : moments),
    requested: random.pick([...requestedModels, ...Array.from({ length: 4 }, () => 'nano-alias'), isOdd() ? unmappedModel : 'nano-alias']),
    shared: {
      account_ref: random.chance(4) ? otherAccount : account,
      environment: random.pick([environment, environment, null, random.chance(30) ? 'staging' : environment]),
      service: random.pick(services),
      cost_center: random.pick([...costCenters, null]),
      prompt_version: random.pick(['v1', 'v2', null]),
      tenant: random.pick(['t1', null]),
    },
    knows: { providerIds: random.chance(50), answers: random.chance(50) },
    isStopped: random.chance(8),
    lag: isLate ? random.pick([3_600n, 18_000n, 43_200n, 108_000n, 1_500_000n]) : 0n,
  };
}

function randomAttempt(random: Random, habits: RowHabits, story: Story, number: number): Attempt {
  const { noise } = habits;
  const isOdd = (): boolean => random.chance(noise);
  const isLast = number === story.attempts;
  const stopped = isLast && story.isStopped;
  const status = stopped
    ? random.pick(['timeout', 'canceled'] as const)
    : isLast && !isOdd()
      ? 'success'
      : random.pick(['error', 'error', 'timeout', 'canceled', 'success'] as const);
  const model = random.chance(12) || isOdd() ? random.pick(requestedModels) : story.requested;
  const attempt = isOdd() ? null : String(isOdd() ? 1 + random.below(4) : number);
  return {
    number,
    isLast,
    told: { ...story.shared, request_id: story.id, status, attempt, model_requested: number === 1 ? story.requested : model },
    tokens: randomTokens(random, noise),
    model,
    providerId: `p${isOdd() ? random.below(30) : story.index * 3 + number}`,
    answer: `c${isOdd() ? random.below(30) : story.index * 3 + number}`,
    status,
    choice: randomChoice(random),
    meters: habits.isMetered ? randomMeters(random, noise) : null,
  };
}

function randomMeters(random: Random, noise: number): string | null {
  const counts: Readonly<Record<string, readonly string[]>> = {
    audio: ['0', '1', '5', random.chance(noise / 4) ? '1.5' : '2'],
    image: ['0', '1', '3', random.chance(noise / 4) ? '0.5' : '2'],
    minute: ['0', '0.25', '1.000001', '60'],
    second: ['0', '9.3', '10', '0.000001'],
    web_search: ['0', '1', '4', random.chance(noise / 4) ? '-1' : '2'],
  };
  const stated = Object.entries(counts).filter(() => random.chance(40));
  return stated.length === 0 ? null : stated.map(([name, quantities]) => `${name}=${random.pick(quantities)}`).join(' ');
}

function randomChoice(random: Random): Attempt['choice'] {
  return {
    service_tier: random.pick([null, null, null, 'default', 'batch', 'priority', random.chance(6) ? 'flex' : 'batch']),
    region: random.pick([null, null, null, 'eu', 'us', random.chance(6) ? 'asia' : 'eu']),
  };
}

function applicationValues(random: Random, habits: RowHabits, story: Story, attempt: Attempt): Values {
  const { noise } = habits;
  const isOdd = (): boolean => random.chance(noise);
  const counted = isOdd() ? randomTokens(random, noise) : attempt.tokens;
  return {
    ...attempt.told,
    ...(isOdd() ? randomChoice(random) : attempt.choice),
    meters: habits.isMetered && isOdd() ? randomMeters(random, noise) : attempt.meters,
    ...(story.isStopped && attempt.isLast && random.chance(85) ? { ...noTokens, input_tokens: random.pick([null, counted.input_tokens]) } : counted),
    timestamp_utc: randomTime(random, story.moment, attempt.number),
    provider_request_id: story.knows.providerIds && random.chance(70) ? attempt.providerId : null,
    response_id: story.knows.answers && random.chance(80) ? attempt.answer : null,
    internal_name: random.pick([null, isOdd() ? random.pick(['search', 'nobody']) : (usualName[story.requested] ?? null)]),
    retry_reason: attempt.number === 1 ? null : random.pick(['timeout', 'error', null]),
    key_ref: habits.keys.includes('application') ? random.pick([null, ...keyRefs]) : null,
    ...randomStated(random, 30),
  };
}

function gatewayValues(random: Random, { noise }: RowHabits, story: Story, attempt: Attempt): Values {
  return {
    ...attempt.told,
    timestamp_utc: randomTime(random, story.moment, attempt.number),
    provider_request_id: random.chance(70) ? attempt.providerId : null,
    response_id: random.chance(40) ? attempt.answer : null,
    attempt: random.chance(noise) ? null : (attempt.told.attempt ?? null),
    ...randomStated(random, 15),
  };
}

/** What a log says that a call cost, under its own name or under that of the provider. */
function randomStated(random: Random, percent: number): Values {
  return {
    stated_amount: random.chance(percent) ? randomAmount(random) : null,
    charged_amount: random.chance(percent / 3) ? randomAmount(random) : null,
    charged_currency: random.pick([null, null, null, 'USD', random.chance(40) ? 'EUR' : null]),
  };
}

/** What only the provider says: kind, billed model, amount, and how it names the call. */
function chargeValues(random: Random, { noise, names, keys, covers, isMetered }: RowHabits, story: Story, attempt: Attempt): Values {
  const isOdd = (): boolean => random.chance(noise);
  const { status } = attempt;
  const time = isOdd()
    ? randomTime(random, random.pick([...moments, ...momentsOutside]), attempt.number)
    : shifted(randomTime(random, story.moment, attempt.number), story.lag);
  const hides = (usual: number): boolean => random.chance(names === 'answers' ? 90 : usual);
  return {
    ...randomCharge(random, { noise, keys, covers }, usualModel[attempt.model] ?? 'nano'),
    ...(random.chance(85) ? attempt.choice : randomChoice(random)),
    meters: isMetered && random.chance(25) ? randomMeters(random, noise) : attempt.meters,
    ...(random.chance(20) && !(story.isStopped && attempt.isLast) ? randomTokens(random, noise) : attempt.tokens),
    request_id: hides(14) ? null : isOdd() ? 'r-foreign' : story.id,
    provider_request_id: hides(20) ? null : attempt.providerId,
    response_id: random.chance(names === 'answers' ? 95 : 50) ? attempt.answer : null,
    timestamp_utc: time,
    status: random.pick([status, status, status, null, isOdd() ? 'error' : 'success']),
    attempt: random.chance(10) ? null : isOdd() ? String(1 + random.below(4)) : (attempt.told.attempt ?? null),
    account_ref: isOdd() && random.chance(30) ? otherAccount : random.pick([account, null]),
    environment: isOdd() && random.chance(30) ? 'staging' : random.pick([environment, null]),
  };
}

function randomCharge(random: Random, { noise, keys, covers }: Pick<RowHabits, 'noise' | 'keys' | 'covers'>, model: string): Values {
  const isOdd = (): boolean => random.chance(noise);
  const kind = random.chance(88) ? random.pick([null, 'charge']) : random.pick(['charge', 'error', 'error', 'refund', 'adjustment']);
  const billed = isOdd() ? random.pick([...billableModels, unpricedModel]) : model;
  const cover = covers.length > 0 && random.chance(40) ? random.pick(covers) : random.pick([null, null, 'wallet']);
  const isCovered = cover !== null && cover !== 'wallet';
  const reports = random.chance(kind === null || kind === 'charge' ? 45 : 70);
  const amount = isCovered && random.chance(50) ? '0' : reports ? randomAmount(random) : null;
  return {
    kind,
    // Only a charge must name its model.
    model_billed: kind !== null && kind !== 'charge' && random.chance(25) ? null : billed,
    charged_amount: amount,
    covered_by: cover,
    charged_currency: amount === null ? null : random.pick([null, null, 'USD', 'USD', 'USD', random.chance(50) ? 'EUR' : 'USD']),
    service: random.pick([null, null, 'chat', 'billing']),
    model_requested: random.pick([null, null, 'nano-alias', 'haiku-alias']),
    cost_center: random.pick([null, null, 'cc-1']),
    key_ref: keys.includes('provider') ? random.pick([null, ...keyRefs]) : null,
    ...randomChoice(random),
  };
}

function loneCharge(random: Random, { keys, covers }: RowHabits): Values {
  return {
    ...randomCharge(random, { noise: 20, keys, covers }, random.pick(billableModels)),
    ...randomTokens(random, 10),
    timestamp_utc: randomTime(random, random.pick(moments), 1),
    provider_request_id: random.pick([null, null, 'p-lone']),
    response_id: random.pick([null, null, 'c-lone']),
    status: random.pick(['success', 'error', null]),
    attempt: random.pick([null, null, '1']),
    internal_name: random.pick([null, 'chat', 'chat-spare']),
    prompt_version: random.pick([null, 'v1']),
    retry_reason: random.pick([null, 'error']),
  };
}

/** Rows exported twice, and rows that share an id with another but differ from it. */
function repeats(random: Random, { noise, keys, covers }: RowHabits, rows: readonly CanonicalRow[], layer: Layer): CanonicalRow[] {
  const differences: ((row: CanonicalRow) => Values)[] = [
    (row) => ({ timestamp_utc: shifted(row.timestamp_utc, 90n) }),
    (row) => ({ timestamp_utc: shifted(row.timestamp_utc, -90n), output_tokens: '3' }),
    // The same time: row content decides which one is kept.
    () => ({ prompt_version: random.pick(['v1', '\u{FF5E}', '\u{1F600}']) }),
    () => ({ output_tokens: random.pick(['9', '10', '100']) }),
    () => ({ status: random.pick(['success', 'error', 'timeout']) }),
    () => ({ tenant: random.pick(['t2', '\u{FF5E}']) }),
    ...(layer === 'provider'
      ? [
          () => ({ charged_amount: randomAmount(random) }),
          () => ({ provider_request_id: null }),
          ...(keys.includes('provider') ? [() => ({ key_ref: 'key-c' })] : []),
          ...(covers.length > 0 ? [() => ({ covered_by: random.pick(covers) })] : []),
        ]
      : [() => ({ stated_amount: randomAmount(random) })]),
  ];
  const inOtherDigits = (amount: string | null): string | null => (amount !== null && /^-?\d+\.\d+$/.test(amount) ? `${amount}0` : amount);
  const sameMeaning = (row: CanonicalRow): Values => ({
    charged_amount: inOtherDigits(row.charged_amount),
    stated_amount: inOtherDigits(row.stated_amount),
    timestamp_utc: row.timestamp_utc === null ? null : formatInstant(instantOf(row.timestamp_utc)),
    ...(layer === 'provider' ? { kind: row.kind ?? 'charge', covered_by: row.covered_by ?? 'wallet' } : {}),
  });
  return rows.flatMap((row) => [
    ...(random.chance(2 + noise / 6) ? [{ ...row, ...(random.chance(50) ? sameMeaning(row) : {}) }] : []),
    ...(random.chance(3 + noise / 4) ? [{ ...row, ...random.pick(differences)(row) }] : []),
  ]);
}

function rowOf(values: Values): CanonicalRow {
  const row = Object.fromEntries(canonicalColumns.map((column) => [column, null])) as Record<CanonicalColumn, string | null>;
  return { ...row, ...values };
}

/** Some rows with parts of other models; the copies of a row have them too, mostly. */
export function withParts(random: Random, rows: readonly CanonicalRow[]): CanonicalRow[] {
  const drawn = new Map<CanonicalRow, CanonicalRow['parts']>();
  for (const row of new Set(rows)) if (random.chance(25)) drawn.set(row, randomParts(random, row));
  return rows.map((row) => {
    const parts = drawn.get(row);
    return parts === undefined || parts.length === 0 || random.chance(8) ? row : { ...row, parts };
  });
}

function randomParts(random: Random, { model_billed: own }: CanonicalRow): CanonicalRow['parts'] {
  const models = [...billableModels, unpricedModel].filter((model) => model !== own && random.chance(30)).toSorted();
  return models.map((model) => ({ model, ...randomTokens(random, 10) }));
}

/** Random evidence: requests told by three witnesses who agree mostly, and collide often. */
import { canonicalColumns } from '../../src/model/evidence.ts';
import type { CanonicalColumn, Layer } from '../../src/model/evidence.ts';
import { formatInstant } from '../../src/model/instant.ts';
import type { CanonicalRow } from '../reference/input.ts';
import type { Random } from './random.ts';
import {
  account,
  billableModels,
  costCenters,
  environment,
  instantOf,
  moments,
  momentsOutside,
  requestedModels,
  services,
  unmappedModel,
  unpricedModel,
} from './random-words.ts';

export interface RowHabits {
  /** Percent of fields and rows that differ from what the other witnesses say. */
  readonly noise: number;
  readonly requests: number;
  readonly isFinalOnly: boolean;
}

type Values = Partial<Record<CanonicalColumn, string | null>>;
type TokenTexts = Record<
  'input_tokens' | 'cached_input_tokens' | 'cache_write_tokens' | 'cache_write_1h_tokens' | 'output_tokens' | 'reasoning_tokens',
  string | null
>;

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
  for (let extra = random.below(4); extra > 0; extra--) rows.provider.push(loneCharge(random));
  const withRepeats = (layer: Layer): CanonicalRow[] => random.shuffle([...rows[layer], ...repeats(random, habits, rows[layer], layer)]);
  return { application: withRepeats('application'), gateway: withRepeats('gateway'), provider: withRepeats('provider') };
}

/** One request: one to three attempts, each told by all, some or one of the witnesses. */
function addRequest(random: Random, { noise, isFinalOnly }: RowHabits, rows: Record<Layer, CanonicalRow[]>, index: number): void {
  const isOdd = (): boolean => random.chance(noise);
  const id = isOdd() ? `r${random.below(index + 1)}` : `r${index}`;
  const attempts = random.pick([1, 1, 1, 2, 2, 3]);
  const moment = random.chance(6) ? random.pick(momentsOutside) : random.pick(moments);
  const requested = random.pick([...requestedModels, ...Array.from({ length: 4 }, () => 'nano-alias'), isOdd() ? unmappedModel : 'nano-alias']);
  const shared: Values = {
    account_ref: random.chance(4) ? 'acct_other' : account,
    environment: random.pick([environment, environment, null, random.chance(30) ? 'staging' : environment]),
    service: random.pick(services),
    cost_center: random.pick([...costCenters, null]),
    prompt_version: random.pick(['v1', 'v2', null]),
  };
  const knowsProviderIds = random.chance(50);

  for (let attempt = 1; attempt <= attempts; attempt++) {
    const isLast = attempt === attempts;
    const tokens = randomTokens(random, noise);
    const status = isLast && !isOdd() ? 'success' : random.pick(['error', 'error', 'timeout', 'canceled', 'success']);
    const model = random.chance(12) || isOdd() ? random.pick(requestedModels) : requested;
    const number = isOdd() ? null : String(isOdd() ? 1 + random.below(4) : attempt);
    const providerId = `p${isOdd() ? random.below(30) : index * 3 + attempt}`;
    const told: Values = { ...shared, request_id: id, status, attempt: number, model_requested: attempt === 1 ? requested : model };
    const time = (): string => randomTime(random, moment, attempt);

    if (random.chance(95) && (isLast || !isFinalOnly || isOdd())) {
      rows.application.push(
        rowOf({
          ...told,
          ...(isOdd() ? randomTokens(random, noise) : tokens),
          timestamp_utc: time(),
          provider_request_id: knowsProviderIds && random.chance(70) ? providerId : null,
          internal_name: random.pick([null, isOdd() ? random.pick(['search', 'nobody']) : (usualName[requested] ?? null)]),
          retry_reason: attempt === 1 ? null : random.pick(['timeout', 'error', null]),
        }),
      );
    }
    if (random.chance(88)) {
      rows.gateway.push(
        rowOf({ ...told, timestamp_utc: time(), provider_request_id: random.chance(70) ? providerId : null, attempt: isOdd() ? null : number }),
      );
    }
    for (let charges = random.pick([1, 1, 1, 1, 1, 1, 1, 1, 0, isOdd() ? 2 : 1]); charges > 0; charges--) {
      rows.provider.push(
        rowOf({
          ...randomCharge(random, noise, usualModel[model] ?? 'nano'),
          ...(random.chance(20) ? randomTokens(random, noise) : tokens),
          request_id: random.chance(14) ? null : isOdd() ? 'r-foreign' : id,
          provider_request_id: random.chance(20) ? null : charges === 2 ? `${providerId}b` : providerId,
          timestamp_utc: isOdd() ? randomTime(random, random.pick([...moments, ...momentsOutside]), attempt) : time(),
          status: random.pick([status, status, status, null, isOdd() ? 'error' : 'success']),
          attempt: random.chance(10) ? null : isOdd() ? String(1 + random.below(4)) : number,
          account_ref: isOdd() && random.chance(30) ? 'acct_other' : random.pick([account, null]),
          environment: isOdd() && random.chance(30) ? 'staging' : random.pick([environment, null]),
        }),
      );
    }
  }
}

/** What only the provider says: kind, billed model, amount. */
function randomCharge(random: Random, noise: number, model: string): Values {
  const isOdd = (): boolean => random.chance(noise);
  const kind = random.chance(88) ? random.pick([null, 'charge']) : random.pick(['charge', 'error', 'error', 'refund', 'adjustment']);
  const billed = isOdd() ? random.pick([...billableModels, unpricedModel]) : model;
  const amount = random.chance(kind === null || kind === 'charge' ? 45 : 70) ? randomAmount(random) : null;
  return {
    kind,
    // Only a charge must name its model.
    model_billed: kind !== null && kind !== 'charge' && random.chance(25) ? null : billed,
    charged_amount: amount,
    charged_currency: amount === null ? null : random.pick([null, null, 'USD', 'USD', 'USD', random.chance(50) ? 'EUR' : 'USD']),
    service: random.pick([null, null, 'chat', 'billing']),
    model_requested: random.pick([null, null, 'nano-alias', 'haiku-alias']),
    cost_center: random.pick([null, null, 'cc-1']),
  };
}

function loneCharge(random: Random): CanonicalRow {
  return rowOf({
    ...randomCharge(random, 20, random.pick(billableModels)),
    ...randomTokens(random, 10),
    timestamp_utc: randomTime(random, random.pick(moments), 1),
    provider_request_id: random.pick([null, null, 'p-lone']),
    status: random.pick(['success', 'error', null]),
    attempt: random.pick([null, '1']),
    internal_name: random.pick([null, 'chat', 'chat-spare']),
    prompt_version: random.pick([null, 'v1']),
    retry_reason: random.pick([null, 'error']),
  });
}

/** Rows exported twice, and rows that share an id with another but differ from it. */
function repeats(random: Random, { noise }: RowHabits, rows: readonly CanonicalRow[], layer: Layer): CanonicalRow[] {
  const differences: ((row: CanonicalRow) => Values)[] = [
    (row) => ({ timestamp_utc: shifted(row.timestamp_utc, 90n) }),
    (row) => ({ timestamp_utc: shifted(row.timestamp_utc, -90n), output_tokens: '3' }),
    // The same time: row content decides which one is kept.
    () => ({ prompt_version: random.pick(['v1', '\u{FF5E}', '\u{1F600}']) }),
    () => ({ output_tokens: random.pick(['9', '10', '100']) }),
    () => ({ status: random.pick(['success', 'error', 'timeout']) }),
    ...(layer === 'provider' ? [() => ({ charged_amount: randomAmount(random) }), () => ({ provider_request_id: null })] : []),
  ];
  const sameMeaning = (row: CanonicalRow): Values => ({
    charged_amount: row.charged_amount?.includes('.') ? `${row.charged_amount}0` : row.charged_amount,
    timestamp_utc: row.timestamp_utc === null ? null : formatInstant(instantOf(row.timestamp_utc)),
    ...(layer === 'provider' ? { kind: row.kind ?? 'charge' } : {}),
  });
  return rows.flatMap((row) => [
    ...(random.chance(2 + noise / 6) ? [{ ...row, ...(random.chance(50) ? sameMeaning(row) : {}) }] : []),
    ...(random.chance(3 + noise / 4) ? [{ ...row, ...random.pick(differences)(row) }] : []),
  ]);
}

function randomTokens(random: Random, noise: number): TokenTexts {
  const part = (): string | null => (random.chance(75) ? null : String(random.pick([0, 0, 1, 40, 60])));
  const tokens: TokenTexts = {
    input_tokens: String(random.pick([0, 10, 100, 160, 199, 200, 200, 201, 1000, 1001, 5000])),
    cached_input_tokens: part(),
    cache_write_tokens: part(),
    cache_write_1h_tokens: part(),
    output_tokens: String(random.pick([0, 5, 60, 80, 100, 7000])),
    reasoning_tokens: part(),
  };
  const fits = BigInt(tokens.input_tokens ?? '0') >= 160n && BigInt(tokens.output_tokens ?? '0') >= 60n;
  // Parts that do not fit are a data error; it shall stay an exception.
  if (!fits && !random.chance(noise / 2)) {
    tokens.cached_input_tokens = tokens.cache_write_tokens = tokens.cache_write_1h_tokens = tokens.reasoning_tokens = null;
  }
  if (BigInt(tokens.input_tokens ?? '0') < 180n && tokens.cached_input_tokens === '60' && tokens.cache_write_tokens === '60')
    tokens.cache_write_1h_tokens = null;
  if (random.chance(2)) tokens.input_tokens = random.pick(['1000000000000', '999999999999', '1000000000000000']);
  if (random.chance(noise / 4)) tokens.input_tokens = null;
  if (random.chance(noise / 4)) tokens.output_tokens = null;
  if (random.chance(noise / 8))
    tokens[random.pick(['input_tokens', 'output_tokens', 'cached_input_tokens'] as const)] = random.pick(['-1', '1.5', 'many', '1000000000000001']);
  return tokens;
}

function randomAmount(random: Random): string {
  if (random.chance(30)) return random.pick(['0', '0.00', '-0.25', '-12.5', '-0.000000000000000001']);
  if (random.chance(20)) return `${random.below(100)}.${Array.from({ length: 18 }, () => random.below(10)).join('')}`;
  return random.pick(['0.01', '1.5', '12.50', '250', '1000.000001']);
}

/** Around a moment: at it, or some seconds after it; written in several ways. */
function randomTime(random: Random, moment: string, attempt: number): string {
  const at = instantOf(moment) + BigInt(random.pick([0, 0, 0, 1, 30]) + (attempt - 1) * 60) * 1_000_000n;
  const text = formatInstant(at);
  if (random.chance(90)) return text;
  if (random.chance(50) && !text.includes('.')) return text.replace('Z', random.pick(['.000Z', '.0000009Z']));
  return formatInstant(at + 7_200_000_000n).replace('Z', '+02:00');
}

function shifted(text: string | null, seconds: bigint): string {
  return formatInstant(instantOf(text ?? '') + seconds * 1_000_000n);
}

function rowOf(values: Values): CanonicalRow {
  const row = Object.fromEntries(canonicalColumns.map((column) => [column, null])) as Record<CanonicalColumn, string | null>;
  return { ...row, ...values };
}

/** Turns generated rows into the text of their export: format `trueup` for every layer, format `new-api` for the provider. */
import { type Rates, ratio, type Tokens } from './pricing.ts';
import { formatMoney, Money, zero } from '../../src/model/money.ts';

export interface LogRow {
  readonly requestId: string;
  /** null: the call never got an id. */
  readonly providerId: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly account: string;
  readonly environment: string;
  readonly service: string;
  readonly costCenter: string;
  readonly internalName: string | null;
  readonly requested: string;
  readonly status: 'success' | 'error' | 'timeout' | 'canceled';
  readonly attempt: number;
  readonly tokens: Tokens | null;
  readonly stream: boolean;
  readonly completed: boolean;
  readonly stopped: boolean;
  readonly retryReason: string | null;
  readonly promptVersion: string;
}
export interface ProviderRow {
  readonly providerId: string;
  /** Our id, where the provider passes it on. */
  readonly requestId: string | null;
  readonly at: number;
  readonly account: string;
  readonly requested: string;
  readonly billed: string;
  readonly kind: 'charge' | 'error' | 'refund';
  readonly status: 'success' | 'error' | 'timeout' | 'canceled' | null;
  readonly attempt: number | null;
  readonly tokens: Tokens | null;
  readonly amount: Money | null;
  readonly stream: boolean;
  /** Official prices, for the ratios that new-api writes; null where nobody knows them. */
  readonly rates: Rates | null;
}

export const applicationHeader =
  'request_id,provider_request_id,timestamp_utc,account_ref,environment,service,cost_center,internal_name,model_requested,status,attempt,input_tokens,cached_input_tokens,cache_write_tokens,output_tokens,stream,stream_completed,client_stopped,retry_reason,prompt_version';
export const gatewayHeader =
  'request_id,provider_request_id,timestamp_utc,environment,service,model_requested,status,attempt,input_tokens,cached_input_tokens,cache_write_tokens,output_tokens,retry_reason';
export const providerHeader =
  'provider_request_id,request_id,timestamp_utc,account_ref,model_billed,kind,status,attempt,input_tokens,cached_input_tokens,cache_write_tokens,output_tokens,charged_amount,charged_currency,stream';
export const newApiHeader = 'created_at,type,token_name,model_name,quota,prompt_tokens,completion_tokens,use_time,is_stream,group,request_id,other';

export function applicationLine(row: LogRow): string {
  return [
    row.requestId,
    row.providerId ?? '',
    isoMillis(row.at),
    row.account,
    row.environment,
    row.service,
    row.costCenter,
    row.internalName ?? '',
    row.requested,
    row.status,
    row.attempt,
    tokenCells(row.tokens),
    row.stream,
    row.stream ? row.completed : '',
    row.stopped,
    row.retryReason ?? '',
    row.promptVersion,
  ].join(',');
}

export function gatewayLine(row: LogRow): string {
  return [
    row.requestId,
    row.providerId ?? '',
    isoMillis(row.at),
    row.environment,
    row.service,
    row.requested,
    row.status,
    row.attempt,
    tokenCells(row.tokens),
    row.retryReason ?? '',
  ].join(',');
}

export function providerLine(row: ProviderRow): string {
  return [
    row.providerId,
    row.requestId ?? '',
    isoMillis(row.at),
    row.account,
    row.billed,
    row.kind,
    row.status ?? '',
    row.attempt ?? '',
    tokenCells(row.tokens),
    row.amount === null ? '' : formatMoney(row.amount),
    row.amount === null ? '' : 'USD',
    row.stream,
  ].join(',');
}

/** A row of the new-api log: quota in 1/500,000 USD, seconds, the requested alias, and the rest in a JSON text. */
export function newApiLine(row: ProviderRow): string {
  const type = { charge: 2, error: 5, refund: 6 }[row.kind];
  const claude = row.billed.startsWith('claude-');
  const tokens = row.tokens;
  const prompt = tokens === null ? 0 : claude ? tokens.input - tokens.cached - tokens.write : tokens.input;
  const quota = (row.amount ?? zero).abs().times(500_000);
  const other = otherText(row, claude).replaceAll('"', '""');
  const seconds = Math.floor(row.at / 1000);
  return `${seconds},${type},main,${row.requested},${quota.toFixed(0)},${prompt},${tokens?.output ?? 0},${1 + (seconds % 7)},${row.stream},default,${row.providerId},"${other}"`;
}

/** The JSON of `other`; every value is already JSON text, so that no price passes through a binary number. */
function otherText(row: ProviderRow, claude: boolean): string {
  const { tokens, rates } = row;
  const fields = [
    ...(rates === null ? [] : ratiosOf(rates)),
    ...(tokens === null ? [] : [['cache_tokens', `${tokens.cached}`]]),
    ...(claude && tokens !== null
      ? [
          ['claude', 'true'],
          ['cache_creation_tokens', `${tokens.write}`],
        ]
      : []),
    ...(row.requested === row.billed
      ? []
      : [
          ['is_model_mapped', 'true'],
          ['upstream_model_name', `"${row.billed}"`],
        ]),
  ];
  return `{${fields.map(([key, value]) => `"${key}":${value}`).join(',')}}`;
}

/** new-api's way to write prices: model_ratio 1 = 2 USD per million tokens, the others relative to input. */
function ratiosOf(rates: Rates): (readonly [string, string])[] {
  const relative = (price: string): string => new Money(price).div(rates.input).toSignificantDigits(12).toFixed();
  return [
    ['model_ratio', new Money(rates.input).div(2).toFixed()],
    ['group_ratio', ratio],
    ['completion_ratio', relative(rates.output)],
    ['cache_ratio', relative(rates.cached)],
    ...(rates.write === null ? [] : [['cache_creation_ratio', relative(rates.write)] as const]),
  ];
}

function tokenCells(tokens: Tokens | null): string {
  return tokens === null ? ',,,' : `${tokens.input},${tokens.cached},${tokens.write},${tokens.output}`;
}

/** `2026-05-01T00:00:00.000Z`. */
export function isoMillis(at: number): string {
  return new Date(at).toISOString();
}

/** The one table of names under which exports write the canonical columns, and the units that names say. Pure. */
import type { CanonicalColumn, Layer } from '../../model/evidence.ts';

/** What a name may be; the layer decides between ours and the provider's. */
export type Meaning = Exclude<CanonicalColumn, 'provider_request_id' | 'model_billed'> | 'upstream_id' | 'billed_name' | 'class' | 'quantity' | 'requests';

/** In words, lower case, joined by `_`, without units. English, and what docs of providers, gateways and databases call them. */
const names: Readonly<Partial<Record<Meaning, string>>> = {
  request_id: 'id request_id req_id call_id log_id generation_id event_id charge_id usage_id cf_aig_log_id x_request_id uuid',
  upstream_id: 'provider_request_id upstream_request_id upstream_id provider_id_of_call',
  response_id: 'response_id completion_id message_id',
  timestamp_utc:
    'timestamp time date datetime date_time ts at created created_at create_time created_time start start_time started_at request_time request_created_at event_time usage_date usage_time usage_start_time logged_at occurred_at day charge_period_start starting_at bucket_start time_stamp',
  account_ref: 'account_ref account account_id',
  environment: 'environment env',
  service: 'service app application app_name application_name',
  cost_center: 'cost_center cost_centre department',
  internal_name: 'internal_name',
  model_requested: 'model_requested requested_model request_model model_group model_alias',
  billed_name: 'model model_name model_id model_billed billed_model response_model model_version ai_model provided_model_name model_permaslug',
  kind: 'kind type entry entry_type charge_category charge_kind record_type transaction_type row_type line_type',
  status: 'status state result outcome success is_success response_status status_code response_status_code http_status',
  attempt: 'attempt attempt_number try attempt_no',
  input_tokens:
    'in input input_tokens prompt_tokens tokens_in tokens_prompt input_token_count prompt_token_count in_tokens prompt native_tokens_prompt uncached_input_tokens input_uncached_tokens',
  cached_input_tokens:
    'cached cache cached_tokens cache_tokens cache_read cache_reads cached_input cached_input_tokens cache_read_tokens cache_read_input_tokens input_cached_tokens prompt_cache_read_tokens cached_content_token_count prompt_cache_hit_tokens cache_hit_tokens num_cached_tokens native_tokens_cached cached_prompt_tokens cache_read_input_token_count cache_read_input',
  cache_write_tokens:
    'cache_write cache_writes cache_creation cache_write_tokens cache_creation_tokens cache_write_input_tokens cache_creation_input_tokens input_cache_write_tokens prompt_cache_write_tokens ephemeral_5m_input_tokens cache_write_input_token_count cached_creation_tokens',
  cache_write_1h_tokens: 'cache_write_1h cache_write_1h_tokens ephemeral_1h_input_tokens cache_creation_tokens_1h cache_creation_1h_tokens',
  output_tokens:
    'out output output_tokens completion_tokens tokens_out tokens_completion output_token_count completion_token_count candidates_token_count generated_tokens out_tokens completion native_tokens_completion',
  reasoning_tokens: 'reasoning reasoning_tokens thoughts_token_count thinking_tokens native_tokens_reasoning reasoning_output_tokens thinking',
  total_tokens: 'total_tokens tokens_total total_token_count',
  charged_amount:
    'cost total_cost spend total_spend amount total_amount charge charged charged_amount amount_charged charge_amount price total_price fee billed_cost billed_amount net_amount quota quota_used usage_cost cost_total amount_value stated_amount total_charge',
  charged_currency: 'currency charged_currency cost_currency billing_currency currency_code amount_currency',
  stream: 'stream is_stream streamed streaming',
  stream_completed: 'stream_completed',
  client_stopped: 'client_stopped',
  retry_reason: 'retry_reason',
  prompt_version: 'prompt_version',
  key_ref: 'key_ref token_name key_name api_key_name api_key_id key_alias api_key_alias',
  service_tier: 'service_tier tier',
  region: 'region inference_geo',
  tenant: 'tenant tenant_id customer customer_id',
  covered_by: 'covered_by',
  class: 'meter class token_class token_type usage_type cost_type direction type meter_name sku usage_class',
  requests: 'requests request_count num_model_requests num_requests api_requests requests_count',
  quantity: 'quantity qty tokens count units usage_quantity consumed_quantity token_count',
};

const meanings: ReadonlyMap<string, readonly Meaning[]> = Object.entries(names).reduce((table, [meaning, listed]) => {
  for (const name of listed.split(' ')) table.set(name, [...(table.get(name) ?? []), meaning as Meaning]);
  return table;
}, new Map<string, readonly Meaning[]>());

/** What providers charge for beside tokens, by meter: only names that say what is counted, and that it is charged. Tokens of audio or images are none: what class they are in, a header does not say. */
const meterNames: Readonly<Record<string, string>> = {
  web_search:
    'web_search_requests server_tool_use_web_search_requests usage_server_tool_use_web_search_requests web_search_calls web_searches web_search_count num_web_searches billable_web_search_calls',
  file_search: 'file_search_requests file_search_calls',
  code_interpreter: 'code_interpreter_sessions',
  image: 'images image_count num_images generated_images images_generated',
  second: 'audio_seconds audio_duration_seconds video_seconds video_duration_seconds',
};

const meters: ReadonlyMap<string, string> = new Map(
  Object.entries(meterNames).flatMap(([meter, listed]) => listed.split(' ').map((name): [string, string] => [name, meter])),
);

/** Words in a name of an amount that say its unit, and what an amount is to be divided by; null = a unit whose worth the file does not say. */
const units: Readonly<Record<string, string | null>> = {
  cent: '100',
  cents: '100',
  milli: '1000',
  micro: '1000000',
  micros: '1000000',
  nano: '1000000000',
  nanos: '1000000000',
  quota: null,
  credits: null,
  points: null,
};
const currencies: readonly string[] = [
  'usd',
  'eur',
  'gbp',
  'cny',
  'rmb',
  'jpy',
  'chf',
  'cad',
  'aud',
  'inr',
  'krw',
  'brl',
  'sek',
  'nok',
  'dkk',
  'pln',
  'sgd',
  'hkd',
];

/** The words of a name: `promptTokens (USD)` is prompt, tokens, usd. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** The last step of `column:$.a.b`, and the whole of it: either may be the name. */
function namesIn(source: string): string[] {
  const at = source.indexOf(':$');
  const parts = at > 0 ? [source.slice(0, at), ...source.slice(at + 2).split('.')] : [source];
  return [...new Set([parts.at(-1) ?? '', parts.join(' ')])];
}

export function claimsOf(source: string): readonly Meaning[] {
  const found = namesIn(source).flatMap((name) => {
    const words = wordsOf(name);
    const bare = words.filter((word) => !currencies.includes(word) && !Object.hasOwn(units, word) && word !== 'utc');
    // A name that is nothing but a unit, such as quota, is a name.
    return [words.join('_'), bare.join('_')].flatMap((text) => meanings.get(text) ?? []);
  });
  return [...new Set(found)];
}

/** The meter whose quantity the name says; null for every other name. */
export function meterNamed(source: string): string | null {
  return namesIn(source).flatMap((name) => meters.get(wordsOf(name).join('_')) ?? [])[0] ?? null;
}

/** The canonical column of a meaning in a layer; null where the layer has none for it. */
export function canonicalOf(meaning: Meaning, layer: Layer): CanonicalColumn | null {
  if (meaning === 'class' || meaning === 'quantity' || meaning === 'requests') return null;
  if (meaning === 'request_id') return layer === 'provider' ? 'provider_request_id' : 'request_id';
  if (meaning === 'upstream_id') return 'provider_request_id';
  if (meaning === 'billed_name') return layer === 'provider' ? 'model_billed' : 'model_requested';
  if (meaning === 'kind') return layer === 'provider' ? 'kind' : null;
  return meaning;
}

/** What the name of an amount says of its unit; `divisor` is undefined where it says nothing, null where it names a unit of unknown worth. */
export function unitOf(source: string): { readonly divisor: string | null | undefined; readonly currency: string | null; readonly word: string } {
  const words = wordsOf(source);
  const unit = words.find((word) => Object.hasOwn(units, word));
  const currency = words.find((word) => currencies.includes(word)) ?? null;
  const divisor = unit === undefined ? (currency === null ? undefined : '1') : units[unit];
  return { divisor, currency: currency === 'rmb' ? 'CNY' : (currency?.toUpperCase() ?? null), word: unit ?? currency ?? '' };
}

/** Whether the name of a time says that it is UTC. */
export function saysUtc(source: string): boolean {
  return wordsOf(source).some((word) => word === 'utc' || word === 'gmt');
}

/** Whether the name of an input count says that nothing of the cache is in it. */
export function saysUncached(source: string): boolean {
  return wordsOf(source).includes('uncached');
}

/** The token class that a text names in plain words; null where it names none, or could name two. */
export function classOf(text: string): 'input' | 'cached_input' | 'cache_write' | 'cache_write_1h' | 'output' | 'reasoning' | null {
  const words = wordsOf(text);
  const has = (...any: readonly string[]): boolean => words.some((word) => any.includes(word));
  const isInput = has('input', 'prompt', 'in');
  const isOutput = has('output', 'completion', 'out', 'generated');
  if (has('audio', 'image', 'video', 'search', 'request', 'requests', 'embedding', 'tool')) return null;
  if (has('reasoning', 'thinking', 'thoughts')) return isInput ? null : 'reasoning';
  if (isInput && isOutput) return null;
  if (has('uncached')) return isOutput ? null : 'input';
  const isCache = has('cache', 'cached', 'caching');
  if (!isCache) return isInput ? 'input' : isOutput ? 'output' : null;
  const isWrite = has('write', 'writes', 'creation', 'written');
  const isRead = has('read', 'reads', 'hit', 'hits', 'cached');
  if (isOutput || isWrite === isRead) return null;
  if (isRead) return 'cached_input';
  return has('1h', 'hour') ? 'cache_write_1h' : 'cache_write';
}

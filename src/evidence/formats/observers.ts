/**
 * Tools that log what passes them and price it by lists of their own: Langfuse, Helicone, Portkey, Cloudflare AI Gateway. What they state is an estimate, and what
 * their input and output counts hold depends on the provider and the integration, so that the period declares it. Source: their export and API documentation.
 */
import { column, floatMoney, httpClass, httpStatuses, inside } from './source.ts';
import type { Format } from '../../model/evidence.ts';

const usual = { constants: {}, timestamp: { kind: 'iso', zone: null }, kinds: {}, inclusion: [], money: floatMoney } as const;

/** Observations; only generations call a model. Usage types are free text: the two that every integration writes, and the cached and reasoning ones of OpenAI's and Anthropic's. */
export const langfuse: Format = {
  ...usual,
  name: 'langfuse',
  columns: {
    request_id: [column('id')],
    timestamp_utc: [column('startTime')],
    model_requested: [column('providedModelName'), column('model')],
    status: [column('level')],
    input_tokens: [inside('usageDetails', '$.input')],
    cached_input_tokens: [inside('usageDetails', '$.input_cached_tokens'), inside('usageDetails', '$.cache_read_input_tokens')],
    cache_write_tokens: [inside('usageDetails', '$.cache_creation_input_tokens')],
    output_tokens: [inside('usageDetails', '$.output')],
    reasoning_tokens: [inside('usageDetails', '$.output_reasoning_tokens')],
    stated_amount: [inside('costDetails', '$.total')],
  },
  statuses: { DEFAULT: 'success', DEBUG: 'success', WARNING: 'success', ERROR: 'error' },
  filter: [{ source: column('type'), in: ['GENERATION'] }],
};

/** Requests. `response_id` is Helicone's own and joins nothing; a hit of its cache cannot be told for sure. */
export const helicone: Format = {
  ...usual,
  name: 'helicone',
  columns: {
    request_id: [column('request_id')],
    timestamp_utc: [column('request_created_at')],
    model_requested: [column('request_model')],
    model_billed: [column('response_model')],
    status: [httpClass('response_status')],
    input_tokens: [column('prompt_tokens')],
    cached_input_tokens: [column('prompt_cache_read_tokens')],
    cache_write_tokens: [column('prompt_cache_write_tokens')],
    output_tokens: [column('completion_tokens')],
    reasoning_tokens: [column('reasoning_tokens')],
    total_tokens: [column('total_tokens')],
    stated_amount: [column('costUSD'), column('cost')],
  },
  statuses: httpStatuses,
  filter: [],
};

/** Log export. `cost` is left out: whether it is dollars or cents its documentation does not say. */
export const portkey: Format = {
  ...usual,
  name: 'portkey',
  columns: {
    // The one id that our side can set.
    request_id: [column('trace_id')],
    timestamp_utc: [column('created_at')],
    model_requested: [column('ai_model')],
    status: [httpClass('response_status_code')],
    input_tokens: [column('req_units')],
    output_tokens: [column('res_units')],
    total_tokens: [column('total_units')],
  },
  statuses: httpStatuses,
  filter: [],
};

/** Pages of gateway logs. A log that is full stops silently, and the number of rows stands where it cannot be held against them. */
export const cloudflareAiGateway: Format = {
  ...usual,
  name: 'cloudflare-ai-gateway',
  records: { path: '$.result[*]', passedOver: ['$.success', '$.errors', '$.messages'], keyAs: null, with: {} },
  columns: {
    // Comes back in the header cf-aig-log-id.
    request_id: [column('id')],
    timestamp_utc: [column('created_at')],
    model_requested: [column('model')],
    status: [column('success')],
    input_tokens: [column('tokens_in')],
    output_tokens: [column('tokens_out')],
    stated_amount: [column('cost')],
  },
  statuses: { true: 'success', false: 'error' },
  filter: [],
  // Answered from the gateway's cache: no provider saw it.
  skip: [{ source: column('cached'), in: ['true'] }],
};

/** Vercel AI Gateway: single generations, and its report of UTC days. Source: vercel.com, AI Gateway usage and billing. */
import { column, floatMoney, keyOfOnesOwn } from './source.ts';
import type { Format } from '../../model/evidence.ts';

// Cached and reasoning tokens have columns of their own; whether input and output hold them too is not documented.
const usual = { constants: { charged_currency: 'USD' }, statuses: {}, kinds: {}, inclusion: [], money: floatMoney, filter: [] } as const;

/** `GET /v1/generation`, one answer a line. */
export const vercelAiGateway: Format = {
  ...usual,
  name: 'vercel-ai-gateway',
  records: { path: '$.data', keyAs: null, with: {} },
  columns: {
    provider_request_id: [column('id')],
    response_id: [column('id')],
    timestamp_utc: [column('created_at')],
    model_billed: [column('model')],
    input_tokens: [column('native_tokens_prompt')],
    cached_input_tokens: [column('native_tokens_cached')],
    cache_write_tokens: [column('native_tokens_cache_creation')],
    output_tokens: [column('native_tokens_completion')],
    reasoning_tokens: [column('native_tokens_reasoning')],
    charged_amount: [column('total_cost')],
    covered_by: [keyOfOnesOwn],
    stream: [column('streamed')],
  },
  timestamp: { kind: 'iso', zone: null },
};

/** `GET /v1/report`: UTC days by user or tag. A call with two tags is in two rows, so that sums by tag exceed the whole. `market_cost` is no charge. */
export const vercelReport: Format = {
  ...usual,
  name: 'vercel-report',
  grain: 'bucket',
  records: { path: '$.results[*]', keyAs: null, with: {} },
  columns: {
    timestamp_utc: [column('day')],
    input_tokens: [column('input_tokens')],
    cached_input_tokens: [column('cached_input_tokens')],
    cache_write_tokens: [column('cache_creation_input_tokens')],
    output_tokens: [column('output_tokens')],
    reasoning_tokens: [column('reasoning_tokens')],
    charged_amount: [column('total_cost')],
    requests: [column('request_count')],
    line_item: [column('user')],
  },
  timestamp: { kind: 'day', zone: 'UTC' },
};

/** OpenRouter: what one generation cost, and the activity of UTC days. Source: OpenRouter's typescript-sdk and its documentation. */
import { allIncluded, column, floatMoney, keyOfOnesOwn } from './source.ts';
import type { Format } from '../../model/evidence.ts';

/** `GET /api/v1/activity`: completed UTC days by model and endpoint. */
export const openrouterActivity: Format = {
  name: 'openrouter-activity',
  grain: 'bucket',
  records: { path: '$.data[*]', keyAs: null, with: {} },
  columns: {
    timestamp_utc: [column('date')],
    model_requested: [column('model')],
    // The dated name behind the alias.
    model_billed: [column('model_permaslug')],
    input_tokens: [column('prompt_tokens')],
    output_tokens: [column('completion_tokens')],
    reasoning_tokens: [column('reasoning_tokens')],
    requests: [column('requests')],
    line_item: [column('endpoint_id')],
    // What was paid with keys of one's own (`byok_usage_inference`) was not charged here.
    charged_amount: [column('usage')],
  },
  constants: { charged_currency: 'USD' },
  timestamp: { kind: 'day', zone: 'UTC' },
  statuses: {},
  kinds: {},
  // Whether completions hold the reasoning that stands beside them is not documented.
  inclusion: [],
  money: floatMoney,
  filter: [],
};

/** `GET /api/v1/generation`, one answer a line. `tokens_prompt` and `tokens_completion` are counted by one tokenizer for all models; the native counts are billed. */
export const openrouterGeneration: Format = {
  name: 'openrouter-generation',
  records: { path: '$.data', keyAs: null, with: {} },
  columns: {
    provider_request_id: [column('id')],
    // The same id (gen-…) is that of the answer.
    response_id: [column('id')],
    timestamp_utc: [column('created_at')],
    model_billed: [column('model')],
    status: [column('cancelled')],
    input_tokens: [column('native_tokens_prompt')],
    cached_input_tokens: [column('native_tokens_cached')],
    output_tokens: [column('native_tokens_completion')],
    reasoning_tokens: [column('native_tokens_reasoning')],
    charged_amount: [column('total_cost')],
    covered_by: [keyOfOnesOwn],
    service_tier: [column('service_tier')],
    stream: [column('streamed')],
  },
  constants: { charged_currency: 'USD' },
  timestamp: { kind: 'iso', zone: null },
  statuses: { true: 'canceled', false: 'success' },
  kinds: {},
  inclusion: [allIncluded],
  money: floatMoney,
  filter: [],
};

/** OpenAI's organization API: usage of completions and costs, both sums of buckets. Source: openai/openai-openapi (MIT). */
import { allIncluded, column, floatMoney, inside } from './source.ts';
import type { Format, RecordPlace } from '../../model/evidence.ts';

/** Pages of buckets, each with its start and its results. */
const results: RecordPlace = {
  path: '$.data[*].results[*]',
  passedOver: ['$.object', '$.has_more', '$.next_page', '$.data[*].object', '$.data[*].end_time'],
  keyAs: null,
  with: { start_time: '$.data[*].start_time' },
};

/** `GET /v1/organization/usage/completions`: tokens without money. Embeddings, images, audio and tools have calls of their own. */
export const openaiUsage: Format = {
  name: 'openai-usage',
  grain: 'bucket',
  records: results,
  columns: {
    timestamp_utc: [column('start_time')],
    // What the row says it is: the answer of another call under this name would be read as rows that say nothing.
    kind: [column('object')],
    // Null unless grouped by them.
    key_ref: [column('api_key_id'), column('project_id')],
    model_billed: [column('model')],
    service_tier: [column('service_tier')],
    input_tokens: [column('input_tokens')],
    cached_input_tokens: [column('input_cached_tokens')],
    cache_write_tokens: [column('input_cache_write_tokens')],
    output_tokens: [column('output_tokens')],
    requests: [column('num_model_requests')],
  },
  constants: {},
  timestamp: { kind: 'unix-s', zone: null },
  statuses: {},
  kinds: { 'organization.usage.completions.result': 'charge' },
  inclusion: [allIncluded],
  money: { divisor: '1', negate: [] },
  filter: [],
};

/** `GET /v1/organization/costs`: dollars a UTC day. The model stands in free text (`line_item`) alone, and is not read out of it. */
export const openaiCosts: Format = {
  name: 'openai-costs',
  grain: 'bucket',
  records: results,
  columns: {
    timestamp_utc: [column('start_time')],
    kind: [column('object')],
    key_ref: [column('api_key_id'), column('project_id')],
    charged_amount: [inside('amount', '$.value')],
    charged_currency: [inside('amount', '$.currency')],
    line_item: [column('line_item')],
  },
  constants: {},
  timestamp: { kind: 'unix-s', zone: null },
  statuses: {},
  kinds: { 'organization.costs.result': 'charge' },
  inclusion: [allIncluded],
  // A JSON float.
  money: floatMoney,
  filter: [],
};

/** Anthropic's admin API: usage of messages and costs, both sums of buckets. Source: platform.claude.com, admin API; anthropic-sdk-typescript (MIT). */
import { allIncluded, cacheApart, column, inside } from './source.ts';
import type { Format, RecordPlace } from '../../model/evidence.ts';

const results: RecordPlace = {
  path: '$.data[*].results[*]',
  passedOver: ['$.has_more', '$.next_page', '$.data[*].ending_at'],
  keyAs: null,
  with: { starting_at: '$.data[*].starting_at' },
};

/** `GET /v1/organizations/usage_report/messages`: tokens without money, and without code execution. */
export const anthropicUsage: Format = {
  name: 'anthropic-usage',
  grain: 'bucket',
  records: results,
  columns: {
    timestamp_utc: [column('starting_at')],
    // Null for the Workbench, and unless grouped by them.
    key_ref: [column('api_key_id'), column('workspace_id')],
    model_billed: [column('model')],
    service_tier: [column('service_tier')],
    input_tokens: [column('uncached_input_tokens')],
    cached_input_tokens: [column('cache_read_input_tokens')],
    cache_write_tokens: [inside('cache_creation', '$.ephemeral_5m_input_tokens')],
    cache_write_1h_tokens: [inside('cache_creation', '$.ephemeral_1h_input_tokens')],
    output_tokens: [column('output_tokens')],
    line_item: [column('context_window')],
  },
  constants: {},
  timestamp: { kind: 'iso', zone: null },
  statuses: {},
  kinds: {},
  // `uncached_input_tokens` says it.
  inclusion: [cacheApart],
  money: { divisor: '1', negate: [] },
  filter: [],
};

/** `GET /v1/organizations/cost_report`: cents a UTC day, a row for each kind of token. Costs of the priority tier are not in it. */
export const anthropicCosts: Format = {
  name: 'anthropic-costs',
  grain: 'bucket',
  records: results,
  columns: {
    timestamp_utc: [column('starting_at')],
    key_ref: [column('workspace_id')],
    // Only if grouped by description.
    model_billed: [column('model')],
    service_tier: [column('service_tier')],
    region: [column('inference_geo')],
    charged_amount: [column('amount')],
    charged_currency: [column('currency')],
    // The description names type and window of tokens; without it the type stands alone.
    line_item: [column('description'), column('token_type')],
  },
  constants: {},
  timestamp: { kind: 'iso', zone: null },
  statuses: {},
  kinds: {},
  inclusion: [allIncluded],
  // A decimal text in cents: "123.45" is 1.2345 dollars.
  money: { divisor: '100', negate: [] },
  filter: [],
};

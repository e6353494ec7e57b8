/**
 * Log rows of a new-api server (`/api/log/self`), the software that CometAPI most likely runs, as provider evidence.
 * Source: `model/log.go` and the log writers of Calcium-Ion/new-api and QuantumNous/new-api.
 */
import { allIncluded, column } from './source.ts';
import type { Format, ValueSource } from '../../model/evidence.ts';

/** `other` is a JSON object that is stored as text. */
const other = (key: string): ValueSource => ({ column: 'other', path: `$.${key}` });

/** The cache-write total of these rows holds the 1h writes. */
const withoutCache = { inputIncludes: [], outputIncludesReasoning: true, cacheWriteIncludes1h: true } as const;

/**
 * Left out on purpose: `id` (the user view shows `id % 1024` or the row number on the page), `group` (a label of prices, not of
 * spending), `content` (ratios rounded to two decimals). `token_name` is a label that is not unique: it says whose money, it joins nothing.
 */
export const newApi: Format = {
  name: 'new-api',
  columns: {
    // The id that the server gives the call is the provider's id, not the one our side generated.
    provider_request_id: [column('request_id')],
    // Newer servers also write the id of the answer itself.
    response_id: [column('response_id')],
    key_ref: [column('token_name')],
    // Written at settlement, so the time of the end of the call.
    timestamp_utc: [column('created_at')],
    // `model_name` is the alias that was asked for; the upstream name is written only when the server mapped the model.
    model_requested: [column('model_name')],
    model_billed: [other('upstream_model_name'), column('model_name')],
    kind: [column('type')],
    status: [column('type')],
    input_tokens: [column('prompt_tokens')],
    cached_input_tokens: [other('cache_tokens')],
    // Newer servers write the total of both lifetimes as `cache_write_tokens`, and only where there is any.
    cache_write_tokens: [other('cache_write_tokens'), other('cache_creation_tokens')],
    cache_write_1h_tokens: [other('cache_creation_tokens_1h')],
    output_tokens: [column('completion_tokens')],
    // What a subscription pays is no money of the wallet, which the quota counts all the same.
    charged_amount: [other('wallet_quota_deducted'), column('quota')],
    covered_by: [other('billing_source')],
    stream: [column('is_stream')],
  },
  constants: { charged_currency: 'USD' },
  timestamp: { kind: 'unix-s', zone: null },
  statuses: { '2': 'success', '5': 'error', '6': 'success' },
  kinds: { '2': 'charge', '5': 'error', '6': 'refund' },
  // What a task costs is settled once it is done: a row of its own with the difference to what was taken before, which may be negative.
  negativeKind: 'adjustment',
  inclusion: [
    // Rows that count as Anthropic does hold the prompt without its cache tokens; newer servers say so in words.
    { when: { source: other('claude'), in: ['true'] }, ...withoutCache },
    { when: { source: other('usage_semantic'), in: ['anthropic'] }, ...withoutCache },
    { ...allIncluded, cacheWriteIncludes1h: true },
  ],
  // 500,000 quota are one dollar; a refund is written as a positive quota, and an error always as a quota of 0, which is no charge of nothing.
  money: { divisor: '500000', negate: ['refund'], zeroIsNone: ['error'] },
  // The others are top-ups (1), management (3), system (4), logins (7) and unknown (0).
  filter: [{ source: column('type'), in: ['2', '5', '6'] }],
};

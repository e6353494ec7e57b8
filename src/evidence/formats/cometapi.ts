/**
 * CometAPI's own account: the log of its API, that log as the official command line prints it, and the daily sums of the quota call.
 * Source: PyPI `cometapi-cli` 0.3.10 (MIT), and the documentation of `/user/quota`.
 */
import { newApi } from './new-api.ts';
import { allIncluded, column } from './source.ts';
import type { Format } from '../../model/evidence.ts';

/** `GET /api/log/self`, one raw answer a line: the rows of new-api, which the official client reads as a list or as `items` or `data` of a page. */
export const cometapi: Format = {
  ...newApi,
  name: 'cometapi',
  records: {
    path: '$.data[*]',
    otherPaths: ['$.data.items[*]', '$.data.data[*]'],
    passedOver: ['$.success', '$.message', '$.total', '$.page', '$.page_size', '$.data.total', '$.data.page', '$.data.page_size'],
    keyAs: null,
    with: {},
  },
};

/**
 * `cometapi logs --format json`. Lossy: the client drops the upstream model, cache writes and the mark by which rows that count as Anthropic does
 * are told from the others, so that what `prompt_tokens` holds is for the period to declare.
 */
export const cometapiCli: Format = {
  name: 'cometapi-cli',
  columns: {
    provider_request_id: [column('request_id')],
    response_id: [column('response_id')],
    key_ref: [column('token_name')],
    timestamp_utc: [column('time')],
    model_requested: [column('model')],
    // The alias that was asked for: the upstream name is dropped.
    model_billed: [column('model')],
    kind: [column('type')],
    status: [column('type')],
    input_tokens: [column('prompt_tokens')],
    cached_input_tokens: [column('cache_tokens')],
    output_tokens: [column('completion_tokens')],
    // `cost_usd` beside it is rounded to six decimals; this is what it was made of.
    charged_amount: [column('quota')],
    stream: [column('stream')],
  },
  constants: { charged_currency: 'USD' },
  timestamp: { kind: 'iso', zone: null },
  statuses: { consume: 'success', error: 'error', refund: 'success' },
  kinds: { consume: 'charge', error: 'error', refund: 'refund' },
  inclusion: [],
  money: newApi.money,
  filter: [{ source: column('type'), in: ['consume', 'error', 'refund'] }],
  // Its table as CSV: costs with four decimals, of which most small calls are nothing.
  rounded: ['time', 'type', 'model', 'token', 'prompt', 'completion', 'cost'],
};

/** `GET https://query.cometapi.com/user/quota`: dollars for each day and key, without model, tokens or request. */
export const cometapiQuota: Format = {
  name: 'cometapi-quota',
  grain: 'bucket',
  records: { path: '$.daily_quota.*[*]', keyAs: 'day', with: {} },
  columns: {
    timestamp_utc: [column('day')],
    key_ref: [column('token_name')],
    charged_amount: [column('quota_used')],
    requests: [column('request_count')],
  },
  constants: { charged_currency: 'USD' },
  // Where a day begins is not documented (ids look as if UTC+8): the period declares it.
  timestamp: { kind: 'day', zone: null },
  statuses: {},
  kinds: {},
  inclusion: [allIncluded],
  // Quota ÷ 500,000 has six decimals; a printed sum may show more of its floating point.
  money: { divisor: '1', negate: [], float: { decimals: 6 } },
  filter: [],
};

/** Spend logs of a LiteLLM proxy (`LiteLLM_SpendLogs`), as `/spend/logs` lists them and `/spend/logs/v2` pages them. Source: BerriAI/litellm, schema.prisma. */
import { allIncluded, column, floatMoney, inside } from './source.ts';
import type { Format, ValueSource } from '../../model/evidence.ts';

/** The usage of the answer, in the shape of OpenAI whatever the provider. */
const usage = (path: string): ValueSource => inside('metadata', `$.usage_object.${path}`);

/**
 * Left out on purpose: `model_group` (with the wiring that CometAPI writes it is one name for all models), `api_key` (a hash of the proxy's own key, none of
 * the provider's), `user`, `team_id` and `end_user` (which of them is the service, only the period can say).
 */
export const litellm: Format = {
  name: 'litellm',
  columns: {
    // The id of the answer, by which the provider's log can be joined too.
    request_id: [column('request_id')],
    response_id: [column('request_id')],
    timestamp_utc: [column('startTime')],
    model_requested: [column('model')],
    status: [column('status')],
    input_tokens: [column('prompt_tokens')],
    cached_input_tokens: [usage('prompt_tokens_details.cached_tokens'), usage('cache_read_input_tokens')],
    cache_write_tokens: [usage('prompt_tokens_details.cache_creation_tokens'), usage('cache_creation_input_tokens')],
    output_tokens: [column('completion_tokens')],
    reasoning_tokens: [usage('completion_tokens_details.reasoning_tokens')],
    total_tokens: [column('total_tokens')],
    // An estimate from a price list of its own, which knows nothing of the provider's ratio: stated, never charged.
    stated_amount: [column('spend')],
  },
  constants: {},
  timestamp: { kind: 'iso', zone: null },
  statuses: { failure: 'error' },
  kinds: {},
  // Normalised, also for Anthropic: input + cache reads + cache writes.
  inclusion: [allIncluded],
  money: floatMoney,
  filter: [],
  // Answered from the proxy's own cache: no provider saw it.
  skip: [{ source: column('cache_hit'), in: ['True', 'true'] }],
};

export const litellmPages: Format = {
  ...litellm,
  name: 'litellm-pages',
  records: { path: '$.data[*]', passedOver: ['$.total', '$.page', '$.page_size', '$.total_pages'], keyAs: null, with: {} },
};

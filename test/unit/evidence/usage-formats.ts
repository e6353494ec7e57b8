/** Formats for real provider `usage` bodies, one JSON line each: `{"id": …, "at": …, "body": {…}}`. */
import type { CanonicalColumn, Format, TokenInclusion, ValueSource } from '../../../src/model/evidence.ts';

export const usageFamilies = ['openai-chat', 'openai-responses', 'anthropic', 'gemini', 'bedrock-converse', 'cohere'] as const;
export type UsageFamily = (typeof usageFamilies)[number];

const inBody = (...paths: string[]): readonly ValueSource[] => paths.map((path) => ({ column: 'body', path: `$.${path}` }));
const key = (column: string): readonly ValueSource[] => [{ column, path: null }];

type Columns = Partial<Record<CanonicalColumn, readonly ValueSource[]>>;
interface Shape {
  readonly name: UsageFamily;
  readonly model: readonly ValueSource[];
  readonly tokens: Columns;
  readonly added?: Columns;
  readonly inclusion: Omit<TokenInclusion, 'when'>;
}

function formatOf(shape: Shape): Format {
  return {
    name: shape.name,
    columns: { provider_request_id: key('id'), timestamp_utc: key('at'), model_billed: shape.model, ...shape.tokens },
    ...(shape.added === undefined ? {} : { added: shape.added }),
    constants: { kind: 'charge', status: 'success' },
    timestamp: { kind: 'iso', zone: null },
    statuses: {},
    kinds: {},
    inclusion: [{ when: null, ...shape.inclusion }],
    money: { divisor: '1', negate: [] },
    filter: [],
  };
}

/** Also what DeepSeek, Groq, Mistral, Moonshot, OpenRouter and gateways speak. */
const openaiChat = formatOf({
  name: 'openai-chat',
  model: inBody('model'),
  tokens: {
    input_tokens: inBody('usage.prompt_tokens'),
    cached_input_tokens: inBody('usage.prompt_tokens_details.cached_tokens', 'usage.cached_tokens'),
    cache_write_tokens: inBody('usage.prompt_tokens_details.cache_write_tokens'),
    output_tokens: inBody('usage.completion_tokens'),
    reasoning_tokens: inBody('usage.completion_tokens_details.reasoning_tokens'),
    total_tokens: inBody('usage.total_tokens'),
  },
  inclusion: { inputIncludes: ['cached_input', 'cache_write'], outputIncludesReasoning: true },
});

const openaiResponses = formatOf({
  name: 'openai-responses',
  model: inBody('model'),
  tokens: {
    input_tokens: inBody('usage.input_tokens'),
    cached_input_tokens: inBody('usage.input_tokens_details.cached_tokens'),
    cache_write_tokens: inBody('usage.input_tokens_details.cache_write_tokens'),
    output_tokens: inBody('usage.output_tokens'),
    reasoning_tokens: inBody('usage.output_tokens_details.reasoning_tokens'),
    total_tokens: inBody('usage.total_tokens'),
  },
  inclusion: { inputIncludes: ['cached_input', 'cache_write'], outputIncludesReasoning: true },
});

/** Input excludes every cache class; the cache-write count is the sum of both lifetimes. */
const anthropic = formatOf({
  name: 'anthropic',
  model: inBody('model'),
  tokens: {
    input_tokens: inBody('usage.input_tokens'),
    cached_input_tokens: inBody('usage.cache_read_input_tokens'),
    cache_write_tokens: inBody('usage.cache_creation_input_tokens'),
    cache_write_1h_tokens: inBody('usage.cache_creation.ephemeral_1h_input_tokens'),
    output_tokens: inBody('usage.output_tokens'),
    reasoning_tokens: inBody('usage.output_tokens_details.thinking_tokens'),
  },
  inclusion: { inputIncludes: [], outputIncludesReasoning: true, cacheWriteIncludes1h: true },
});

/** Candidates exclude thoughts; the prompt that a tool added is counted apart and billed as input. */
const gemini = formatOf({
  name: 'gemini',
  model: inBody('modelVersion'),
  tokens: {
    input_tokens: inBody('usageMetadata.promptTokenCount'),
    cached_input_tokens: inBody('usageMetadata.cachedContentTokenCount'),
    output_tokens: inBody('usageMetadata.candidatesTokenCount'),
    reasoning_tokens: inBody('usageMetadata.thoughtsTokenCount'),
    total_tokens: inBody('usageMetadata.totalTokenCount'),
  },
  added: { input_tokens: inBody('usageMetadata.toolUsePromptTokenCount') },
  inclusion: { inputIncludes: ['cached_input'], outputIncludesReasoning: false },
});

/** Each cache class appears under two keys with the same number: only one of them is read. */
const bedrockConverse = formatOf({
  name: 'bedrock-converse',
  model: inBody('model'),
  tokens: {
    input_tokens: inBody('usage.inputTokens'),
    cached_input_tokens: inBody('usage.cacheReadInputTokens'),
    cache_write_tokens: inBody('usage.cacheWriteInputTokens'),
    output_tokens: inBody('usage.outputTokens'),
    total_tokens: inBody('usage.totalTokens'),
  },
  inclusion: { inputIncludes: [], outputIncludesReasoning: true },
});

/** The bill follows `billed_units`, not `tokens`. */
const cohere = formatOf({
  name: 'cohere',
  model: inBody('model'),
  tokens: {
    input_tokens: inBody('usage.billed_units.input_tokens', 'meta.billed_units.input_tokens'),
    output_tokens: inBody('usage.billed_units.output_tokens', 'meta.billed_units.output_tokens'),
  },
  inclusion: { inputIncludes: [], outputIncludesReasoning: true },
});

export const usageFormats: Readonly<Record<UsageFamily, Format>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  anthropic,
  gemini,
  'bedrock-converse': bedrockConverse,
  cohere,
};

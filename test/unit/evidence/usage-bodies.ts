/** Real `usage` bodies and what an independent library (pydantic/genai-prices, MIT) reads and prices from them. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { TokenClass } from '../../../src/model/evidence.ts';
import type { UsageFamily } from './usage-formats.ts';

/** The public data lies beside the checkout and is not part of it. */
export const publicData = new URL('../../../../shared/data/', import.meta.url);

/** Money as exact plain decimal text in USD; counts absent in the library's answer are 0 here. */
export interface UsageBody {
  readonly index: number;
  /** null where the body names none (Bedrock, Cohere). */
  readonly model: string | null;
  readonly family: UsageFamily;
  readonly body: Readonly<Record<string, unknown>>;
  /** The library's reading of the body as its own provider's. */
  readonly oracle: OracleReading;
  /** Every priced reading, by `provider/flavor`. */
  readonly priced: readonly OracleReading[];
}

export interface OracleReading {
  /** Name of a provider and its way of counting, such as `openai/chat`. */
  readonly extractor: string;
  readonly tokens: Readonly<Record<TokenClass, bigint>>;
  /** Tokens of modalities that may have a price of their own, and paid tool calls; empty for plain text. */
  readonly special: Readonly<Record<string, bigint>>;
  /** null = the library knows no price. */
  readonly inputPrice: string | null;
  readonly outputPrice: string | null;
}

interface StoredExtractor {
  readonly provider_id: string;
  readonly api_flavor?: string;
  readonly input_price?: string;
  readonly output_price?: string;
}
interface StoredBody {
  readonly model?: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly extracted: readonly { readonly usage: Readonly<Record<string, number>>; readonly extractors: readonly StoredExtractor[] }[];
}

/** All 789 bodies in the order of the file; null when the data is not there. */
export function loadUsageBodies(): readonly UsageBody[] | null {
  const file = new URL('usage-bodies/genai-prices-usages.json.gz', publicData);
  if (!existsSync(file)) return null;
  const stored = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as StoredBody[];
  return stored.map(usageBody);
}

/** The line that `usageFormats` read; `at` is ISO with an offset. */
export function usageLine(body: UsageBody, at: string): string {
  return JSON.stringify({ id: `body-${body.index}`, at, body: body.body });
}

function usageBody(stored: StoredBody, index: number): UsageBody {
  const family = familyOf(stored.body);
  const readings = stored.extracted.flatMap(({ usage, extractors }) => extractors.map((extractor) => readingOf(usage, extractor)));
  const own = ownExtractor(stored, family);
  const oracle = readings.find((reading) => reading.extractor === own);
  if (oracle === undefined) throw new Error(`usage body ${index} has no reading as ${own}`);
  return { index, model: stored.model ?? null, family, body: stored.body, oracle, priced: readings.filter((reading) => reading.inputPrice !== null) };
}

function readingOf(usage: Readonly<Record<string, number>>, extractor: StoredExtractor): OracleReading {
  const count = (name: string): bigint => BigInt(usage[name] ?? 0);
  const cached = count('cache_read_tokens');
  const longWrites = count('cache_write_1h_tokens');
  const writes = count('cache_write_tokens') - longWrites;
  const reasoning = count('output_reasoning_tokens');
  const special = Object.entries(usage).filter(([name, value]) => /audio|image|video|web_searches/.test(name) && value > 0);
  return {
    extractor: `${extractor.provider_id}/${extractor.api_flavor ?? 'default'}`,
    tokens: {
      input: count('input_tokens') - cached - writes - longWrites,
      cached_input: cached,
      cache_write: writes,
      cache_write_1h: longWrites,
      output: count('output_tokens') - reasoning,
      reasoning,
    },
    special: Object.fromEntries(special.map(([name, value]) => [name, BigInt(value)])),
    inputPrice: extractor.input_price ?? null,
    outputPrice: extractor.output_price ?? null,
  };
}

function usageOf(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return (body['usage'] ?? {}) as Readonly<Record<string, unknown>>;
}

/** By the keys that a body has, as a reader of a mixed log would tell them apart. */
function familyOf(body: Readonly<Record<string, unknown>>): UsageFamily {
  const usage = usageOf(body);
  if ('usageMetadata' in body) return 'gemini';
  if ('meta' in body || 'billed_units' in usage) return 'cohere';
  if ('inputTokens' in usage) return 'bedrock-converse';
  if ('prompt_tokens' in usage) return 'openai-chat';
  return 'cache_creation' in usage ? 'anthropic' : 'openai-responses';
}

function ownExtractor({ model, body }: StoredBody, family: UsageFamily): string {
  switch (family) {
    case 'gemini':
      return 'google/default';
    case 'anthropic':
      return 'anthropic/default';
    case 'bedrock-converse':
      return 'aws/default';
    case 'cohere':
      return 'meta' in body ? 'cohere/embeddings' : 'cohere/default';
    case 'openai-responses':
      return 'openai/responses';
    case 'openai-chat':
      return chatExtractor(model ?? '', usageOf(body));
  }
}

/** The OpenAI shape is spoken by many; keys that only one of them adds tell whose it is, else the model's name. */
function chatExtractor(model: string, usage: Readonly<Record<string, unknown>>): string {
  if (!('completion_tokens' in usage)) return 'openai/embeddings';
  if ('num_cached_tokens' in usage) return 'mistral/default';
  if ('cached_tokens' in usage) return 'moonshotai/chat';
  if ('queue_time' in usage) return 'groq/default';
  if (model.startsWith('deepseek')) return 'deepseek/chat';
  if (model.startsWith('gemini')) return 'google/chat';
  if (model.startsWith('claude')) return 'anthropic/chat';
  return model.includes('/') ? 'openrouter/chat' : 'openai/chat';
}

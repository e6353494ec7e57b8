/** Reads an answer of an API that stands beside a drill: OpenAI's chat and responses shapes and Anthropic's messages, bare or with the headers of the answer. */
import type { DrillResponse } from '../model/drill.ts';
import { openFile } from '../ledger/ledger-files.ts';

/** Headers that carry the provider's id of the call, the surest first. */
const idHeaders = ['x-cometapi-request-id', 'x-oneapi-request-id', 'x-request-id', 'request-id'];

type Json = Readonly<Record<string, unknown>>;

/** null when the file is not there, not JSON, or has no token counts. `name`: POSIX path relative to the ledger. */
export async function readResponse(root: string, name: string): Promise<DrillResponse | null> {
  const opened = await openFile(root, name);
  if (opened.state !== 'read') return null;
  return parseResponse(opened.content.toString('utf8'));
}

/** `{headers, body}` or the body alone. With headers their id counts: the id in the body is often the upstream's. */
export function parseResponse(text: string): DrillResponse | null {
  const document = parsed(text);
  const body = objectAt(document, 'body') ?? document;
  const usage = objectAt(body, 'usage');
  if (body === null || usage === null) return null;
  const tokens = tokensOf(usage);
  if (tokens === null) return null;
  const headers = objectAt(document, 'headers');
  return { requestId: headers === null ? textAt(body, 'id') : headerId(headers), model: textAt(body, 'model'), tokens };
}

function parsed(text: string): Json | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

function asObject(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

function objectAt(object: Json | null, key: string): Json | null {
  return asObject(object?.[key]);
}

function textAt(object: Json, key: string): string | null {
  const value = object[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

function headerId(headers: Json): string | null {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const found = idHeaders.map((name) => byName.get(name)).find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found : null;
}

/** Counts as a `trueup` row writes them; null when a count is there that is no whole number, or none is there. */
function tokensOf(usage: Json): Record<string, bigint> | null {
  // The chat shape is asked for first: some servers add `input_tokens: 0` to it.
  const shape =
    'prompt_tokens' in usage
      ? openAiCounts(usage, 'prompt', 'completion')
      : isAnthropic(usage)
        ? anthropicCounts(usage)
        : openAiCounts(usage, 'input', 'output');
  const counts = new Map(Object.entries(shape));
  const stated = [...counts].filter(([, value]) => value !== undefined && value !== null);
  if (stated.length === 0 || !stated.every(([, value]) => Number.isSafeInteger(value) && Number(value) >= 0)) return null;
  return Object.fromEntries(stated.map(([column, value]) => [column, BigInt(Number(value))]));
}

/** The chat shape and that of responses: the same counts under other names. */
function openAiCounts(usage: Json, input: 'prompt' | 'input', output: 'completion' | 'output'): Json {
  const inside = objectAt(usage, `${input}_tokens_details`);
  return {
    input_tokens: usage[`${input}_tokens`],
    cached_input_tokens: inside?.['cached_tokens'],
    cache_write_tokens: inside?.['cache_write_tokens'],
    output_tokens: usage[`${output}_tokens`],
    reasoning_tokens: objectAt(usage, `${output}_tokens_details`)?.['reasoning_tokens'],
  };
}

function isAnthropic(usage: Json): boolean {
  return 'cache_read_input_tokens' in usage || 'cache_creation_input_tokens' in usage;
}

/** Anthropic counts cache reads and writes beside the input, and writes of both lifetimes as one. */
function anthropicCounts(usage: Json): Json {
  const plain = usage['input_tokens'];
  const read = usage['cache_read_input_tokens'] ?? 0;
  const written = usage['cache_creation_input_tokens'] ?? 0;
  const hour = objectAt(usage, 'cache_creation')?.['ephemeral_1h_input_tokens'] ?? 0;
  return {
    input_tokens: typeof plain === 'number' ? plain + Number(read) + Number(written) : plain,
    cached_input_tokens: read,
    cache_write_tokens: Number(written) - Number(hour),
    cache_write_1h_tokens: hour,
    output_tokens: usage['output_tokens'],
  };
}

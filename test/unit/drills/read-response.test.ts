/** Answers of APIs in the shapes that they have, as token counts of a `trueup` row. */
import { describe, expect, it } from 'vitest';
import { parseResponse } from '../../../src/drills/read-response.ts';

const counts = (usage: object) => parseResponse(JSON.stringify({ id: 'x', model: 'm', usage }))?.tokens;

describe('usage', () => {
  it('of OpenAI chat, where servers add input_tokens: 0', () => {
    const usage = {
      input_tokens: 0,
      output_tokens: 0,
      prompt_tokens: 4020,
      completion_tokens: 4,
      prompt_tokens_details: { cache_write_tokens: 0, cached_tokens: 4012 },
    };
    expect(counts(usage)).toEqual({ input_tokens: 4020n, cached_input_tokens: 4012n, cache_write_tokens: 0n, output_tokens: 4n });
  });

  it('of OpenAI responses', () => {
    const usage = { input_tokens: 4020, input_tokens_details: { cached_tokens: 4012 }, output_tokens: 5, output_tokens_details: { reasoning_tokens: 2 } };
    expect(counts(usage)).toEqual({ input_tokens: 4020n, cached_input_tokens: 4012n, output_tokens: 5n, reasoning_tokens: 2n });
  });

  it('of Anthropic, which counts the cache beside the input', () => {
    const usage = {
      cache_creation: { ephemeral_1h_input_tokens: 30, ephemeral_5m_input_tokens: 70 },
      cache_creation_input_tokens: 100,
      cache_read_input_tokens: 9511,
      input_tokens: 3,
      output_tokens: 1944,
    };
    expect(counts(usage)).toEqual({
      input_tokens: 9614n,
      cached_input_tokens: 9511n,
      cache_write_tokens: 70n,
      cache_write_1h_tokens: 30n,
      output_tokens: 1944n,
    });
  });

  it.each([[{}], [{ prompt_tokens: -1 }], [{ prompt_tokens: 1.5 }], [{ prompt_tokens: '7' }]])('%j is no count', (usage) => {
    expect(counts(usage)).toBeUndefined();
  });
});

describe('an answer', () => {
  const body = { id: 'chatcmpl-1', model: 'm', usage: { prompt_tokens: 1, completion_tokens: 1 } };

  it('is known by the id of its headers, or else of its body', () => {
    const known = (headers: object) => parseResponse(JSON.stringify({ headers, body }))?.requestId;
    expect(known({ 'X-CometAPI-Request-Id': 'c-1', 'x-request-id': 'r-1' })).toBe('c-1');
    expect(known({ 'content-type': 'application/json' })).toBeNull();
    expect(parseResponse(JSON.stringify(body))?.requestId).toBe('chatcmpl-1');
  });

  it.each(['', '[]', '{', '{"usage":[]}', 'null'])('is not %j', (text) => {
    expect(parseResponse(text)).toBeNull();
  });
});

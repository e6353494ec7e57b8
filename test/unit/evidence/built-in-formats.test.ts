import { describe, expect, test } from 'vitest';
import { builtInFormats, trueup } from '../../../src/evidence/formats/built-in-formats.ts';
import { cometapiQuota } from '../../../src/evidence/formats/cometapi.ts';
import { newApi } from '../../../src/evidence/formats/new-api.ts';
import { langfuse } from '../../../src/evidence/formats/observers.ts';
import { completedFormat, openFactsOf } from '../../../src/model/declared-reading.ts';
import { sourceColumns } from '../../../src/model/evidence.ts';
import { readThroughFormat } from './read-through-format.ts';

test('the built-in formats have names of their own and can read every row', () => {
  expect(new Set(builtInFormats.map(({ name }) => name)).size).toBe(builtInFormats.length);
  for (const format of builtInFormats) {
    expect(format.money.divisor).toMatch(/^[125]0*$/);
    // Only spans of old instrumentations have counts that no rule speaks of.
    if (format.inclusion.length > 0 && format.name !== 'otel-genai') expect([format.name, format.inclusion.at(-1)?.when]).toEqual([format.name, null]);
  }
});

test('what nobody documents is open, and nothing else', () => {
  const open = builtInFormats.flatMap((format) => openFactsOf(format).map((fact) => `${format.name} ${fact}`));
  expect(open).toEqual([
    'cometapi-cli inclusion',
    'cometapi-quota zone',
    'openrouter-activity inclusion',
    'langfuse inclusion',
    'helicone inclusion',
    'portkey inclusion',
    'cloudflare-ai-gateway inclusion',
    'vercel-ai-gateway inclusion',
    'vercel-report inclusion',
  ]);
});

describe('what a period declares', () => {
  const inclusion = { inputIncludes: ['cached_input'], outputIncludesReasoning: false } as const;

  test('completes what a format leaves open, and changes nothing that it says', () => {
    expect(completedFormat(langfuse, { inclusion, zone: '+08:00' })).toEqual({ ...langfuse, inclusion: [{ when: null, ...inclusion }] });
    expect(completedFormat(cometapiQuota, { inclusion, zone: '+08:00' })).toEqual({ ...cometapiQuota, timestamp: { kind: 'day', zone: '+08:00' } });
    expect(completedFormat(newApi, { inclusion, zone: '+08:00' })).toEqual(newApi);
  });

  test('constants stand beside those of the format, and win over them', () => {
    const { constants } = completedFormat(newApi, { constants: { service: 'chat', charged_currency: 'CNY' } });
    expect(constants).toEqual({ charged_currency: 'CNY', service: 'chat' });
  });
});

describe('trueup', () => {
  test('reads every canonical column under its own name', () => {
    const row = Object.fromEntries(sourceColumns.map((column, index) => [column, `${index}`]));
    expect(readThroughFormat(trueup, row).values).toEqual({ ...row, meters: null });
  });

  test('input includes the cache classes, output includes reasoning', () => {
    const row = {
      input_tokens: '100',
      cached_input_tokens: '30',
      cache_write_tokens: '20',
      cache_write_1h_tokens: '5',
      output_tokens: '40',
      reasoning_tokens: '10',
    };
    expect(readThroughFormat(trueup, row).tokens).toEqual({ input: 45n, cached_input: 30n, cache_write: 20n, cache_write_1h: 5n, output: 30n, reasoning: 10n });
  });

  test('what is empty stays unknown', () => {
    const { tokens } = readThroughFormat(trueup, { input_tokens: '100', output_tokens: '' });
    expect(tokens).toEqual({ input: 100n, cached_input: null, cache_write: null, cache_write_1h: null, output: null, reasoning: null });
  });
});

describe('new-api', () => {
  const row = (more: Record<string, unknown> = {}, other: Record<string, unknown> = {}): Record<string, unknown> => ({
    id: '17',
    user_id: '3',
    created_at: '1777593600',
    type: '2',
    content: '模型倍率 0.08，补全倍率 4.00，分组倍率 0.80',
    token_name: 'support-chat',
    model_name: 'gpt-4o-mini',
    quota: '2',
    prompt_tokens: '29',
    completion_tokens: '2',
    use_time: '1',
    is_stream: 'true',
    group: 'default',
    request_id: '20260501000000123456789AbCdEfGh',
    other: JSON.stringify({ model_ratio: 0.075, group_ratio: 0.8, completion_ratio: 4, frt: 310, ...other }),
    ...more,
  });

  test('a charge: the id is the provider’s, quota becomes dollars, nothing else is made up', () => {
    const { filtered, values, tokens } = readThroughFormat(newApi, row());
    expect(filtered).toBe(false);
    const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
    expect(filled).toEqual({
      provider_request_id: '20260501000000123456789AbCdEfGh',
      timestamp_utc: '1777593600',
      model_requested: 'gpt-4o-mini',
      model_billed: 'gpt-4o-mini',
      kind: 'charge',
      status: 'success',
      input_tokens: '29',
      output_tokens: '2',
      charged_amount: '0.000004',
      charged_currency: 'USD',
      stream: 'true',
      key_ref: 'support-chat',
    });
    expect(tokens).toEqual({ input: 29n, cached_input: null, cache_write: null, cache_write_1h: null, output: 2n, reasoning: null });
  });

  test('a mapped model is billed under its upstream name', () => {
    const { values } = readThroughFormat(newApi, row({}, { is_model_mapped: true, upstream_model_name: 'gpt-4o-mini-2024-07-18' }));
    expect([values.model_requested, values.model_billed]).toEqual(['gpt-4o-mini', 'gpt-4o-mini-2024-07-18']);
  });

  test('on the OpenAI path the prompt holds its cached part', () => {
    expect(readThroughFormat(newApi, row({ prompt_tokens: '4020' }, { cache_tokens: 4012 })).tokens).toMatchObject({ input: 8n, cached_input: 4012n });
  });

  test('on the Claude path it does not, and the cache-write count is the total of both lifetimes', () => {
    const claude = { claude: true, cache_tokens: 1111, cache_creation_tokens: 418 };
    const read = (other: Record<string, unknown>): unknown => readThroughFormat(newApi, row({ prompt_tokens: '3' }, { ...claude, ...other })).tokens;
    expect(read({})).toMatchObject({ input: 3n, cached_input: 1111n, cache_write: 418n, cache_write_1h: null });
    expect(read({ cache_creation_tokens_5m: 18, cache_creation_tokens_1h: 400 })).toMatchObject({ input: 3n, cache_write: 18n, cache_write_1h: 400n });
    expect(read({ cache_creation_tokens_1h: 418 })).toMatchObject({ input: 3n, cache_write: 0n, cache_write_1h: 418n });
  });

  test('newer servers name the semantics and the total of cache writes', () => {
    const other = { usage_semantic: 'anthropic', cache_write_tokens: 30, cache_creation_tokens: 0, cache_creation_tokens_5m: 10, cache_creation_tokens_1h: 20 };
    expect(readThroughFormat(newApi, row({ prompt_tokens: '3' }, other)).tokens).toMatchObject({ input: 3n, cache_write: 10n, cache_write_1h: 20n });
    const openai = { usage_semantic: 'openai', cache_write_tokens: 12, cache_creation_tokens: 12, cache_tokens: 4 };
    expect(readThroughFormat(newApi, row({ prompt_tokens: '20' }, openai)).tokens).toMatchObject({ input: 4n, cached_input: 4n, cache_write: 12n });
  });

  test('more cached than prompted off the Claude path goes negative, for the engine to refuse', () => {
    expect(readThroughFormat(newApi, row({ prompt_tokens: '56322' }, { cache_tokens: 72960 })).tokens.input).toBe(-16638n);
  });

  test('an error has no amount to speak of, a refund is written positive and counts negative, a settlement keeps its sign', () => {
    expect(readThroughFormat(newApi, row({ type: '5', quota: '0' })).values).toMatchObject({ kind: 'error', status: 'error', charged_amount: null });
    expect(readThroughFormat(newApi, row({ type: '5', quota: '3' })).values.charged_amount).toBe('0.000006');
    expect(readThroughFormat(newApi, row({ quota: '0' })).values.charged_amount).toBe('0');
    expect(readThroughFormat(newApi, row({ type: '6', quota: '250000' })).values).toMatchObject({ kind: 'refund', charged_amount: '-0.5' });
    expect(readThroughFormat(newApi, row({ quota: '-250000' })).values).toMatchObject({ kind: 'charge', charged_amount: '-0.5' });
  });

  test('top-ups, management, system and login rows are filtered', () => {
    const types = ['0', '1', '2', '3', '4', '5', '6', '7'];
    expect(types.filter((type) => !readThroughFormat(newApi, row({ type })).filtered)).toEqual(['2', '5', '6']);
  });

  test('JSON exports read the same: numbers, booleans and `other` as text or as an object', () => {
    const typed = { type: 2, quota: 2, prompt_tokens: 29, completion_tokens: 2, is_stream: true, created_at: 1777593600 };
    const asText = readThroughFormat(newApi, row(typed, { claude: true }));
    const asObject = readThroughFormat(newApi, row({ ...typed, other: { claude: true } }));
    expect(asText).toEqual(asObject);
    expect(asText).toEqual(readThroughFormat(newApi, row({}, { claude: true })));
  });

  test('an empty `other` or request id is nothing', () => {
    expect(readThroughFormat(newApi, row({ other: '', request_id: '' })).values).toMatchObject({ provider_request_id: null, model_billed: 'gpt-4o-mini' });
  });
});

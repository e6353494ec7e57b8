/** What each source of prices says of a model, on answers made up after the facts about them: exact digits, units that stay, and nothing that is not said. */
import { describe, expect, it } from 'vitest';
import { meters, reading, rowOf, shifted, texts } from './read-prices.ts';
import { capturedText } from '../../../../src/model/captured-prices.ts';

describe('cometapi', () => {
  const feed = {
    success: true,
    total: 4,
    data: [
      {
        id: 'acme-chat-1',
        code: 'acme-chat-1',
        pricing: { currency: 'USD / M Tokens', input: 0.3, output: 1.2, per_request: null, per_second: null, ratio: 0.8 },
      },
      { id: 'acme-film-1', code: 'acme-film-1', pricing: { per_second: 0.1, ratio: 0.8 } },
      { id: 'acme-chat-2', pricing: { input: 5, output: 25 } },
      { id: 'acme-voice', pricing: { per_request: 0.01, ratio: 1 } },
    ],
  };

  it('keeps the ratio apart from the rates', () => {
    const row = rowOf('cometapi', feed, 'acme-chat-1');
    expect(texts(row.prices)).toEqual({ input: '0.3', output: '1.2' });
    expect(row.ratio === null ? null : capturedText(row.ratio)).toBe('0.8');
    expect(row).toMatchObject({ needs: null, problems: [] });
  });

  it('asks a human where the feed states no ratio: its prices may be before or after one', () => {
    const row = rowOf('cometapi', feed, 'acme-chat-2');
    expect(row).toMatchObject({ ratio: 'VERIFY', problems: ['the feed states no ratio, and its prices may be before or after one'] });
  });

  it('keeps the unit of a price per second and per request', () => {
    const film = rowOf('cometapi', feed, 'acme-film-1');
    expect([texts(film.prices), meters(film), film.needs]).toEqual([{}, { second: '0.1' }, ['second']]);
    const voice = rowOf('cometapi', feed, 'acme-voice');
    expect([texts(voice.prices), voice.requestPrice && capturedText(voice.requestPrice), voice.needs]).toEqual([{}, '0.01', []]);
  });

  it('takes the answer about a single model', () => {
    expect(texts(rowOf('cometapi', { success: true, data: feed.data[0] }, 'acme-chat-1').prices)).toEqual({ input: '0.3', output: '1.2' });
  });

  it('leaves prices in another currency to a human', () => {
    const yuan = { data: [{ id: 'a', pricing: { currency: 'CNY / M Tokens', input: 1, output: 2, ratio: 1 } }] };
    expect(rowOf('cometapi', yuan, 'a')).toMatchObject({ ratio: 'VERIFY', problems: ['its currency is not USD'] });
  });

  it('refuses an answer that failed, is cut, or is none', () => {
    expect(() => reading('cometapi', { success: false, data: [] })).toThrow('it says that it did not succeed');
    expect(() => reading('cometapi', { ...feed, total: 276 })).toThrow('it holds 4 of the 276 models that it counts');
    expect(() => reading('cometapi', { models: [] })).toThrow('it holds no list of models under data');
    expect(() => reading('cometapi', '{"data": [')).toThrow('it is no whole JSON');
    expect(() => reading('cometapi', '{"data": [{"id":"a","pricing":{"input":NaN}}]}')).toThrow('it is no whole JSON');
  });
});

describe('new-api', () => {
  const list = {
    success: true,
    group_ratio: { default: 0.8, vip: 0.5 },
    data: [
      {
        model_name: 'acme-mini',
        quota_type: 0,
        model_ratio: 0.075,
        completion_ratio: 4,
        cache_ratio: 0.5,
        create_cache_ratio: 1.25,
        enable_groups: ['default'],
      },
      { model_name: 'acme-draw', quota_type: 1, model_price: 0.04, model_ratio: 0, completion_ratio: 0, enable_groups: ['default', 'vip'] },
      { model_name: 'acme-expr', quota_type: 0, model_ratio: 1, billing_mode: 'tiered_expr', billing_expr: 'p > 200000 ? 2 : 1', enable_groups: ['default'] },
      { model_name: 'acme-ears', quota_type: 0, model_ratio: 1.25, completion_ratio: 4, audio_ratio: 16, audio_completion_ratio: 2 },
    ],
  };

  it('makes rates of ratios at $2 per 1M tokens, and keeps the group’s ratio apart', () => {
    const row = rowOf('new-api', list, 'acme-mini');
    // 0.075 × 2, then × 4, × 0.5 and × 1.25.
    expect(texts(row.prices)).toEqual({
      input: shifted('0.075', 0, 2n),
      output: shifted('0.075', 0, 8n),
      cached_input: shifted('0.075', 0, 10n, 1),
      cache_write: shifted('0.075', 0, 250n, 2),
    });
    expect(texts(row.prices)).toEqual({ input: '0.15', output: '0.6', cached_input: '0.075', cache_write: '0.1875' });
    expect(row.ratio === null ? null : capturedText(row.ratio)).toBe('0.8');
  });

  it('prices per request where the quota type says so', () => {
    const row = rowOf('new-api', list, 'acme-draw', { group: 'vip' });
    expect([row.requestPrice && capturedText(row.requestPrice), row.ratio && capturedText(row.ratio), row.needs]).toEqual(['0.04', '0.5', []]);
    expect(new Set(Object.values(texts(row.prices)))).toEqual(new Set(['0']));
  });

  it('keeps audio beside text', () => {
    expect(meters(rowOf('new-api', list, 'acme-ears'))).toEqual({ audio_input: '40', audio_output: '80' });
  });

  it('says what it cannot read, and asks for it', () => {
    expect(rowOf('new-api', list, 'acme-expr')).toMatchObject({
      prices: { input: 'VERIFY', output: 'VERIFY' },
      problems: ['its price is an expression, which is not read'],
    });
    expect(rowOf('new-api', list, 'acme-mini', { group: 'vip' }).problems).toEqual(['the group vip may not use it']);
    expect(rowOf('new-api', list, 'acme-draw', { group: 'nobody' })).toMatchObject({ ratio: 'VERIFY' });
    expect(rowOf('new-api', list, 'acme-draw', { group: '__proto__' })).toMatchObject({ ratio: 'VERIFY' });
  });
});

describe('openrouter', () => {
  const pricing = {
    prompt: '0.00000125',
    completion: '0.00001',
    request: '0',
    image: '0.00516',
    web_search: '0.035',
    internal_reasoning: '0',
    input_cache_read: '0.00000031',
  };
  const overrides = [{ min_prompt_tokens: 200000, prompt: '0.0000025', completion: '0.000015' }];
  const list = {
    data: [
      { id: 'acme/pro', canonical_slug: 'acme/pro-2026-01-01', pricing: { ...pricing, overrides } },
      { id: 'acme/night', pricing: { ...pricing, overrides: [{ utc_start: '1630', utc_end: '0030', prompt: '0.0000006' }] } },
      { id: 'acme/free', pricing: { prompt: '0', completion: '0', input_cache_read: '0' } },
      { id: 'acme/auto', pricing: { prompt: '-1', completion: '-1' } },
      { id: 'acme/sale', pricing: { ...pricing, discount: '0.1' } },
      { id: 'acme/float', pricing: { prompt: 4.1400000000000003e-5, completion: '1e-6' } },
    ],
  };

  it('shifts strings of USD per token to a million tokens, by id or canonical slug', () => {
    for (const name of ['acme/pro', 'acme/pro-2026-01-01']) {
      const row = rowOf('openrouter', list, name);
      expect(texts(row.prices)).toEqual({ input: shifted('0.00000125', 6), output: shifted('0.00001', 6), cached_input: shifted('0.00000031', 6) });
      expect(meters(row)).toEqual({ input_images: '0.00516', web_search: '35' });
    }
  });

  it('makes a tier of an override, which names every class of its base', () => {
    const [tier] = rowOf('openrouter', list, 'acme/pro').tiers;
    expect([tier?.inputTokensAbove, texts(tier?.prices ?? {})]).toEqual([200_000n, { input: '2.5', output: '15', cached_input: '0.31' }]);
  });

  it('does not take 0 for the price of a cache or of reasoning, unless the input is free too', () => {
    expect(Object.keys(rowOf('openrouter', list, 'acme/pro').prices)).not.toContain('reasoning');
    expect(texts(rowOf('openrouter', list, 'acme/free').prices)).toEqual({ input: '0', output: '0', cached_input: '0' });
  });

  it('asks a human about hours, discounts and negative prices', () => {
    expect(texts(rowOf('openrouter', list, 'acme/night').prices)).toMatchObject({ input: 'VERIFY', output: '10' });
    expect(rowOf('openrouter', list, 'acme/sale')).toMatchObject({ ratio: 'VERIFY' });
    const auto = rowOf('openrouter', list, 'acme/auto');
    expect(texts(auto.prices)).toEqual({ input: 'VERIFY', output: 'VERIFY' });
    expect(auto.problems).toEqual(['prompt is -1, which is no price', 'completion is -1, which is no price']);
  });

  it('keeps every digit of a printed binary float, and says what it looks like', () => {
    const text = '{"data":[{"id":"f","pricing":{"prompt":4.1400000000000003e-05,"completion":1e-06}}]}';
    const row = rowOf('openrouter', text, 'f');
    expect(texts(row.prices)).toEqual({ input: shifted('4.1400000000000003e-05', 6), output: '1' });
    expect(texts(row.prices)['input']).toBe('41.400000000000003');
    expect(row.remarks).toEqual(['prompt 4.1400000000000003e-05 looks printed from a binary float; its digits are kept']);
  });
});

describe('litellm', () => {
  const map = `{
    "sample_spec": { "input_cost_per_token": 0.0, "litellm_provider": "one of these" },
    "acme-pro": { "litellm_provider": "acme", "input_cost_per_token": 1.25e-06, "output_cost_per_token": 1e-05, "cache_read_input_token_cost": 3.125e-07,
      "input_cost_per_token_above_200k_tokens": 2.5e-06, "output_cost_per_token_above_200k_tokens": 1.5e-05, "input_cost_per_token_batches": 6.25e-07 },
    "acme-opus": { "litellm_provider": "acme", "input_cost_per_token": 5e-06, "output_cost_per_token": 2.5e-05, "cache_read_input_token_cost": 5e-07,
      "cache_creation_input_token_cost": 6.25e-06, "cache_creation_input_token_cost_above_1hr": 1e-05, "output_cost_per_reasoning_token": 2.5e-05 },
    "acme-whole": { "litellm_provider": "acme", "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05,
      "input_cost_per_token_above_200k_tokens": 6e-06, "output_cost_per_token_above_200k_tokens": 2.25e-05 },
    "acme-whisper": { "litellm_provider": "acme", "input_cost_per_second": 0.0001, "output_cost_per_second": 0.0 },
    "acme-draw": { "litellm_provider": "acme", "output_cost_per_image": 0.04 },
    "acme-embed": { "litellm_provider": "acme", "input_cost_per_token": 2e-08, "output_cost_per_token": 0.0, "cache_read_input_token_cost": 0 }
  }`;

  it('writes exponents out and shifts them exactly', () => {
    const { prices } = rowOf('litellm', map, 'acme-opus');
    expect(texts(prices)).toEqual({
      input: shifted('5e-06', 6),
      output: shifted('2.5e-05', 6),
      cached_input: shifted('5e-07', 6),
      cache_write: shifted('6.25e-06', 6),
      cache_write_1h: shifted('1e-05', 6),
      reasoning: shifted('2.5e-05', 6),
    });
    expect(texts(rowOf('litellm', map, 'acme-embed').prices)).toEqual({ input: '0.02', output: '0' });
  });

  it('makes tiers of the prices above a bound; a class without one is asked for', () => {
    const [tier] = rowOf('litellm', map, 'acme-whole').tiers;
    expect([tier?.inputTokensAbove, texts(tier?.prices ?? {})]).toEqual([200_000n, { input: '6', output: '22.5' }]);
    const pro = rowOf('litellm', map, 'acme-pro');
    expect(texts(pro.tiers[0]?.prices ?? {})).toEqual({ input: '2.5', output: '15', cached_input: 'VERIFY' });
    expect(pro.problems).toEqual(['it has no price of cached_input above 200k tokens']);
  });

  it('keeps seconds and images, and makes no tokens of them', () => {
    const whisper = rowOf('litellm', map, 'acme-whisper');
    expect([texts(whisper.prices), meters(whisper), whisper.needs]).toEqual([{}, { second: '0', input_second: '0.0001' }, ['input_second']]);
    const draw = rowOf('litellm', map, 'acme-draw');
    expect([texts(draw.prices), meters(draw), draw.needs]).toEqual([{}, { image: '0.04' }, ['image']]);
  });

  it('says which prices it does not read', () => {
    expect(rowOf('litellm', map, 'acme-pro').remarks).toEqual(['not read: input_cost_per_token_batches 6.25e-07']);
  });

  it('knows no sample_spec, and refuses what is no map', () => {
    expect(reading('litellm', map).resolve('sample_spec')).toEqual([]);
    expect(() => reading('litellm', { success: true, data: [] })).toThrow('it is no map of models');
    expect(() => reading('litellm', '{"a":{"litellm_provider":"x","input_cost_per_token":1e-06},"\\u0061":{"input_cost_per_token":2e-06}}')).toThrow(
      'it has the key "a" twice in one object',
    );
  });
});

describe('genai-prices', () => {
  const sonnet = {
    id: 'acme-sonnet-5',
    match: { or: [{ starts_with: 'acme-sonnet-5' }, { equals: 'sonnet' }] },
    prices: [
      { prices: { input_mtok: 2, output_mtok: 10, cache_read_mtok: 0.2, web_searches_kcount: 10 } },
      { constraint: { start_date: '2026-09-01' }, prices: { input_mtok: 3, output_mtok: 15, cache_read_mtok: 0.3, web_searches_kcount: 10 } },
    ],
  };
  const tiered = {
    id: 'acme-pro',
    match: { regex: '^acme-pro' },
    prices: {
      input_mtok: { base: 1.25, tiers: [{ start: 200000, price: 2.5 }] },
      output_mtok: { base: 10, tiers: [{ start: 200000, price: 15 }] },
      cache_read_mtok: 0.125,
      requests_kcount: 35,
    },
  };
  const hours = {
    id: 'acme-seek',
    match: { equals: 'acme-seek' },
    prices: [{ prices: { input_mtok: 0.135 } }, { constraint: { start_time: '00:30:00Z', end_time: '16:30:00Z' }, prices: { input_mtok: 0.27 } }],
  };
  const database = [
    { id: 'acme', model_match: { starts_with: 'acme' }, models: [sonnet, tiered, hours] },
    {
      id: 'resale',
      models: [
        { id: 'acme-sonnet-5', match: { equals: 'acme-sonnet-5' }, prices: { input_mtok: 4, output_mtok: 20 } },
        { id: 'twin', prices: { input_mtok: 1 } },
      ],
    },
    { id: 'other', models: [{ id: 'twin', prices: { input_mtok: 2 } }] },
  ];

  it('takes the price of the day, and says when it ends', () => {
    const before = rowOf('genai-prices', database, 'acme-sonnet-5', { day: '2026-08-31' });
    expect(texts(before.prices)).toEqual({ input: '2', output: '10', cached_input: '0.2' });
    expect(before.remarks).toEqual(['these prices end: others hold from 2026-09-01 on']);
    const after = rowOf('genai-prices', database, 'acme-sonnet-5', { day: '2026-09-01' });
    expect([texts(after.prices), after.remarks, meters(after)]).toEqual([{ input: '3', output: '15', cached_input: '0.3' }, [], { web_search: '10' }]);
  });

  it('follows the rules by which the source gives a name to a model, but runs no expression', () => {
    expect(texts(rowOf('genai-prices', database, 'Acme-Sonnet-5-20260701').prices)).toMatchObject({ input: '2' });
    expect(reading('genai-prices', database).resolve('acme-pro-002')).toEqual([]);
  });

  it('names every class in a tier, which holds for the whole request', () => {
    const row = rowOf('genai-prices', database, 'acme-pro');
    expect([row.tiers[0]?.inputTokensAbove, texts(row.tiers[0]?.prices ?? {})]).toEqual([200_000n, { input: '2.5', output: '15', cached_input: '0.125' }]);
    expect(row.requestPrice && capturedText(row.requestPrice)).toBe('0.035');
  });

  it('asks a human about hours, and does not choose between providers', () => {
    expect(rowOf('genai-prices', database, 'acme-seek')).toMatchObject({
      prices: { input: 'VERIFY' },
      problems: ['its price changes with the hour, which a snapshot cannot say'],
    });
    expect(reading('genai-prices', database).resolve('twin')).toHaveLength(2);
  });
});

describe('page', () => {
  const head = '<tr><th>Model</th><th>Input ($ / 1M tokens)</th><th>Cached input ($ / 1M tokens)</th><th>Output ($ / 1M tokens)</th></tr>';
  const page = (rows: string, title = head, more = '') =>
    `<!doctype html><title>x</title><h1>Prices</h1><table>${more}<thead>${title}</thead><tbody>${rows}</tbody></table>`;
  const row = '<tr><td><a href="/m">acme-chat-1</a></td><td>$0.30</td><td>$0.030</td><td>1.2</td></tr>';

  it('is read where a table says everything by itself; whether a ratio is in it is asked for', () => {
    const found = rowOf('page', page(row), 'acme-chat-1');
    expect(texts(found.prices)).toEqual({ input: '0.3', cached_input: '0.03', output: '1.2' });
    expect(found).toMatchObject({ ratio: 'VERIFY', problems: ['a page does not say whether a ratio is in its prices'] });
    const plain = '<tr><th>Model ID</th><th>Input</th><th>Output price</th></tr>';
    const captioned = page('<tr><td>a</td><td>1</td><td>2</td></tr>', plain, '<caption>USD per million tokens</caption>');
    expect(texts(rowOf('page', captioned, 'a').prices)).toEqual({ input: '1', output: '2' });
  });

  it('asks for what a cell says beside one amount, and takes a dash for none', () => {
    const found = rowOf('page', page('<tr><td>a</td><td>$0.30 (was $1)</td><td>—</td><td>1,200</td></tr>'), 'a');
    expect([texts(found.prices), found.problems.slice(0, 2)]).toEqual([
      { input: 'VERIFY', output: 'VERIFY' },
      ['its cell of input is not one amount', 'its cell of output is not one amount'],
    ]);
  });

  it.each([
    ['does not say its unit', page(row, head.replaceAll('($ / 1M tokens)', '($)'))],
    ['does not say its currency', page(row.replaceAll('$', ''), head.replaceAll('$', ''))],
    ['has a column that nobody knows', page(row, head.replace('Cached input', 'Our price'))],
    ['has a class twice', page(row, head.replace('Cached input', 'Input'))],
    ['has no header cells', page(row, head.replaceAll('th>', 'td>'))],
    ['has rows of another width', page(`${row}<tr><td>b</td><td>1</td></tr>`)],
    ['has cells that span', page(`${row}<tr><td colspan="2">b</td><td>1</td><td>1</td><td>1</td></tr>`)],
    ['strikes something out', page(row.replace('$0.30', '<del>$1</del>$0.30'))],
    ['hides something', page(row.replace('$0.30', '<span style="display:none">9</span>0.30'))],
    ['holds a script', page(row.replace('$0.30', '<script>1</script>0.30'))],
    ['has no rows', page('')],
    ['is only text', '<p>acme-chat-1 costs $0.30 / 1M tokens</p>'],
  ])('is left alone where a table %s', (_, html) => {
    expect(reading('page', html).entries).toEqual([]);
  });

  it('is refused when it is empty, and borne when it is deep', () => {
    expect(() => reading('page', ' \n')).toThrow('it is empty');
    expect(reading('page', `${'<div>'.repeat(20_000)}${page(row)}`).entries).toEqual([]);
    expect(reading('page', page(row.repeat(2000))).entries).toHaveLength(2000);
    expect(reading('page', '<div>'.repeat(1_000_000)).entries).toEqual([]);
  });
});

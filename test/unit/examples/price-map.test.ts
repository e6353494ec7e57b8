/** Prices from a price map: the digits of the JSON, made plain without a binary number in between. */
import { expect, test } from 'vitest';
import { pricedModel } from '../../../scripts/generate/price-map.ts';

const map = `{
  "o3": { "input_cost_per_token": 1e-05, "output_cost_per_token": 4e-05 },
  "o3-2025-04-16": {
    "input_cost_per_token": 2e-06,
    "search_context_cost_per_query": { "search_context_size_low": 0.03 },
    "output_cost_per_token": 8.000000000000000000001e-06,
    "cache_read_input_token_cost": 5e-07
  },
  "last": { "input_cost_per_token": 1e-07 }
}`;

test('keeps every digit and only reads the entry of the model', () => {
  expect(pricedModel(map, 'o3-2025-04-16')).toEqual({
    billable: 'o3-2025-04-16',
    input: '2',
    output: '8.000000000000000000001',
    cached: '0.5',
    write: null,
    tier: null,
  });
});

test('refuses a model that is absent or half priced', () => {
  expect(() => pricedModel(map, 'gpt-4')).toThrow('no gpt-4');
  expect(() => pricedModel(map, 'last')).toThrow('no full price');
});

/** LiteLLM's price map: USD per token, second, image and so on, with keys of their own for long inputs. */
import { toVerify } from '../../model/placeholder.ts';
import { asObject, type Json } from '../../model/exact-json.ts';
import { capturedPrices, metersOf, PriceFields, present, withoutEmptyZeros } from './price-fields.ts';
import { type PriceSource, readingOf, type SourceEntry, SourceRefusal } from './price-source.ts';
import type { CapturedClasses, CapturedPrice, CapturedPrices } from '../../model/captured-prices.ts';
import { type TokenClass, tokenClasses } from '../../model/evidence.ts';

const classKeys = {
  input: 'input_cost_per_token',
  output: 'output_cost_per_token',
  cached_input: 'cache_read_input_token_cost',
  cache_write: 'cache_creation_input_token_cost',
  cache_write_1h: 'cache_creation_input_token_cost_above_1hr',
  reasoning: 'output_cost_per_reasoning_token',
} as const satisfies Record<TokenClass, string>;
const above = /_above_(\d{1,6})k_tokens$/;

export const litellm: PriceSource = {
  baseUrl: 'https://raw.githubusercontent.com',
  path: '/BerriAI/litellm/main/model_prices_and_context_window.json',
  extension: 'json',
  read: (json) => {
    const map = asObject(json);
    if (map === null || !Object.values(map).some((entry) => Object.keys(asObject(entry) ?? {}).some((key) => key.includes('_cost'))))
      throw new SourceRefusal('is no map of models');
    const models = Object.entries(map).filter(([name]) => name !== 'sample_spec');
    return readingOf(models.map(entryOf), ['A price of 0 beside a priced input is left out: this map writes it also where a price is not known']);
  },
};

function entryOf([name, entry]: readonly [string, Json]): SourceEntry {
  const fields = new PriceFields(entry);
  const prices = classesOf(fields, '');
  const more = {
    prices,
    tiers: tiersOf(fields, prices),
    requestPrice: fields.price('input_cost_per_request'),
    meterPrices: metersOf({
      second: fields.price('output_cost_per_second'),
      input_second: fields.price('input_cost_per_second'),
      image: fields.price('output_cost_per_image'),
      input_images: fields.price('input_cost_per_image'),
      pixel: fields.price('output_cost_per_pixel'),
      input_pixel: fields.price('input_cost_per_pixel'),
      character: fields.price('output_cost_per_character'),
      input_character: fields.price('input_cost_per_character'),
      query: fields.price('input_cost_per_query'),
      audio_input: fields.perToken('input_cost_per_audio_token'),
      audio_output: fields.perToken('output_cost_per_audio_token'),
      cached_audio_input: fields.perToken('cache_read_input_audio_token_cost'),
      image_input: fields.perToken('input_cost_per_image_token'),
      image_output: fields.perToken('output_cost_per_image_token'),
    }),
  };
  fields.remarkUnread(/cost/);
  return { names: [name], prices: capturedPrices(fields, more) };
}

/** With a suffix: what holds above a bound. */
function classesOf(fields: PriceFields, suffix: string): CapturedClasses {
  const entries = Object.entries(classKeys).map(([name, key]) => [name, fields.perToken(`${key}${suffix}`)] as const);
  return withoutEmptyZeros(present(Object.fromEntries(entries) as Record<TokenClass, CapturedPrice | null>));
}

/** What the map does not say above a bound is unknown there, and a tier names every class. */
function tiersOf(fields: PriceFields, base: CapturedClasses): CapturedPrices['tiers'] {
  const bounds = new Set(fields.keys().flatMap((key) => (isClass(key) ? [above.exec(key)?.[1] ?? ''] : [])));
  return [...bounds]
    .filter((bound) => bound !== '')
    .map((bound) => {
      const own = classesOf(fields, `_above_${bound}k_tokens`);
      const missing = tokenClasses.filter((name) => base[name] !== undefined && own[name] === undefined);
      if (missing.length > 0) fields.problems.push(`it has no price of ${missing.join(', ')} above ${bound}k tokens`);
      return { inputTokensAbove: BigInt(bound) * 1000n, prices: { ...Object.fromEntries(missing.map((name) => [name, toVerify])), ...own } };
    })
    .toSorted((a, b) => (a.inputTokensAbove < b.inputTokensAbove ? -1 : 1));
}

function isClass(key: string): boolean {
  return Object.values(classKeys).some((name) => key.startsWith(`${name}_above_`) && above.test(key));
}

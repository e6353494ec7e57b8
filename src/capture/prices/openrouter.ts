/** OpenRouter's list of models: strings of USD per token, with overrides for long prompts and hours of the day. */
import { toVerify } from '../../model/placeholder.ts';
import { asObject, type Json } from '../../model/exact-json.ts';
import { capturedPrices, isZero, metersOf, PriceFields, present, withoutEmptyZeros } from './price-fields.ts';
import { dataOf, type PriceSource, readingOf, type SourceEntry, SourceRefusal } from './price-source.ts';
import type { CapturedClasses, CapturedPrice, CapturedPrices } from '../../model/captured-prices.ts';
import type { TokenClass } from '../../model/evidence.ts';

const classKeys = {
  input: 'prompt',
  output: 'completion',
  cached_input: 'input_cache_read',
  cache_write: 'input_cache_write',
  cache_write_1h: 'input_cache_write_1h',
  reasoning: 'internal_reasoning',
} as const satisfies Record<TokenClass, string>;

export const openrouter: PriceSource = {
  baseUrl: 'https://openrouter.ai',
  path: '/api/v1/models',
  extension: 'json',
  read: (json) =>
    readingOf(dataOf(json).map(entryOf), [
      'A price of 0 beside a priced input is how this source writes that it has none: such cache and reasoning prices are left out',
    ]),
};

function entryOf(model: Json): SourceEntry {
  const own = asObject(model);
  const [id, slug] = [own?.['id'], own?.['canonical_slug']];
  if (typeof id !== 'string') throw new SourceRefusal('holds a model without an id');
  const fields = new PriceFields(own?.['pricing']);
  const expires = own?.['expiration_date'];
  if (typeof expires === 'string') fields.remarks.push(`the source takes it away on ${expires.slice(0, 40)}`);
  const prices = classesOf(fields);
  const requestPrice = nothingOf(fields.price('request'));
  const meterPrices = metersOf({
    input_images: nothingOf(fields.price('image')),
    image_input: nothingOf(fields.perToken('image_token')),
    audio_input: nothingOf(fields.perToken('audio')),
    web_search: nothingOf(fields.price('web_search', 3)),
  });
  const ratio = discountOf(fields);
  const more = overridden(fields, prices);
  fields.remarkUnread(/./);
  return { names: typeof slug === 'string' ? [id, slug] : [id], prices: capturedPrices(fields, { ...more, requestPrice, ratio, meterPrices }) };
}

function classesOf(fields: PriceFields): CapturedClasses {
  const entries = Object.entries(classKeys).map(([name, key]) => [name, fields.perToken(key)] as const);
  return withoutEmptyZeros(present(Object.fromEntries(entries) as Record<TokenClass, CapturedPrice | null>));
}

/** Of what is no token class, every entry states a 0. */
function nothingOf(price: CapturedPrice | null): CapturedPrice | null {
  return isZero(price) ? null : price;
}

/** Whether the prices are before or after it is not documented. */
function discountOf(fields: PriceFields): CapturedPrice | null {
  const discount = fields.price('discount');
  if (discount === null || isZero(discount)) return null;
  fields.problems.push('it states a discount, and not whether its prices are before or after it');
  return toVerify;
}

/** An override says what is otherwise: what it leaves out stays as it is. */
function overridden(fields: PriceFields, base: CapturedClasses): Pick<CapturedPrices, 'prices' | 'tiers'> {
  const overrides = fields.take('overrides');
  const list = (Array.isArray(overrides) ? (overrides as readonly Json[]) : []).map((each) => {
    const own = new PriceFields(each);
    const hours = own.has('utc_start') || own.has('utc_end');
    const bound = own.take('min_prompt_tokens');
    const prices = classesOf(own);
    fields.problems.push(...own.problems);
    fields.remarks.push(...own.remarks);
    return { hours, bound: typeof bound === 'string' && /^\d{1,15}$/.test(bound) ? BigInt(bound) : null, prices };
  });
  const untold = list.filter(({ hours, bound }) => hours || bound === null).flatMap(({ prices }) => Object.keys(prices) as TokenClass[]);
  if (untold.length > 0) fields.problems.push('its price changes with the hour or by another rule that a snapshot cannot say');
  const prices = { ...base, ...Object.fromEntries(untold.map((name) => [name, toVerify])) };
  const tiers = list
    .flatMap(({ hours, bound, prices: own }) => (hours || bound === null ? [] : [{ inputTokensAbove: bound, prices: { ...prices, ...own } }]))
    .toSorted((a, b) => (a.inputTokensAbove < b.inputTokensAbove ? -1 : 1));
  return { prices, tiers };
}

/** The price list of a new-api host: ratios of $2 per 1M tokens, the group's ratio apart, and prices per request. */
import { toVerify } from '../../model/placeholder.ts';
import { asObject, type Json } from '../../model/exact-json.ts';
import { capturedPrices, metersOf, PriceFields, present } from './price-fields.ts';
import { dataOf, type PriceSource, type ReadingTerms, readingOf, type SourceEntry, SourceRefusal } from './price-source.ts';
import type { CapturedPrice, CapturedPrices } from '../../model/captured-prices.ts';
import { Money, zero } from '../../model/money.ts';

/** USD per 1M tokens at a model ratio of 1. */
const dollarsAtOne = 2;
const one = new Money(1);

export const newApi: PriceSource = {
  baseUrl: null,
  path: '/api/pricing',
  extension: 'json',
  read: (json, { group }) => {
    const ratios = new PriceFields(asObject(json)?.['group_ratio']);
    const entries = dataOf(json).map((model) => entryOf(model, group, ratios));
    return readingOf(entries, [`Rates are model ratios at $2 per 1M tokens; the ratio is that of the group ${group}`]);
  },
};

function entryOf(model: Json, group: ReadingTerms['group'], ratios: PriceFields): SourceEntry {
  const fields = new PriceFields(model);
  const name = fields.take('model_name');
  if (typeof name !== 'string') throw new SourceRefusal('holds a model without a model_name');
  const groups = fields.take('enable_groups');
  if (Array.isArray(groups) && !groups.includes(group) && !groups.includes('all')) fields.problems.push(`the group ${group} may not use it`);
  const ratio = ratioOf(group, ratios, fields);
  if (typeof fields.take('billing_expr') === 'string' && fields.take('billing_expr') !== '') {
    fields.problems.push('its price is an expression, which is not read');
    return { names: [name], prices: capturedPrices(fields, { prices: { input: toVerify, output: toVerify }, ratio }) };
  }
  const prices = fields.take('quota_type') === '1' ? perRequest(fields) : perToken(fields);
  fields.remarkUnread(/ratio|price/);
  return { names: [name], prices: capturedPrices(fields, { ...prices, ratio }) };
}

function ratioOf(group: string, ratios: PriceFields, fields: PriceFields): CapturedPrice {
  const value = ratios.take(group);
  if (value !== undefined && value !== null) return fields.amount(`group_ratio of ${group}`, value);
  fields.problems.push(`group_ratio has no group ${group}`);
  return toVerify;
}

/** Tokens cost nothing then, whatever the class. */
function perRequest(fields: PriceFields): Pick<CapturedPrices, 'prices' | 'requestPrice'> {
  fields.take('model_ratio');
  fields.take('completion_ratio');
  const prices = { input: zero, cached_input: zero, cache_write: zero, cache_write_1h: zero, output: zero };
  const price = fields.price('model_price');
  if (price === null) fields.problems.push('it is priced per request, and states no price');
  return { prices, requestPrice: price ?? toVerify };
}

function perToken(fields: PriceFields): Pick<CapturedPrices, 'prices' | 'meterPrices'> {
  fields.take('model_price');
  const model = fields.price('model_ratio');
  if (model === null) fields.problems.push('it states no model_ratio');
  const input = model === null ? toVerify : times(model, new Money(dollarsAtOne));
  const [cached, write, completion] = ['cache_ratio', 'create_cache_ratio', 'completion_ratio'].map((key) => fields.price(key));
  const [audio, audioCompletion, image] = ['audio_ratio', 'audio_completion_ratio', 'image_ratio'].map((key) => fields.price(key));
  const by = (...ratios: (CapturedPrice | null | undefined)[]): CapturedPrice | null =>
    ratios.reduce<CapturedPrice | null>((price, ratio) => (price === null || ratio === null || ratio === undefined ? null : times(price, ratio)), input);
  return {
    prices: present({ input, cached_input: by(cached), cache_write: by(write), output: by(completion) }),
    meterPrices: metersOf({ audio_input: by(audio), audio_output: by(audio, audioCompletion ?? one), image_input: by(image) }),
  };
}

function times(price: CapturedPrice, ratio: CapturedPrice): CapturedPrice {
  return price instanceof Money && ratio instanceof Money ? price.times(ratio) : toVerify;
}

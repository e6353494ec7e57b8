/** CometAPI's public price feed: USD per 1M tokens, per request and per second, with a ratio in some versions of the feed and without in others. */
import { toVerify } from '../../model/placeholder.ts';
import { asObject, type Json } from '../../model/exact-json.ts';
import { capturedPrices, metersOf, PriceFields, present } from './price-fields.ts';
import { dataOf, type PriceSource, readingOf, type SourceEntry, SourceRefusal } from './price-source.ts';

const remarks = [
  'Whether input and output are before or after the ratio is not documented: hold them against the contract',
  'The feed has no prices of cached input, cache writes, long inputs and batches: a charge that uses them is unpriced until somebody adds them',
];

export const cometapi: PriceSource = {
  baseUrl: 'https://api.cometapi.com',
  path: '/api/models',
  extension: 'json',
  read: (json) => readingOf(dataOf(json).map(entryOf), remarks),
};

function entryOf(model: Json): SourceEntry {
  const id = asObject(model)?.['id'];
  if (typeof id !== 'string') throw new SourceRefusal('holds a model without an id');
  const fields = new PriceFields(asObject(model)?.['pricing']);
  const currency = fields.take('currency');
  const isDollars = currency === undefined || currency === null || (typeof currency === 'string' && /^USD\b/.test(currency));
  if (!isDollars) fields.problems.push(`its currency is not USD`);
  const ratio = fields.price('ratio');
  if (ratio === null) fields.problems.push('the feed states no ratio, and its prices may be before or after one');
  const prices = present({ input: fields.price('input'), output: fields.price('output') });
  const requestPrice = fields.price('per_request');
  const meterPrices = metersOf({ second: fields.price('per_second') });
  fields.remarkUnread(/./);
  return { names: [id], prices: capturedPrices(fields, { prices, requestPrice, meterPrices, ratio: isDollars && ratio !== null ? ratio : toVerify }) };
}

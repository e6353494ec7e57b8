/** Reads official prices from a dated price map, digit for digit: the number's text is taken from the JSON, never its binary value. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Money, formatMoney } from '../../src/model/money.ts';
import type { PricedModel } from './pricing.ts';

/** LiteLLM's map as AgentOps-AI/tokencost mirrors it (MIT): USD per token. */
export async function readPriceMap(folder: string, file: string): Promise<string> {
  return gunzipSync(await readFile(path.join(folder, 'price-maps/litellm-via-tokencost', file))).toString('utf8');
}

/** One model of the map, in USD per million tokens; throws when the map has no such model or price. */
export function pricedModel(map: string, billable: string): PricedModel {
  const entry = entryOf(map, billable);
  const cached = perMillion(entry, 'cache_read_input_token_cost');
  const input = perMillion(entry, 'input_cost_per_token');
  const output = perMillion(entry, 'output_cost_per_token');
  if (input === null || output === null || cached === null) throw new RangeError(`the price map has no full price for ${billable}`);
  return { billable, input, output, cached, write: perMillion(entry, 'cache_creation_input_token_cost'), tier: null };
}

/** The text between the braces of a model's entry. */
function entryOf(map: string, billable: string): string {
  const start = map.indexOf(`"${billable}": {`);
  if (start === -1) throw new RangeError(`the price map has no ${billable}`);
  let depth = 0;
  for (let index = map.indexOf('{', start); index < map.length; index += 1) {
    if (map[index] === '{') depth += 1;
    if (map[index] === '}') depth -= 1;
    if (depth === 0) return map.slice(start, index);
  }
  throw new RangeError('the price map ends inside an entry');
}

function perMillion(entry: string, key: string): string | null {
  const text = new RegExp(`"${key}":\\s*([-+.0-9eE]+)`).exec(entry)?.[1];
  return text === undefined ? null : formatMoney(new Money(text).times(1_000_000));
}

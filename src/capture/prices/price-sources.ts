/** Every source of prices, by the name on the command line; and how the bytes of one become a reading. */
import { doubledKey } from './doubled-key.ts';
import { cometapi } from './cometapi.ts';
import { genaiPrices } from './genai-prices.ts';
import { litellm } from './litellm.ts';
import { newApi } from './new-api.ts';
import { openrouter } from './openrouter.ts';
import { type PriceSource, type PriceSourceName, type ReadingTerms, type SourceReading, SourceRefusal } from './price-source.ts';
import { savedPage } from './saved-page.ts';
import { type Json, parseExactJson } from '../../model/exact-json.ts';
import { UserError } from '../../model/user-error.ts';

export const priceSources: Readonly<Record<PriceSourceName, PriceSource>> = {
  cometapi,
  'new-api': newApi,
  openrouter,
  litellm,
  'genai-prices': genaiPrices,
  page: savedPage,
};

/** Throws a `UserError` for bytes that are no whole answer of the source. */
export function readSource(name: PriceSourceName, bytes: Uint8Array, terms: ReadingTerms): SourceReading {
  const source = priceSources[name];
  try {
    return source.read(contentOf(source, bytes), terms);
  } catch (cause) {
    if (!(cause instanceof SourceRefusal)) throw cause;
    throw new UserError(`What was read is no price list of ${name}: it ${cause.message}.`, `Look at what it holds; docs/prices.md says what ${name} sends.`, {
      cause,
    });
  }
}

function contentOf({ extension }: PriceSource, bytes: Uint8Array): Json {
  const text = textOf(bytes);
  if (extension === 'html') return text;
  const doubled = doubledKey(text);
  if (doubled !== null) throw new SourceRefusal(`has the key ${JSON.stringify(doubled.slice(0, 60))} twice in one object`);
  try {
    return parseExactJson(text);
  } catch (cause) {
    throw new SourceRefusal('is no whole JSON', { cause });
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SourceRefusal('is no UTF-8 text', { cause });
  }
}

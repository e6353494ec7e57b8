/** Dated public prices (pydantic/genai-prices, MIT) as the ledger's own price rows, for tests that price real usage. */
import { plainRow } from '../../reference/small-ledger.ts';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { TokenClass } from '../../../src/model/evidence.ts';
import type { ClassPrices, PriceRow } from '../../../src/model/ledger.ts';
import { Money, zero } from '../../../src/model/money.ts';
import { publicData } from './usage-bodies.ts';

export const pricedProviders = ['anthropic', 'deepseek', 'google', 'openai'] as const;
export type PricedProvider = (typeof pricedProviders)[number];

/** The library's names for our classes; USD per million tokens. What is not named here (audio, images, searches) we do not price. */
const classNames: Readonly<Record<string, TokenClass>> = {
  input_mtok: 'input',
  cache_read_mtok: 'cached_input',
  cache_write_mtok: 'cache_write',
  cache_write_1h_mtok: 'cache_write_1h',
  output_mtok: 'output',
  output_reasoning_mtok: 'reasoning',
};

/** Scalars are read as text: no price ever is a binary float. */
type Yaml = string | readonly Yaml[] | { readonly [key: string]: Yaml };
type YamlMap = { readonly [key: string]: Yaml };

/** USD per million tokens for `model` at `at` (ISO, UTC); null when the provider's file names no such model or no prices for it. */
export function publicPrice(provider: PricedProvider, model: string, at: string): PriceRow | null {
  const file = providerFile(provider);
  const found = models(file).find((candidate) => matches(candidate['match'] ?? {}, model.toLowerCase()));
  if (found !== undefined) return priceRow(model, pricesAt(found['prices'] ?? {}, at));
  const others = (file['fallback_model_providers'] ?? []) as readonly string[];
  return others.map((other) => publicPrice(other as PricedProvider, model, at)).find((row) => row !== null) ?? null;
}

const files = new Map<PricedProvider, YamlMap>();

function providerFile(provider: PricedProvider): YamlMap {
  const known = files.get(provider);
  if (known !== undefined) return known;
  const text = readFileSync(new URL(`price-maps/genai-prices/${provider}.yml`, publicData), 'utf8');
  const file = parse(text, { schema: 'failsafe' }) as YamlMap;
  files.set(provider, file);
  return file;
}

function models(file: YamlMap): readonly YamlMap[] {
  return file['models'] as readonly YamlMap[];
}

/** `equals`, `starts_with`, `ends_with`, `contains`, `regex`, `or`, `and`; the first model that matches counts. */
function matches(rule: Yaml, model: string): boolean {
  return Object.entries(rule as YamlMap).every(([verb, value]) => {
    const text = String(value).toLowerCase();
    switch (verb) {
      case 'or':
        return (value as readonly Yaml[]).some((part) => matches(part, model));
      case 'and':
        return (value as readonly Yaml[]).every((part) => matches(part, model));
      case 'equals':
        return model === text;
      case 'starts_with':
        return model.startsWith(text);
      case 'ends_with':
        return model.endsWith(text);
      case 'contains':
        return model.includes(text);
      case 'regex':
        return new RegExp(String(value)).test(model);
      default:
        throw new Error(`unknown match rule ${verb}`);
    }
  });
}

/** A single table, or a list of which the last one whose constraint holds at `at` counts. */
function pricesAt(prices: Yaml, at: string): YamlMap {
  if (!Array.isArray(prices)) return prices as YamlMap;
  const inForce = (prices as readonly YamlMap[]).filter((entry) => holds((entry['constraint'] ?? {}) as YamlMap, at));
  return (inForce.at(-1)?.['prices'] ?? {}) as YamlMap;
}

/** ISO text of one zone compares as time does. */
function holds(constraint: YamlMap, at: string): boolean {
  const from = String(constraint['start_date'] ?? '');
  const clock = at.slice(11);
  const start = String(constraint['start_time'] ?? '');
  const end = String(constraint['end_time'] ?? '~');
  return at.slice(0, 10) >= from && clock >= start && clock < end;
}

function priceRow(model: string, prices: YamlMap): PriceRow | null {
  const classes = Object.entries(prices).filter(([unit]) => unit in classNames);
  if (classes.length === 0) return null;
  const bounds = [...new Set(classes.flatMap(([, price]) => tiersOf(price).map((tier) => BigInt(tier.start))))].sort((a, b) => (a < b ? -1 : 1));
  return plainRow({
    billableModel: model,
    prices: classPrices(classes, null),
    requestPrice: zero,
    ratio: new Money(1),
    tiers: bounds.map((bound) => ({ inputTokensAbove: bound, prices: classPrices(classes, bound) })),
    variants: [],
    source: { file: 'genai-prices', line: 1, column: 1 },
  });
}

interface YamlTier {
  readonly start: string;
  readonly price: string;
}

function tiersOf(price: Yaml): readonly YamlTier[] {
  return typeof price === 'string' ? [] : ((price as YamlMap)['tiers'] as unknown as readonly YamlTier[]);
}

function classPrices(classes: readonly (readonly [string, Yaml])[], bound: bigint | null): ClassPrices {
  const prices: Partial<Record<TokenClass, Money>> = {};
  for (const [unit, price] of classes) {
    const name = classNames[unit];
    if (name !== undefined) prices[name] = new Money(priceAbove(price, bound));
  }
  return prices;
}

function priceAbove(price: Yaml, bound: bigint | null): string {
  if (typeof price === 'string') return price;
  const reached = bound === null ? undefined : tiersOf(price).findLast((tier) => BigInt(tier.start) <= bound);
  return reached?.price ?? String((price as YamlMap)['base']);
}

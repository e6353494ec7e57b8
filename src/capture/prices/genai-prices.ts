/** The genai-prices database: USD per 1M tokens by unit, dated, with tiers for whole requests and rules that say which names a model answers to. */
import { toVerify } from '../../model/placeholder.ts';
import { asObject, type Json } from '../../model/exact-json.ts';
import { capturedPrices, metersOf, PriceFields, present } from './price-fields.ts';
import { type PriceSource, type SourceEntry, type SourceReading, SourceRefusal } from './price-source.ts';
import type { CapturedClasses, CapturedPrice, CapturedPrices, MeterName } from '../../model/captured-prices.ts';
import type { TokenClass } from '../../model/evidence.ts';
import { type Day, isDay } from '../../model/instant.ts';

const classUnits = {
  input: 'input_mtok',
  output: 'output_mtok',
  cached_input: 'cache_read_mtok',
  cache_write: 'cache_write_mtok',
  cache_write_1h: 'cache_write_1h_mtok',
  reasoning: 'output_reasoning_mtok',
} as const satisfies Record<TokenClass, string>;
const meterUnits: Partial<Record<MeterName, string>> = {
  audio_input: 'input_audio_mtok',
  audio_output: 'output_audio_mtok',
  image_input: 'input_image_mtok',
  image_output: 'output_image_mtok',
  video_input: 'input_video_mtok',
  video_output: 'output_video_mtok',
  cached_audio_input: 'cache_audio_read_mtok',
  cached_image_input: 'cache_image_read_mtok',
  web_search: 'web_searches_kcount',
  code_execution: 'code_executions_kcount',
};
const fromThousand = -3;

export const genaiPrices: PriceSource = {
  baseUrl: 'https://raw.githubusercontent.com',
  path: '/pydantic/genai-prices/main/prices/data.json',
  extension: 'json',
  read: (json, { day }) => {
    const providers = (Array.isArray(json) ? (json as readonly Json[]) : [json]).map((each) => providerOf(each, day));
    return { entries: providers.flatMap(({ models }) => models.map(({ entry }) => entry)), resolve: (name) => resolve(providers, name), remarks: [] };
  },
};

interface Provider {
  /** The names that the provider answers for; null = it does not say. */
  readonly match: Json | null;
  readonly models: readonly { readonly match: Json; readonly entry: SourceEntry }[];
}

function providerOf(json: Json, day: Day): Provider {
  const provider = asObject(json);
  const models = provider?.['models'];
  if (!Array.isArray(models)) throw new SourceRefusal('holds a provider without models');
  return { match: provider?.['model_match'] ?? null, models: (models as readonly Json[]).map((model) => modelOf(model, day)) };
}

function modelOf(json: Json, day: Day): Provider['models'][number] {
  const model = asObject(json);
  const id = model?.['id'];
  if (typeof id !== 'string') throw new SourceRefusal('holds a model without an id');
  return { match: model?.['match'] ?? { equals: id }, entry: { names: [id], prices: pricesOn(model?.['prices'] ?? null, day) } };
}

/** The source's own rules: the first model of each provider that means the name; of several providers those that answer for such names. */
function resolve(providers: readonly Provider[], name: string): SourceReading['entries'] {
  const found = providers.flatMap((provider) => {
    const model = provider.models.find(({ match, entry }) => matches(match, name) || entry.names.includes(name));
    return model === undefined ? [] : [{ entry: model.entry, answers: provider.match !== null && matches(provider.match, name) }];
  });
  const answering = found.filter(({ answers }) => answers);
  return (answering.length > 0 ? answering : found).map(({ entry }) => entry);
}

/** Regular expressions of others are not run; what only they mean is found by its id. */
function matches(clause: Json, name: string): boolean {
  const [[kind, value] = ['', null]] = Object.entries(asObject(clause) ?? {});
  const text = name.toLowerCase();
  if (Array.isArray(value))
    return kind === 'or' ? value.some((each) => matches(each as Json, name)) : kind === 'and' && value.every((each) => matches(each as Json, name));
  if (typeof value !== 'string') return false;
  const wanted = value.toLowerCase();
  if (kind === 'equals') return text === wanted;
  if (kind === 'starts_with') return text.startsWith(wanted);
  if (kind === 'ends_with') return text.endsWith(wanted);
  return kind === 'contains' && text.includes(wanted);
}

interface Dated {
  /** null = since ever. */
  readonly from: Day | null;
  readonly prices: Json;
  /** Whether it holds only for some hours. */
  readonly hours: boolean;
}

/** The prices of a day; those that follow are a remark, so that a price with an end is not taken for one without. */
function pricesOn(stated: Json, day: Day): CapturedPrices {
  const all = (Array.isArray(stated) ? (stated as readonly Json[]) : [{ prices: stated }]).map(dated);
  const begun = all.filter(({ from }) => from === null || from <= day);
  const fields = new PriceFields(begun.findLast(({ hours }) => !hours)?.prices);
  for (const { from } of all) if (from !== null && from > day) fields.remarks.push(`these prices end: others hold from ${from} on`);
  const read = unitsOf(fields);
  fields.remarkUnread(/./);
  if (!begun.some(({ hours }) => hours)) return capturedPrices(fields, read);
  fields.problems.push('its price changes with the hour, which a snapshot cannot say');
  const unknown = Object.fromEntries(Object.keys(read.prices).map((name) => [name, toVerify])) as CapturedClasses;
  return capturedPrices(fields, { ...read, prices: unknown, tiers: [] });
}

function dated(json: Json): Dated {
  const own = asObject(json);
  const constraint = asObject(own?.['constraint']);
  const from = constraint?.['start_date'];
  const isDate = typeof from === 'string' && isDay(from);
  return { from: isDate ? from : null, prices: own?.['prices'] ?? null, hours: constraint !== null && !isDate };
}

function unitsOf(fields: PriceFields): Pick<CapturedPrices, 'prices' | 'tiers' | 'requestPrice' | 'meterPrices'> {
  const steps = Object.entries(classUnits).map(([name, unit]) => [name as TokenClass, stepsOf(fields, unit)] as const);
  const bounds = [...new Set(steps.flatMap(([, own]) => own.map(({ above }) => above)))].filter((bound) => bound !== null);
  const at = (bound: bigint | null): CapturedClasses =>
    present(Object.fromEntries(steps.map(([name, own]) => [name, priceAt(own, bound)])) as Record<TokenClass, CapturedPrice | null>);
  const thousand = fields.price('requests_kcount', fromThousand);
  return {
    prices: at(null),
    tiers: bounds.toSorted((a, b) => (a < b ? -1 : 1)).map((bound) => ({ inputTokensAbove: bound, prices: at(bound) })),
    requestPrice: thousand,
    meterPrices: metersOf(Object.fromEntries(Object.entries(meterUnits).map(([name, unit]) => [name, meterPrice(fields, unit)]))),
  };
}

interface Step {
  /** null = the base. */
  readonly above: bigint | null;
  readonly price: CapturedPrice;
}

/** A price, or a base with tiers that each hold for the whole request. */
function stepsOf(fields: PriceFields, unit: string): readonly Step[] {
  const value = fields.take(unit);
  const tiered = asObject(value);
  if (value === undefined || value === null) return [];
  if (tiered === null) return [{ above: null, price: fields.amount(unit, value) }];
  const tiers = (Array.isArray(tiered['tiers']) ? (tiered['tiers'] as readonly Json[]) : []).map((tier) => {
    const { start = null, price = null } = asObject(tier) ?? {};
    const bound = typeof start === 'string' && /^\d{1,15}$/.test(start) ? BigInt(start) : null;
    if (bound === null) fields.problems.push(`${unit} has a tier without a start`);
    return { above: bound, price: bound === null ? toVerify : fields.amount(unit, price) };
  });
  const base = { above: null, price: tiers.some(({ above }) => above === null) ? toVerify : fields.amount(unit, tiered['base'] ?? null) };
  const known = tiers.flatMap(({ above, price }) => (above === null ? [] : [{ above, price }]));
  return [base, ...known.toSorted((a, b) => (a.above < b.above ? -1 : 1))];
}

function priceAt(steps: readonly Step[], bound: bigint | null): CapturedPrice | null {
  return steps.findLast(({ above }) => above === null || (bound !== null && above <= bound))?.price ?? null;
}

/** Meters have one price; where it changes with the length nobody could say which. */
function meterPrice(fields: PriceFields, unit: string): CapturedPrice | null {
  const steps = stepsOf(fields, unit);
  return steps.length > 1 ? toVerify : (steps[0]?.price ?? null);
}

/** The shape of a price snapshot, `prices/<provider>/<date>[-n].yaml`. */
import { z } from 'zod';
import {
  borrowedPrice,
  choice,
  count,
  currency,
  day,
  decimal,
  dictionary,
  insidePath,
  list,
  modelled,
  nonNegative,
  positive,
  price,
  record,
  requireKeys,
  sha256,
  snapshotId,
  text,
  utc,
  withMeters,
} from './scalars.ts';
import { type LedgerDocument, placeOf, type YamlPath } from '../yaml-document.ts';
import { meterName, meterOf, type TokenClass, tokenClasses, tokenColumns } from '../../model/evidence.ts';
import { type ClassPrices, type Meter, type PriceHours, type PriceRow, type PriceSample, type Snapshot, type Variant, weekdays } from '../../model/ledger.ts';
import { decimalsOf, Money, zero } from '../../model/money.ts';
import { recordOf } from '../../model/record-of.ts';

/** Price key ↔ token class, in the order of the file. */
export const priceKeys = {
  input_price: 'input',
  output_price: 'output',
  cached_input_price: 'cached_input',
  cache_write_price: 'cache_write',
  cache_write_1h_price: 'cache_write_1h',
  reasoning_price: 'reasoning',
} as const satisfies Record<string, TokenClass>;
type PriceKey = keyof typeof priceKeys;

const classPrices = recordOf(Object.keys(priceKeys) as PriceKey[], () => borrowedPrice.optional());
type BorrowingLevel = { readonly [Key in PriceKey]?: WrittenPrice };

/** A borrowed price needs an amount to borrow: no chains, no loops. */
function lendersNamed(level: BorrowingLevel, context: z.core.$RefinementCtx): void {
  const lenders = { 'same-as-input': level.input_price, 'same-as-output': level.output_price };
  for (const [key, written] of Object.entries(level)) {
    if (written !== 'same-as-input' && written !== 'same-as-output') continue;
    const lender = lenders[written];
    if (lender === undefined || typeof lender === 'string') {
      context.addIssue({ code: 'custom', path: [key], message: 'an amount, or the name of a price that has one' });
    }
  }
}
const tier = record({ input_tokens_above: count, ...classPrices }).superRefine(lendersNamed);
const tiers = list(tier).superRefine((levels, context) => {
  for (const [index, { input_tokens_above: bound }] of levels.entries()) {
    const before = levels[index - 1]?.input_tokens_above;
    if (before === undefined || bound > before) continue;
    context.addIssue({ code: 'custom', path: [index, 'input_tokens_above'], message: 'a bound above the one before' });
  }
});
const hoursError = { error: 'hours such as "16:30-00:30", each from 00:00 to 23:59, the second up to 24:00 and not the first again' };
const hours = z
  .string(hoursError)
  .regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/, hoursError)
  .refine((value) => value.slice(0, 5) !== value.slice(6), hoursError);
const when = record({
  service_tier: text.optional(),
  region: text.optional(),
  hours_utc: hours.optional(),
  days: list(choice(...weekdays))
    .min(1, { error: 'at least one day' })
    .optional(),
}).refine((value) => Object.keys(value).length > 0, { error: 'at least one of service_tier, region, hours_utc and days' });
const variant = record({
  when,
  factor: price.optional(),
  prices: record({ ...classPrices, tiers: tiers.optional() })
    .superRefine(lendersNamed)
    .optional(),
}).refine((value) => (value.factor === undefined) !== (value.prices === undefined), { error: 'either a factor or prices' });
const row = record({
  billable_model: text,
  ...classPrices,
  request_price: price.optional(),
  ratio: price.optional(),
  tiers: tiers.optional(),
  variants: list(variant).optional(),
  meter_prices: dictionary(price).optional(),
  needs: list(text).optional(),
}).superRefine(lendersNamed);
const meter = record({
  unit: choice('count', 'decimal').optional(),
  per: positive.optional(),
  inside: choice(...tokenClasses).optional(),
  whole: choice('up').optional(),
}).refine((value) => (value.unit === undefined) !== (value.inside === undefined), { error: 'either a unit or the class inside which it is counted' });
const quantity = nonNegative.refine((amount) => decimalsOf(amount) <= 6, { error: 'a quantity of at most six decimals' });
const sampleShape = {
  billable_model: text,
  ...recordOf(tokenColumns, () => count.optional()),
  service_tier: text.optional(),
  region: text.optional(),
  at_utc: utc.optional(),
  expected_cost: decimal,
};
const sample = withMeters(sampleShape, quantity);
const verification = record({
  status: choice('verified', 'unverified'),
  against: text.optional(),
  on: day.optional(),
  by: text.optional(),
}).superRefine((value, context) => {
  if (value.status === 'verified') requireKeys(value, ['against', 'on', 'by'], context);
});

/** A meter that only a row knows has no unit. */
function metersNamed(
  file: {
    readonly meters?: object | undefined;
    readonly prices: readonly { readonly meter_prices?: object | undefined; readonly needs?: string[] | undefined }[];
    readonly samples?: readonly object[] | undefined;
  },
  context: z.core.$RefinementCtx,
): void {
  const isUnknown = (name: string): boolean => !Object.hasOwn(file.meters ?? {}, name);
  for (const name of Object.keys(file.meters ?? {}).filter((each) => !meterName.test(each)))
    context.addIssue({
      code: 'custom',
      path: ['meters', name],
      message: 'a name of letters, digits, "_", "." and "-", since it stands in the name of a column',
    });
  const complain = (path: (string | number)[]): void => context.addIssue({ code: 'custom', path, message: 'a meter that stands under meters' });
  for (const [index, { meter_prices: prices = {}, needs = [] }] of file.prices.entries()) {
    for (const name of Object.keys(prices).filter(isUnknown)) complain(['prices', index, 'meter_prices', name]);
    for (const [at, name] of needs.entries()) if (isUnknown(name)) complain(['prices', index, 'needs', at]);
  }
  for (const [index, sample] of (file.samples ?? []).entries()) {
    for (const key of Object.keys(sample).filter((each) => isUnknown(meterOf(each) ?? ''))) if (meterOf(key) !== null) complain(['samples', index, key]);
  }
}

type VariantFile = z.output<typeof variant>;
interface VariedFile {
  readonly variants?: readonly VariantFile[] | undefined;
  readonly standard?: readonly string[] | undefined;
  readonly prices: readonly (BorrowingLevel & { readonly tiers?: readonly object[] | undefined; readonly variants?: readonly VariantFile[] | undefined })[];
}

/** Prices of a variant take the place of all that a row has: a class that they leave out would be unknown. */
function variantsComplete(file: VariedFile, context: z.core.$RefinementCtx): void {
  const keysOf = (row: VariedFile['prices'][number]): string[] => [
    ...Object.keys(priceKeys).filter((key) => row[key as PriceKey] !== undefined),
    ...(row.tiers === undefined || row.tiers.length === 0 ? [] : ['tiers']),
  ];
  const complain = (variants: VariedFile['variants'], keys: readonly string[], path: readonly (string | number)[]): void => {
    for (const [index, { prices }] of (variants ?? []).entries()) {
      const lacking = prices === undefined ? [] : keys.filter((key) => prices[key as PriceKey] === undefined);
      for (const key of lacking) {
        context.addIssue({ code: 'custom', path: [...path, index, 'prices', key], message: 'a value', params: { finding: 'missing-key' } });
      }
    }
  };
  complain(file.variants, [...new Set(file.prices.flatMap(keysOf))], ['variants']);
  for (const [index, row] of file.prices.entries()) complain(row.variants, keysOf(row), ['prices', index, 'variants']);
}

/** Each row has a price for each tier in each region at each hour that the snapshot tells apart. */
const mostVariedPrices = 500_000;

function variantsBounded(file: VariedFile, context: z.core.$RefinementCtx): void {
  const whens = [...(file.variants ?? []), ...file.prices.flatMap(({ variants = [] }) => variants)].map((each) => each.when);
  const different = (values: readonly (string | undefined)[]): number => new Set(values.filter((value) => value !== undefined)).size;
  const standard = file.standard ?? [];
  const hoursOf = ({ hours_utc: time, days }: z.output<typeof when>): string | undefined =>
    time === undefined && days === undefined ? undefined : JSON.stringify([time, days]);
  const tierCount = different([...whens.map((each) => each.service_tier), ...standard]);
  const regionCount = different([...whens.map((each) => each.region), ...standard]);
  const prices = file.prices.length * (tierCount + 1) * (regionCount + 1) * (14 * different(whens.map(hoursOf)) + 1);
  if (whens.length === 0 || prices <= mostVariedPrices) return;
  context.addIssue({
    code: 'custom',
    path: ['prices'],
    message: `fewer models, service tiers, regions or hours: they make more than ${mostVariedPrices} prices`,
  });
}

export const pricesSchema = record({
  id: snapshotId,
  source_url: text,
  accessed_at: day,
  captured_by: text,
  price_kind: choice('public-list', 'negotiated', 'promotional', 'credit-adjusted'),
  currency,
  unit_basis: choice('per-token', 'per-1K-tokens', 'per-1M-tokens'),
  verification,
  evidence: record({ file: insidePath, sha256 }).optional(),
  notes: text.optional(),
  meters: dictionary(meter).optional(),
  variants: list(variant).optional(),
  standard: list(text).optional(),
  prices: list(row),
  samples: list(sample).optional(),
})
  .superRefine(metersNamed)
  .superRefine(variantsComplete)
  .superRefine(variantsBounded)
  .describe('prices/<provider>/<date>[-n].yaml: a dated price snapshot');
type PricesFile = z.output<typeof pricesSchema>;
type PriceRowFile = PricesFile['prices'][number];

const one = new Money(1);
const divisors = { 'per-token': 1n, 'per-1K-tokens': 1000n, 'per-1M-tokens': 1_000_000n } as const;

export function parsePrices(file: PricesFile, document: LedgerDocument): Snapshot {
  const forAll = parseVariants(file.variants, document, ['variants']);
  const isVaried = file.variants !== undefined || file.standard !== undefined || file.prices.some(({ variants }) => variants !== undefined);
  return {
    ...modelled(pricesSchema, file, 'unit_basis', 'verification', 'evidence', 'variants', 'standard', 'prices', 'samples'),
    unitDivisor: divisors[file.unit_basis],
    verified: file.verification.status === 'verified',
    meters: new Map(Object.entries(file.meters ?? {}).map(([name, written]) => [name, parseMeter(written)])),
    standard: isVaried ? (file.standard ?? []) : null,
    prices: file.prices.map((row, index) => parseRow(row, document, { index, forAll })),
    samples: (file.samples ?? []).map((sample, index) => parseSample(sample, document, index)),
    source: placeOf(document, ['id']),
  };
}

function parseRow(row: PriceRowFile, document: LedgerDocument, { index, forAll }: { readonly index: number; readonly forAll: readonly Variant[] }): PriceRow {
  // A placeholder ratio or request price (null) leaves the cost of every row unknown, so the model keeps no price at all.
  const known = row.ratio !== null && row.request_price !== null;
  const pricesOf = (level: Partial<Record<PriceKey, WrittenPrice>>) => (known ? classPricesOf(level) : {});
  const tiersBy = (levelOf: typeof pricesOf) => (row.tiers ?? []).map((tier) => ({ inputTokensAbove: tier.input_tokens_above, prices: levelOf(tier) }));
  const { ratio = one, request_price: requestPrice = zero } = row;
  return {
    billableModel: row.billable_model,
    prices: pricesOf(row),
    requestPrice: requestPrice ?? zero,
    ratio: ratio ?? one,
    tiers: tiersBy(pricesOf),
    variants: [...forAll, ...parseVariants(row.variants, document, ['prices', index, 'variants'])],
    meterPrices: new Map(Object.entries(row.meter_prices ?? {}).flatMap(([name, amount]) => (amount === null ? [] : [[name, amount] as const]))),
    needs: row.needs ?? null,
    stated: { prices: classPricesOf(row), tiers: tiersBy(classPricesOf), requestPrice, ratio },
    source: placeOf(document, ['prices', index]),
  };
}

function parseVariants(variants: readonly VariantFile[] | undefined, document: LedgerDocument, path: YamlPath): Variant[] {
  return (variants ?? []).map(({ when: { service_tier: serviceTier = null, region = null, ...time }, factor = one, prices }, index) => ({
    serviceTier,
    region,
    hours: parseHours(time),
    factor,
    prices:
      prices === undefined
        ? null
        : {
            base: classPricesOf(prices),
            tiers: (prices.tiers ?? []).map((level) => ({ inputTokensAbove: level.input_tokens_above, prices: classPricesOf(level) })),
          },
    source: placeOf(document, [...path, index]),
  }));
}

/** Days alone are whole days. */
function parseHours({ hours_utc: text, days }: Pick<z.output<typeof when>, 'hours_utc' | 'days'>): PriceHours | null {
  if (text === undefined && days === undefined) return null;
  const [start = 0, end = 0] = (text ?? '00:00-24:00').split('-').map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
  return { start, end, days: weekdays.filter((day) => days === undefined || days.includes(day)) };
}

function parseMeter({ unit, per, inside, whole }: z.output<typeof meter>): Meter {
  return { unit: unit ?? 'token', per: per ?? one, inside: inside ?? null, whole: whole ?? null };
}

type WrittenPrice = Money | 'same-as-input' | 'same-as-output' | null | undefined;

/** Classes with a known price; `same-as-…` follows one step, so that two classes cannot borrow from each other. */
function classPricesOf(level: Partial<Record<PriceKey, WrittenPrice>>): ClassPrices {
  const prices: Partial<Record<TokenClass, Money>> = {};
  for (const [key, name] of Object.entries(priceKeys) as [PriceKey, TokenClass][]) {
    const written = level[key];
    const price = written === 'same-as-input' ? level.input_price : written === 'same-as-output' ? level.output_price : written;
    if (price instanceof Money) prices[name] = price;
  }
  // Reasoning without a price stays inside output; a placeholder must not fall back to that, so output becomes unknown with it.
  if (level.reasoning_price === null) delete prices.output;
  return prices;
}

type SampleFile = NonNullable<PricesFile['samples']>[number];
function parseSample(sample: SampleFile, document: LedgerDocument, index: number): PriceSample {
  const tokens: Partial<Record<TokenClass, bigint>> = {};
  for (const name of tokenClasses) {
    const tokenCount = sample[`${name}_tokens`];
    if (tokenCount !== undefined) tokens[name] = tokenCount;
  }
  const { service_tier: serviceTier = null, region = null, at_utc: at = null } = sample;
  const quantities = Object.entries(sample).flatMap(([key, value]) =>
    meterOf(key) !== null && value instanceof Money ? [[meterOf(key) ?? '', value] as const] : [],
  );
  return {
    billableModel: sample.billable_model,
    tokens,
    serviceTier,
    region,
    at,
    quantities: new Map(quantities),
    expectedCost: sample.expected_cost,
    source: placeOf(document, ['samples', index]),
  };
}

/** Takes prices out of one entry of a source: exact digits, units shifted by powers of ten, and what is not taken is said. */
import { toVerify } from '../../model/placeholder.ts';
import { asObject, type Json } from '../../model/exact-json.ts';
import { type CapturedClasses, type CapturedPrice, type CapturedPrices, capturedMeters, type MeterName } from '../../model/captured-prices.ts';
import { Money } from '../../model/money.ts';

const number = /^-?\d{1,38}(?:\.\d{1,38})?(?:[eE][+-]?\d{1,2})?$/;
/** Shortest forms of binary floats have at most 17 digits, and a price that people set has few. */
const floatDigits = 16;
const perMillion = 6;

/** Digits as written, an exponent written out; null for what is no decimal, or needs more digits than an amount has. */
export function exactDecimal(text: string): Money | null {
  if (!number.test(text)) return null;
  const amount = new Money(text);
  return amount.decimalPlaces() <= 38 && amount.abs().lessThan('1e38') ? amount : null;
}

/** One entry while it is read. */
export class PriceFields {
  readonly remarks: string[] = [];
  readonly problems: string[] = [];
  private readonly fields: Readonly<Record<string, Json>>;
  private readonly taken = new Set<string>();

  constructor(entry: Json | undefined) {
    this.fields = asObject(entry) ?? {};
  }

  has(key: string): boolean {
    const value = this.fieldOf(key);
    return value !== undefined && value !== null;
  }

  /** The value as it stands; counts as read. */
  take(key: string): Json | undefined {
    this.taken.add(key);
    return this.fieldOf(key);
  }

  /** The keys, as they stand. */
  keys(): string[] {
    return Object.keys(this.fields);
  }

  /** USD per token → per 1M tokens. */
  perToken(key: string): CapturedPrice | null {
    return this.price(key, perMillion);
  }

  /** `key` × 10^`shift`; null where the source says nothing, VERIFY where it says what cannot be a price. */
  price(key: string, shift = 0): CapturedPrice | null {
    const value = this.take(key);
    if (value === undefined || value === null) return null;
    return this.amount(key, value, shift);
  }

  amount(key: string, value: Json, shift = 0): CapturedPrice {
    const amount = typeof value === 'string' ? exactDecimal(value) : null;
    if (amount === null || amount.isNegative()) {
      this.problems.push(`${key} is ${shown(value)}, which is no price`);
      return toVerify;
    }
    const shifted = amount.times(new Money(10).pow(shift));
    if (amount.precision() >= floatDigits) this.remarks.push(`${key} ${shown(value)} looks printed from a binary float; its digits are kept`);
    return shifted;
  }

  /** Says which members look like prices, hold something and were not asked for. */
  remarkUnread(pattern: RegExp): void {
    const unread = this.keys().filter((key) => pattern.test(key) && !this.taken.has(key) && !isNothing(this.fields[key] ?? null));
    if (unread.length > 0) this.remarks.push(`not read: ${unread.map((key) => `${shown(key)} ${shown(this.fields[key] ?? null)}`).join(', ')}`);
  }

  private fieldOf(key: string): Json | undefined {
    return Object.hasOwn(this.fields, key) ? this.fields[key] : undefined;
  }
}

/** Without what is absent. */
export function present<Key extends string>(prices: Readonly<Record<Key, CapturedPrice | null>>): Partial<Record<Key, CapturedPrice>> {
  return Object.fromEntries(Object.entries(prices).filter(([, price]) => price !== null)) as Partial<Record<Key, CapturedPrice>>;
}

export function metersOf(prices: Partial<Readonly<Record<MeterName, CapturedPrice | null>>>): Map<MeterName, CapturedPrice> {
  return new Map((Object.entries(prices) as [MeterName, CapturedPrice | null][]).flatMap(([name, price]) => (price === null ? [] : [[name, price] as const])));
}

export function isZero(price: CapturedPrice | null | undefined): boolean {
  return price instanceof Money && price.isZero();
}

/** Some sources write 0 where they have no price of a cache or of reasoning: beside a priced input it is none. */
export function withoutEmptyZeros(prices: CapturedClasses): CapturedClasses {
  if (prices.input === undefined || isZero(prices.input)) return prices;
  return Object.fromEntries(Object.entries(prices).filter(([name, price]) => name === 'input' || name === 'output' || !isZero(price)));
}

/** A whole entry; what its cost rests on beside tokens follows from which prices there are. */
export function capturedPrices(
  fields: PriceFields,
  stated: Pick<CapturedPrices, 'prices'> & Partial<Omit<CapturedPrices, 'remarks' | 'problems' | 'needs'>>,
): CapturedPrices {
  const { prices, requestPrice = null, ratio = null, tiers = [], meterPrices = new Map<MeterName, CapturedPrice>() } = stated;
  return {
    prices,
    requestPrice,
    ratio,
    tiers,
    meterPrices,
    needs: needsOf(prices, meterPrices, requestPrice),
    remarks: fields.remarks,
    problems: fields.problems,
  };
}

/** Fees that come on top of what a call costs. */
const fees: readonly MeterName[] = ['web_search', 'code_execution'];

function needsOf(prices: CapturedClasses, meters: ReadonlyMap<MeterName, CapturedPrice>, request: CapturedPrice | null): readonly MeterName[] | null {
  if (Object.values(prices).some((price) => !isZero(price))) return null;
  const units = [...meters.keys()].filter((name) => 'unit' in capturedMeters[name] && !fees.includes(name) && !isZero(meters.get(name)));
  return units.length > 0 ? units : request === null || isZero(request) ? null : [];
}

function isNothing(value: Json): boolean {
  if (value === null || value === false || value === '') return true;
  if (typeof value === 'object') return Object.values(value).every((each) => isNothing(each as Json));
  return typeof value === 'string' && exactDecimal(value)?.isZero() === true;
}

/** Foreign text in a sentence of ours. */
function shown(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const visible = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ');
  return visible.length > 60 ? `${visible.slice(0, 60)}…` : visible;
}

/** Reads a made-up answer of a source as a capture does, and shifts decimal points by text alone, so that expectations owe nothing to the code. */
import { chooseRows, type Wanted } from '../../../../src/capture/prices/choose-rows.ts';
import { readSource } from '../../../../src/capture/prices/price-sources.ts';
import type { PriceSourceName, ReadingTerms, SourceReading } from '../../../../src/capture/prices/price-source.ts';
import { type CapturedClasses, type CapturedRow, capturedText } from '../../../../src/model/captured-prices.ts';

export function reading(source: PriceSourceName, answer: unknown, terms: Partial<ReadingTerms> = {}): SourceReading {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return readSource(source, Buffer.from(text), { day: '2026-06-15', group: 'default', ...terms });
}

export const wantedOf = (...models: string[]): Wanted => ({ models, retired: [], names: new Map(), others: 'none' });

/** The row of one model, which must be there. */
export function rowOf(source: PriceSourceName, answer: unknown, model: string, terms: Partial<ReadingTerms> = {}): CapturedRow {
  const { rows, missing } = chooseRows(reading(source, answer, terms), wantedOf(model));
  const [row] = rows;
  if (row === undefined || missing.length > 0) throw new Error(`${model} is missing`);
  return row;
}

export function texts(prices: CapturedClasses): Record<string, string> {
  return Object.fromEntries(Object.entries(prices).map(([name, price]) => [name, capturedText(price)]));
}

export function meters({ meterPrices }: CapturedRow): Record<string, string> {
  return Object.fromEntries([...meterPrices].map(([name, price]) => [name, capturedText(price)]));
}

/** `written` × 10^`shift` × `factor` ÷ 10^`factorDecimals` in whole numbers, written plainly. */
export function shifted(written: string, shift: number, factor = 1n, factorDecimals = 0): string {
  const [, whole = '', fraction = '', exponent = '0'] = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(written) ?? [];
  let digits = String(BigInt(whole + fraction) * factor);
  let decimals = fraction.length - Number(exponent) - shift + factorDecimals;
  if (decimals < 0) {
    digits += '0'.repeat(-decimals);
    decimals = 0;
  }
  const padded = digits.padStart(decimals + 1, '0');
  const point = padded.length - decimals;
  const rest = padded.slice(point).replace(/0+$/, '');
  return `${BigInt(padded.slice(0, point))}${rest === '' ? '' : `.${rest}`}`;
}

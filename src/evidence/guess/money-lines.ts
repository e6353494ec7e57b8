/** What amounts are counted in: said by their header or by the signs in them, else left open. Pure. */
import { toVerify } from '../../model/placeholder.ts';
import { type Claims, presentOf } from './claimed-columns.ts';
import { unitOf } from './column-names.ts';
import { bareNumber, isNegative } from './number-style.ts';
import { listed, quoted, type SampleColumn } from './sample-table.ts';
import type { Layer } from '../../model/evidence.ts';
import type { DraftLine } from '../../model/format-draft.ts';

/** Signs that only one currency has. `$` and `¥` are those of several. */
const currencyOf: Readonly<Record<string, string>> = { '€': 'EUR', '£': 'GBP', US$: 'USD', '₹': 'INR', '₩': 'KRW' };
const sharedSigns: readonly string[] = ['$', '¥', '￥'];
/** Decimals that an amount may have without a declaration. */
const mostDecimals = 18;

export function moneyLines(claims: Claims, layer: Layer): DraftLine[] {
  const columns = claims.get('charged_amount') ?? [];
  const [column] = columns;
  if (column === undefined) return [];
  const values = presentOf(column);
  const signs = [...new Set(values.flatMap((value) => bareNumber(value)?.sign ?? []))];
  const negative = values.find(isNegative);
  const turned = layer === 'provider' && negative !== undefined && !claims.has('kind');
  return [
    ...(turned
      ? [{ key: ['negative_kind'], value: 'refund', ground: `a guess: ${quoted(negative)} is negative, and no column says what it is; else adjustment` }]
      : []),
    divisorLine(column, signs, columns.length > 1),
    ...floatLines(column, values),
    ...(claims.has('charged_currency') ? [] : [currencyLine(column, signs)]),
  ];
}

/** Cents and quota look like any number. */
function divisorLine(column: SampleColumn, signs: readonly string[], isContested: boolean): DraftLine {
  const key = ['money', 'divisor'];
  const { divisor, word } = unitOf(column.source);
  const open = (ground: string): DraftLine => ({ key, value: toVerify, ground, open: { meanwhile: '1', columns: ['charged_amount'] } });
  if (isContested) return open('as the amounts: 1 for whole units of the currency, 100 for cents');
  if (divisor === null) return open(`${word} is worth what its source says: many servers count 500000 for one dollar`);
  if (divisor !== undefined) return { key, value: divisor, ground: `header says ${quoted(column.source)}` };
  const known = signs.filter((sign) => Object.hasOwn(currencyOf, sign) || sharedSigns.includes(sign) || /^[A-Z]{3}$/.test(sign));
  if (known.length > 0 && known.length === signs.length) return { key, value: '1', ground: `amounts carry ${listed(known)}` };
  return open(`header ${quoted(column.source)} names no unit: 1 for whole units of the currency, 100 for cents, 1000000 for millionths`);
}

/** Amounts that a program printed from binary floating point. */
function floatLines({ source, typed }: SampleColumn, values: readonly string[]): DraftLine[] {
  const long = values.find((value) => decimalsIn(value) > mostDecimals);
  if (typed !== 'float' && long === undefined) return [];
  const ground =
    long === undefined ? `${quoted(source)} is a column of binary floating point` : `values such as ${quoted(long)} have more than ${mostDecimals} decimals`;
  return [
    { key: ['money', 'source'], value: 'float', ground },
    { key: ['money', 'decimals'], value: '12', ground: 'a guess: what rounding moves is counted in every run' },
    { key: ['money', 'mode'], value: 'half-even', ground: 'the one mode there is' },
  ];
}

function decimalsIn(value: string): number {
  const [, fraction = '', exponent = '0'] = /[.,](\d+)?(?:[eE]([+-]?\d+))?\s*$/.exec(value) ?? /()[eE]([+-]?\d+)\s*$/.exec(value) ?? [];
  return fraction.replace(/0+$/, '').length - Number(exponent);
}

function currencyLine({ source }: SampleColumn, signs: readonly string[]): DraftLine {
  const key = ['constants', 'charged_currency'];
  const open = (ground: string): DraftLine => ({ key, value: toVerify, ground, open: { meanwhile: null, columns: ['charged_currency'] } });
  const { currency } = unitOf(source);
  const [sign] = signs;
  const bySign = sign === undefined ? null : (currencyOf[sign] ?? (/^[A-Z]{3}$/.test(sign) ? sign : null));
  if (signs.length > 1) return open(`amounts carry ${listed(signs)}: currencies that differ need a column`);
  if (currency !== null && (sign === undefined || bySign === null || bySign === currency))
    return { key, value: currency, ground: `header says ${quoted(source)}` };
  if (currency !== null) return open(`header says ${quoted(source)}, and amounts carry ${quoted(sign ?? '')}`);
  if (bySign !== null) return { key, value: bySign, ground: `amounts carry ${quoted(sign ?? '')}` };
  return open(sign === undefined ? 'no header and no sign says it: such as USD' : `${quoted(sign)} is the sign of several currencies: such as USD`);
}

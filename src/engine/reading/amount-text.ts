/** SQL on the text of an amount: an exponent is written out digit by digit, and what a program printed from binary floating point is rounded as its format declares. */
import { literal, sql, type Sql } from '../sql.ts';
import type { NumberStyle } from '../../model/evidence.ts';

const exponentPattern = String.raw`-?[0-9]{1,19}(\.[0-9]{1,60})?[eE][+-]?[0-9]{1,3}`;

/** `body` with `name` for the value of `expression`: the engine reads, plans and computes the expression once, however often the name occurs. */
export function bound(name: 'plain' | 'trimmed' | 'whole' | 'point' | 'digits', expression: Sql, body: Sql): Sql {
  return sql`list_transform([${expression}], lambda ${name}: ${body})[1]`;
}

/**
 * A number as `numbers` says that it is written, as plain text: without signs of currency, groups or percent. What is grouped wrongly, or holds
 * the other decimal sign, becomes text that is no number.
 */
export function plainNumber(text: Sql, numbers: NumberStyle | undefined): Sql {
  if (numbers === undefined) return text;
  const { decimal, thousands, signs, percent } = numbers;
  const bare = signs.length === 0 ? text : withoutSigns(text, signs);
  const shifted = percent ? sql`case when suffix(trimmed, '%') then rtrim(left(trimmed, -1)) || 'e-2' else trimmed end` : sql`trimmed`;
  const grouped = thousands === null ? sql`digits` : ungrouped(thousands, decimal);
  const plain = decimal === '.' ? sql`whole` : sql`case when contains(whole, '.') then whole || '?' else replace(whole, ',', '.') end`;
  return bound('trimmed', bare, bound('digits', shifted, bound('whole', grouped, plain)));
}

/** A minus may stand before or behind the sign. */
function withoutSigns(text: Sql, signs: readonly string[]): Sql {
  const one = `(?:${signs.map((sign) => sign.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)).join('|')})`;
  const pattern = String.raw`^\s*(-?)\s*${one}?\s*(-?)([0-9][^-]*?|[.,][0-9][^-]*?)\s*${one}?\s*$`;
  return sql`regexp_replace(${text}, ${literal(pattern)}, '\\1\\2\\3')`;
}

function ungrouped(thousands: string, decimal: string): Sql {
  const [group, point] = [thousands, decimal].map((sign) => (sign === '.' ? String.raw`\.` : sign));
  const grouped = `-?[0-9]{1,3}(${group}[0-9]{3})+(${point}[0-9]*)?([eE][+-]?[0-9]{1,3})?`;
  return sql`case when regexp_full_match(digits, ${literal(grouped)}) then replace(digits, ${literal(thousands)}, '') when contains(digits, ${literal(thousands)}) then digits || '?' else digits end`;
}

/** The text without its exponent, every digit kept (8.6e-05 is 0.000086); text that is no number in that notation stays as it is. */
export function withoutExponent(text: Sql): Sql {
  const plain = sql`case
    when point <= 0 then '0.' || repeat('0', -point) || digits
    when point >= length(digits) then digits || repeat('0', point - length(digits))
    else left(digits, point) || '.' || substr(digits, point + 1)
  end`;
  const trimmed = sql`coalesce(nullif(regexp_replace(${plain}, '^0+', ''), ''), '0')`;
  const signed = sql`case when prefix(${text}, '-') then '-' else '' end || ${bound('trimmed', trimmed, sql`case when prefix(trimmed, '.') then '0' else '' end || trimmed`)}`;
  const exponent = sql`try_cast(replace(regexp_extract(${text}, '[eE](.+)$', 1), '+', '') as integer)`;
  const written = bound('point', sql`length(whole) + ${exponent}`, bound('digits', sql`whole || regexp_extract(${text}, '[.]([0-9]+)', 1)`, signed));
  const whole = sql`regexp_extract(${text}, '^-?([0-9]+)', 1)`;
  return sql`case when regexp_full_match(${text}, ${literal(exponentPattern)}) then ${bound('whole', whole, written)} else ${text} end`;
}

/** Decimals behind the declared ones that a shift keeps: enough for what programs print of numbers around 10⁻²⁰. */
const shiftDigits = 30;

/** The scale at which `shiftUnits` counts. */
export function shiftDecimals(decimals: number): number {
  return decimals + shiftDigits;
}

/** Plain text of an amount that may have as many decimals as a shift can count, else null. */
export function printedAmount(text: Sql, decimals: number): Sql {
  const isAmount = sql`regexp_full_match(plain, ${literal(`-?[0-9]{1,19}(\\.[0-9]{1,${shiftDecimals(decimals)}}0*)?`)})`;
  return bound('plain', withoutExponent(text), sql`case when ${isAmount} then plain end`);
}

/** Over `printedAmount`: the digits that stay, as a whole number, and those behind them. */
export function splitAmount(plain: Sql, decimals: number): { kept: Sql; rest: Sql } {
  const fraction = sql`regexp_extract(${plain}, '[.]([0-9]+)', 1)`;
  return {
    kept: sql`(regexp_extract(${plain}, '^-?([0-9]+)', 1) || rpad(left(${fraction}, ${decimals}), ${decimals}, '0'))::hugeint`,
    rest: sql`rpad(substr(${fraction}, ${decimals + 1}), ${shiftDigits}, '0')::hugeint`,
  };
}

/** 1 where the rest rounds the kept digits up, half to even, else 0. */
export function roundsUp(kept: Sql, rest: Sql): Sql {
  const half = sql`${5n * 10n ** BigInt(shiftDigits - 1)}::hugeint`;
  return sql`case when ${rest} > ${half} or (${rest} = ${half} and ${kept} % 2 = 1) then 1 else 0 end`;
}

/** Over `printedAmount`, the kept digits and whether they go up: the text of the rounded amount. */
export function roundedText(plain: Sql, kept: Sql, up: Sql, decimals: number): Sql {
  const whole = sql`(${kept} + ${up})::varchar`;
  const digits = sql`lpad(${whole}, greatest(length(${whole}), ${decimals + 1})::integer, '0')`;
  return sql`case when prefix(${plain}, '-') then '-' else '' end || left(${digits}, -${decimals}) || '.' || right(${digits}, ${decimals})`;
}

/** Rounded − printed, in units of `shiftDecimals`. */
export function shiftUnits(plain: Sql, rest: Sql, up: Sql): Sql {
  return sql`(${up} * ${10n ** BigInt(shiftDigits)}::hugeint - ${rest}) * case when prefix(${plain}, '-') then -1 else 1 end`;
}

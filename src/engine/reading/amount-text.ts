/** SQL on the text of an amount: an exponent is written out digit by digit, and what a program printed from binary floating point is rounded as its format declares. */
import { literal } from '../database.ts';

const exponentPattern = String.raw`-?[0-9]{1,19}(\.[0-9]{1,60})?[eE][+-]?[0-9]{1,3}`;

/** `body` with `name` for the value of `expression`: the engine reads, plans and computes the expression once, however often the name occurs. */
export function bound(name: string, expression: string, body: string): string {
  return `list_transform([${expression}], lambda ${name}: ${body})[1]`;
}

/** The text without its exponent, every digit kept (8.6e-05 is 0.000086); text that is no number in that notation stays as it is. */
export function withoutExponent(text: string): string {
  const plain = `case
    when point <= 0 then '0.' || repeat('0', -point) || digits
    when point >= length(digits) then digits || repeat('0', point - length(digits))
    else left(digits, point) || '.' || substr(digits, point + 1)
  end`;
  const trimmed = `coalesce(nullif(regexp_replace(${plain}, '^0+', ''), ''), '0')`;
  const signed = `case when prefix(${text}, '-') then '-' else '' end || ${bound('trimmed', trimmed, `case when prefix(trimmed, '.') then '0' else '' end || trimmed`)}`;
  const exponent = `try_cast(replace(regexp_extract(${text}, '[eE](.+)$', 1), '+', '') as integer)`;
  const written = bound('point', `length(whole) + ${exponent}`, bound('digits', `whole || regexp_extract(${text}, '[.]([0-9]+)', 1)`, signed));
  const whole = `regexp_extract(${text}, '^-?([0-9]+)', 1)`;
  return `case when regexp_full_match(${text}, ${literal(exponentPattern)}) then ${bound('whole', whole, written)} else ${text} end`;
}

/** Decimals behind the declared ones that a shift keeps: enough for what programs print of numbers around 10⁻²⁰. */
const shiftDigits = 30;

/** The scale at which `shiftUnits` counts. */
export function shiftDecimals(decimals: number): number {
  return decimals + shiftDigits;
}

/** Plain text of an amount that may have as many decimals as a shift can count, else null. */
export function printedAmount(text: string, decimals: number): string {
  const isAmount = `regexp_full_match(plain, ${literal(`-?[0-9]{1,19}(\\.[0-9]{1,${shiftDecimals(decimals)}}0*)?`)})`;
  return bound('plain', withoutExponent(text), `case when ${isAmount} then plain end`);
}

/** Over `printedAmount`: the digits that stay, as a whole number, and those behind them. */
export function splitAmount(plain: string, decimals: number): { kept: string; rest: string } {
  const fraction = `regexp_extract(${plain}, '[.]([0-9]+)', 1)`;
  return {
    kept: `(regexp_extract(${plain}, '^-?([0-9]+)', 1) || rpad(left(${fraction}, ${decimals}), ${decimals}, '0'))::hugeint`,
    rest: `rpad(substr(${fraction}, ${decimals + 1}), ${shiftDigits}, '0')::hugeint`,
  };
}

/** 1 where the rest rounds the kept digits up, half to even, else 0. */
export function roundsUp(kept: string, rest: string): string {
  const half = `${5n * 10n ** BigInt(shiftDigits - 1)}::hugeint`;
  return `case when ${rest} > ${half} or (${rest} = ${half} and ${kept} % 2 = 1) then 1 else 0 end`;
}

/** Over `printedAmount`, the kept digits and whether they go up: the text of the rounded amount. */
export function roundedText(plain: string, kept: string, up: string, decimals: number): string {
  const whole = `(${kept} + ${up})::varchar`;
  const digits = `lpad(${whole}, greatest(length(${whole}), ${decimals + 1})::integer, '0')`;
  return `case when prefix(${plain}, '-') then '-' else '' end || left(${digits}, -${decimals}) || '.' || right(${digits}, ${decimals})`;
}

/** Rounded − printed, in units of `shiftDecimals`. */
export function shiftUnits(plain: string, rest: string, up: string): string {
  return `(${up} * ${10n ** BigInt(shiftDigits)}::hugeint - ${rest}) * case when prefix(${plain}, '-') then -1 else 1 end`;
}

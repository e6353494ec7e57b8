/** SQL on the text of an amount: an exponent is written out digit by digit, and what a program printed from binary floating point is rounded as its format declares. */
import { literal } from '../database.ts';

const exponentPattern = String.raw`-?[0-9]{1,19}(\.[0-9]{1,60})?[eE][+-]?[0-9]{1,3}`;

/** The text without its exponent, every digit kept (8.6e-05 is 0.000086); text that is no number in that notation stays as it is. */
export function withoutExponent(text: string): string {
  const exponent = `try_cast(replace(regexp_extract(${text}, '[eE](.+)$', 1), '+', '') as integer)`;
  const whole = `regexp_extract(${text}, '^-?([0-9]+)', 1)`;
  const digits = `(${whole} || regexp_extract(${text}, '[.]([0-9]+)', 1))`;
  const point = `(length(${whole}) + ${exponent})`;
  const plain = `case
    when ${point} <= 0 then '0.' || repeat('0', -${point}) || ${digits}
    when ${point} >= length(${digits}) then ${digits} || repeat('0', ${point} - length(${digits}))
    else left(${digits}, ${point}) || '.' || substr(${digits}, ${point} + 1)
  end`;
  const trimmed = `coalesce(nullif(regexp_replace(${plain}, '^0+', ''), ''), '0')`;
  const signed = `case when prefix(${text}, '-') then '-' else '' end || case when prefix(${trimmed}, '.') then '0' else '' end || ${trimmed}`;
  return `case when regexp_full_match(${text}, ${literal(exponentPattern)}) then ${signed} else ${text} end`;
}

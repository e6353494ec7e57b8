/** JSON numbers as the plain decimal text of ledger files. */
import { Money, formatMoney } from '../../../model/money.ts';

const maxExponent = 38;

/** `1e-7` → `0.0000001`, exactly; every other text is left as it is, for validation to judge. */
export function plainDecimal(text: string): string {
  const match = /^-?\d{1,38}(?:\.\d{1,38})?[eE]([+-]?\d{1,3})$/.exec(text);
  if (match === null || Math.abs(Number(match[1])) > maxExponent) return text;
  return formatMoney(new Money(text));
}

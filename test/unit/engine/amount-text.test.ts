/** Amount texts with exponents through the real engine, against exact decimals of their own. */
import { DuckDBInstance } from '@duckdb/node-api';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printedAmount, roundedText, roundsUp, shiftDecimals, shiftUnits, splitAmount, withoutExponent } from '../../../src/engine/reading/amount-text.ts';
import { sql } from '../../../src/engine/sql.ts';

const Exact = Decimal.clone({ precision: 2000, toExpNeg: -9e15, toExpPos: 9e15 });

/** The values of the first row. */
async function query(statement: string): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(statement);
  connection.closeSync();
  instance.closeSync();
  return rows.getRowsJson()[0] ?? [];
}

async function written(texts: readonly string[]): Promise<string[]> {
  const [list] = await query(`select list(${withoutExponent(sql`text`)}) from (select unnest([${texts.map((text) => `'${text}'`).join(', ')}]) as text)`);
  return list as string[];
}

it('writes every digit out, whatever the exponent', async () => {
  const digits = (least: number, most: number) => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most }).map((all) => all.join(''));
  const number = fc
    .tuple(fc.constantFrom('', '-'), digits(1, 19), digits(0, 40), fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), digits(1, 3))
    .map(([sign, whole, part, mark, direction, exponent]) => `${sign}${whole}${part === '' ? '' : `.${part}`}${mark}${direction}${exponent}`);
  const samples = fc.sample(number, { numRuns: 2000, seed: 8 });
  const plain = await written(samples);
  for (const [index, sample] of samples.entries()) {
    expect(plain[index]).toMatch(/^-?\d+(\.\d+)?$/);
    expect(new Exact(plain[index] ?? '').equals(new Exact(sample)), sample).toBe(true);
  }
});

it('leaves alone what is no number with an exponent', async () => {
  const texts = ['', '12.5', 'e5', '1e', '1e5.5', '1e1000', '.5e3', '5.e3', '1e+-3', '1 e3', '0x1e3', 'ten'];
  expect(await written(texts)).toEqual(texts);
});

describe('amounts printed from binary floating point', () => {
  const decimals = 12;
  /** Rounded text and shift of each, as the engine has them. */
  async function rounded(texts: readonly string[]): Promise<(readonly [string, string] | null)[]> {
    const { kept, rest } = splitAmount(sql`plain`, decimals);
    const [list] = await query(`select list([rounded, ((${shiftUnits(sql`plain`, sql`rest`, sql`up`)})::hugeint)::varchar]) from (
      select *, ${roundedText(sql`plain`, sql`kept`, sql`up`, decimals)} as rounded from (
        select *, ${roundsUp(sql`kept`, sql`rest`)} as up from (
          select *, ${kept} as kept, ${rest} as rest from (
            select ${printedAmount(sql`text`, decimals)} as plain from (select unnest([${texts.map((text) => `'${text}'`).join(', ')}]) as text)))))`);
    return (list as (readonly [string | null, string])[]).map(([text, shift]) => (text === null ? null : [text, shift]));
  }

  it('are rounded half to even, and what that moves is exact', async () => {
    const numbers = fc.sample(fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: -9, max: 0 })), { numRuns: 2000, seed: 12 });
    const texts = [
      ...numbers.map(([value, power]) => String(value * 10 ** power)),
      '0.5',
      '1.0000000000005',
      '1.0000000000015',
      '-0.0000000000005',
      '123456.9999999999999',
    ];
    const results = await rounded(texts);
    for (const [index, text] of texts.entries()) {
      const printed = new Exact(text);
      const result = results[index];
      if (printed.decimalPlaces() > shiftDecimals(decimals)) expect(result, text).toBe(null);
      else {
        const expected = printed.toDecimalPlaces(decimals, Decimal.ROUND_HALF_EVEN);
        expect(new Exact(result?.[0] ?? 'NaN').equals(expected), `${text} became ${result?.[0]}`).toBe(true);
        expect(new Exact(result?.[1] ?? 'NaN').times(`1e-${shiftDecimals(decimals)}`).equals(expected.minus(printed)), text).toBe(true);
      }
    }
  });

  it('of a column of doubles are those that JavaScript prints too: the shortest that mean the same number', async () => {
    const numbers = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), { numRuns: 2000, seed: 5 });
    const [list] = await query(`select list(number::varchar) from (select unnest([${numbers.map((number) => `'${number}'::double`).join(', ')}]) as number)`);
    for (const [index, text] of (list as string[]).entries()) expect(new Exact(text).equals(new Exact(String(numbers[index]))), text).toBe(true);
  });
});

/** Amount texts with exponents through the real engine, against exact decimals of their own. */
import { DuckDBInstance } from '@duckdb/node-api';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withoutExponent } from '../../../src/engine/reading/amount-text.ts';

const Exact = Decimal.clone({ precision: 2000, toExpNeg: -9e15, toExpPos: 9e15 });

async function written(texts: readonly string[]): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(
    `select ${withoutExponent('text')} from (select unnest([${texts.map((text) => `'${text}'`).join(', ')}]) as text)`,
  );
  connection.closeSync();
  instance.closeSync();
  return rows.getRowsJson().map(([text]) => String(text));
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

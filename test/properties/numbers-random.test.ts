/** Random amounts and counts, written as one country or another writes them, read through the format that says so: the same digits come back. */
import { describe, expect, test } from 'vitest';
import { formatMoney, Money } from '../../src/model/money.ts';
import { readExport } from '../unit/engine/read-export.ts';
import { seedCount } from './drawn-seeds.ts';
import { type Random, seededRandom } from './random.ts';

interface Style {
  readonly decimal: string;
  readonly thousands: string | null;
  readonly sign: string | null;
}

function drawStyle(random: Random): Style {
  const decimal = random.pick(['.', ',']);
  const thousands = random.pick([null, ' ', "'", '\u202f', decimal === '.' ? ',' : '.']);
  return { decimal, thousands, sign: random.pick([null, '€', '$', 'USD', '¥']) };
}

function drawAmount(random: Random): string {
  const digits = Array.from({ length: 1 + random.below(12) }, () => String(random.below(10))).join('');
  const fraction = random.chance(70) ? `.${Array.from({ length: 1 + random.below(12) }, () => String(random.below(10))).join('')}` : '';
  return `${random.chance(20) ? '-' : ''}${String(BigInt(digits))}${fraction}`;
}

/** As a person of that country writes it. */
function written(amount: string, style: Style, random: Random): string {
  const [, minus = '', whole = '', fraction] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? [];
  const grouped = style.thousands === null || random.chance(30) ? whole : whole.replaceAll(/\B(?=(\d{3})+$)/g, style.thousands);
  const number = `${grouped}${fraction === undefined ? '' : `${style.decimal}${fraction}`}`;
  if (style.sign === null || random.chance(30)) return `${minus}${number}`;
  return random.pick([
    `${minus}${style.sign}${number}`,
    `${style.sign}${minus}${number}`,
    `${minus}${number} ${style.sign}`,
    `${style.sign} ${minus}${number}`,
  ]);
}

function formatFor({ decimal, thousands, sign }: Style): string {
  const numbers = { decimal, ...(thousands === null ? {} : { thousands }), ...(sign === null ? {} : { signs: [sign] }) };
  return `name: own
file: { delimiter: ";" }
numbers: ${JSON.stringify(numbers)}
columns: { provider_request_id: id, timestamp_utc: at, model_billed: model, input_tokens: in, charged_amount: cost }
input_includes: []
output_includes: []
`;
}

describe('random numbers', () => {
  test.each(Array.from({ length: seedCount }, (_, seed) => seed))('seed %i', async (seed) => {
    const random = seededRandom(seed);
    const style = drawStyle(random);
    const amounts = Array.from({ length: 200 }, () => drawAmount(random));
    const counts = amounts.map(() => String(random.below(1_000_000_000)));
    const lines = amounts.map(
      (amount, row) => `p-${row};2026-05-04T12:00:00Z;m;${written(counts[row] ?? '', { ...style, sign: null }, random)};${written(amount, style, random)}`,
    );
    const { rows, findings } = await readExport({ 'a.csv': `id;at;model;in;cost\n${lines.join('\n')}\n` }, formatFor(style));
    expect(findings).toEqual([]);
    expect(rows.map(({ charged_amount: amount }) => amount)).toEqual(amounts.map((amount) => formatMoney(new Money(amount))));
    expect(rows.map(({ input_tokens: count }) => count)).toEqual(counts);
  });
});

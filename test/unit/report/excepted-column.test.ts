/** The bridge has a column for what exceptions cover, and only where they cover anything. */
import { amountOf } from '../../../src/model/money.ts';
import { expect, it } from 'vitest';
import type { Result, ResultBridgeRow } from '../../../src/model/result.ts';
import { bridgeTable } from '../../../src/report/sections/bridge.ts';

const row = (step: string, amount: string, excepted: string): ResultBridgeRow => ({
  step,
  amount: amountOf(amount),
  increase: amountOf(amount),
  decrease: amountOf('0'),
  count: 1,
  excepted: amountOf(excepted),
});

function headerAndLast(excepted: string): string[] {
  const bridge = [row('expected', '100', '0'), row('price_difference', '7', excepted), row('provider_charged', '107', excepted)];
  const lines = bridgeTable({ bridge, period: { currency: 'USD' } as Result['period'] })
    .trim()
    .split('\n');
  return [lines[0] ?? '', lines.at(-2) ?? '', lines.at(-1) ?? ''].map((line) => line.replaceAll(/\s+/g, ' '));
}

it('stands beside each step and each sum', () => {
  const [header, step, sum] = headerAndLast('5');
  expect(header).toMatch(/\| Requests and charges \| Excepted \|$/);
  expect(step).toMatch(/\| \+5\.00 \|$/);
  expect(sum).toMatch(/\| \+5\.00 \|$/);
});

it('is left out where nothing is excepted', () => {
  expect(headerAndLast('0').join('\n')).not.toContain('Excepted');
});

/** What strangers call their models, and say about them, is shown and does nothing; tables keep their columns, and long lists say what they leave out. */
import { expect, it } from 'vitest';
import { type Capture, type CapturedRow, capturedMeters } from '../../../src/model/captured-prices.ts';
import { amountOf, Money } from '../../../src/model/money.ts';
import type { PriceChange, SnapshotComparison } from '../../../src/model/price-difference.ts';
import { renderDocument } from '../../../src/report/render-document.ts';
import { captureDocument, renderCapture } from '../../../src/report/render-capture.ts';
import { priceDiffDocument, renderPriceDiff, renderPriceDiffMarkdown } from '../../../src/report/render-price-diff.ts';
import { expectInertReport, expectInertTerminal } from '../../scenarios/expect-inert.ts';

const hostile = [
  'a | b',
  '<img src=x onerror=alert(1)>',
  '![x](https://example.com/x.png)',
  '@everyone',
  '::error::gotcha',
  '\u001b[31mred\u001b[0m',
  '\u202eevil',
  'line\nbreak',
  '`code`',
  'x'.repeat(5000),
];
const row = (name: string): CapturedRow => ({
  billableModel: name,
  prices: { input: new Money('0.10'), output: 'VERIFY' },
  requestPrice: new Money('0.5'),
  ratio: new Money('0.8'),
  tiers: [{ inputTokensAbove: 200_000n, prices: { input: new Money(2) } }],
  meterPrices: new Map([['web_search', new Money(10)]]),
  needs: null,
  remarks: [`not read: ${name}`],
  problems: [`${name} is no price`],
});
const capture: Capture = {
  id: 'acme/2026-06-15',
  before: null,
  written: ['prices/acme/2026-06-15.json', 'prices/acme/2026-06-15.yaml'],
  sourceUrl: 'https://example.com',
  sha256: 'a'.repeat(64),
  rows: hostile.map(row),
  missing: hostile.map((model) => ({ model, reason: 'not-there', nearest: hostile })),
  gone: [],
  refused: hostile,
  oddities: [],
  remarks: [],
};

const changes = hostile.flatMap((model): PriceChange[] => [
  { model, price: model, before: amountOf('0.1'), after: amountOf('0.12'), percent: amountOf('20') },
  { model, price: 'input', before: null, after: amountOf('1'), percent: null },
]);
const comparison: SnapshotComparison = {
  before: 'acme/2026-05-01',
  after: 'other/2026-05-01',
  currency: 'USD',
  authority: 'acme',
  between: 'sources',
  difference: { rates: changes, ratios: changes, gained: hostile, lost: hostile, same: 3 },
  effects: hostile.map((period) => ({
    period,
    currency: 'USD',
    before: { expected: amountOf('10'), unpriced: 0 },
    after: { expected: amountOf('12.5'), unpriced: 0 },
    difference: amountOf('2.5'),
    percent: amountOf('25'),
    models: hostile.map((model) => ({ model, before: amountOf('10'), after: amountOf('12.5') })),
  })),
  untouched: hostile,
};

it('a capture', () => {
  expectInertTerminal(renderCapture(capture));
  expect(JSON.parse(renderDocument(captureDocument(capture)))).toMatchObject({
    models: hostile.map((name) => ({ billable_model: name, stated: { input: '0.1', output: 'VERIFY', 'input above 200000': '2' } })),
  });
});

it('a capture of a whole list', () => {
  const text = renderCapture({ ...capture, missing: [], refused: [], rows: Array.from({ length: 500 }, (_, index) => row(`model-${index}`)) });
  expect(text).toContain('… and 440 more models\n');
  expect(text).toContain('… and 440 more notes\n');
});

it('a comparison', () => {
  expectInertTerminal(renderPriceDiff(comparison));
  expectInertReport(renderPriceDiffMarkdown(comparison));
  expect(renderPriceDiff(comparison)).toContain('this ledger takes those of acme/2026-05-01.');
  expect(JSON.parse(renderDocument(priceDiffDocument(comparison)))).toMatchObject({
    price_authority: 'acme',
    rates: changes,
    periods: [{ period: 'a | b', difference: '2.5' }, {}, {}, {}, {}, {}, {}, {}, {}, {}],
  });
});

it('a comparison of two whole lists', () => {
  const rates = Array.from({ length: 1000 }, (_, index): PriceChange => ({
    model: `model-${index}`,
    price: 'input',
    before: null,
    after: amountOf('1'),
    percent: null,
  }));
  const many = { ...comparison, difference: { ...comparison.difference, rates } };
  expect(renderPriceDiff(many)).toContain('… and 800 more');
  expect(renderPriceDiffMarkdown(many)).toContain('… and 800 more');
});

it('the meters that a source may have are those that a snapshot can declare', () => {
  for (const meter of Object.values(capturedMeters)) expect(Object.keys(meter).filter((key) => !['unit', 'per', 'inside'].includes(key))).toEqual([]);
});

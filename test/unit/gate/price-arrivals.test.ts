/** Prices that come into force by a change, on real ledgers: against which snapshot, in which unit, and what is no news. */
import { describe, expect, it } from 'vitest';
import { newTerms } from '../../../src/gate/compare/new-periods.ts';
import { priceArrivals } from '../../../src/gate/compare/price-arrivals.ts';
import type { Ledger } from '../../../src/model/ledger.ts';
import { ledgerWith, type Edit } from './edited-ledger.ts';

const period = 'periods/2026-05/period.yaml';
const may = 'prices/cometapi/2026-05-01.yaml';
const nano = 'gpt-4.1-nano-2025-04-14';

/** A snapshot that prices the nano alone, per thousand tokens, with a tier and a price per request. */
const perThousand = `id: cometapi/2026-05-20
source_url: https://example.org/prices
accessed_at: 2026-05-20
captured_by: finops-bot
price_kind: public-list
currency: USD
unit_basis: per-1K-tokens
verification: { status: unverified }
prices:
  - billable_model: ${nano}
    input_price: "0.0001"
    output_price: "0.0005"
    cached_input_price: "0.000025"
    request_price: "0.01"
    ratio: "0.8"
    tiers: [ { input_tokens_above: 200000, input_price: "0.0002", output_price: "0.001", cached_input_price: "0.00005" } ]
`;
const file = { 'prices/cometapi/2026-05-20.yaml': perThousand };
const added: Edit = [
  period,
  '- { snapshot: cometapi/2026-05-01 }',
  '- { snapshot: cometapi/2026-05-01 }\n  - { snapshot: cometapi/2026-05-20, from_utc: 2026-05-20T00:00:00Z }',
];

const base = await ledgerWith([]);
const said = (ledger: Ledger, head: Ledger): string[] =>
  priceArrivals(ledger, head, ['2026-05']).flatMap(({ prices }) => prices.map(({ model, price, before, after }) => `${model} ${price} ${before} → ${after}`));

describe('priceArrivals', () => {
  it('compares per million tokens, with the ratio, against the snapshot before it in the period', async () => {
    const head = await ledgerWith([added], file);
    expect(priceArrivals(base, head, ['2026-05'])).toMatchObject([{ snapshot: 'cometapi/2026-05-20', before: 'cometapi/2026-05-01', added: true, more: 0 }]);
    // Input costs 0.08 in both: 0.1 × 0.8 per million, and 0.0001 × 0.8 per thousand.
    expect(said(base, head)).toEqual([
      'claude-haiku-4-5-20251001 input 0.8 → null',
      'claude-haiku-4-5-20251001 cached_input 0.08 → null',
      'claude-haiku-4-5-20251001 cache_write 1 → null',
      'claude-haiku-4-5-20251001 cache_write_1h 1.6 → null',
      'claude-haiku-4-5-20251001 output 4 → null',
      `${nano} output 0.32 → 0.4`,
      `${nano} request null → 0.008`,
      `${nano} input above 200000 input tokens null → 0.16`,
      `${nano} cached_input above 200000 input tokens null → 0.04`,
      `${nano} output above 200000 input tokens null → 0.8`,
    ]);
  });

  it('says an edited snapshot against itself, and nothing of one that stays or that nobody uses', async () => {
    expect(said(base, await ledgerWith([[may, 'output_price: "0.40"', 'output_price: "0.30"']]))).toEqual([`${nano} output 0.32 → 0.24`]);
    expect(said(base, base)).toEqual([]);
    expect(said(base, await ledgerWith([], file))).toEqual([]);
    expect(priceArrivals(base, await ledgerWith([added], file), [])).toEqual([]);
  });

  it('says prices that come with a new period against the last of its provider, and none that base has', async () => {
    const empty: Ledger = { ...base, periods: [] };
    expect(priceArrivals(empty, base, ['2026-05'])).toEqual([]);
    const head = await ledgerWith([[period, 'snapshot: cometapi/2026-05-01', 'snapshot: cometapi/2026-05-20']], file);
    expect(priceArrivals(empty, head, ['2026-05'])).toMatchObject([{ before: 'cometapi/2026-05-01', added: true }]);
    const priceless: Ledger = { ...empty, snapshots: [] };
    expect(said(priceless, head)[0]).toBe(`${nano} input null → 0.08`);
    expect(priceArrivals(priceless, head, ['2026-05'])).toMatchObject([{ before: null }]);
  });
});

describe('newTerms', () => {
  it('has nothing to say of the first period of a ledger, nor of one that base has', () => {
    expect(newTerms({ ...base, periods: [] }, base)).toEqual([]);
    expect(newTerms(base, base)).toEqual([]);
  });

  it('takes the last period before it of its account and environment', () => {
    const [whole] = base.periods;
    if (whole === undefined) throw new Error('no period');
    const april = { ...whole, id: '2026-04', start: whole.start - 1n, models: [nano] };
    const march = { ...whole, id: '2026-03', start: whole.start - 2n, environment: 'staging' };
    const june = { ...whole, id: '2026-06', start: whole.start + 1n, models: ['another'] };
    const narrow = newTerms({ ...base, periods: [march, april] }, { ...base, periods: [march, april, june] });
    expect(narrow).toMatchObject([{ period: '2026-06', term: 'models', value: 'another', before: `${nano} (2026-04)`, allowed: false }]);
    const wider = { ...june, models: null, currency: 'EUR' };
    expect(newTerms({ ...base, periods: [april] }, { ...base, periods: [april, wider] })).toMatchObject([
      { term: 'currency', value: 'EUR', before: 'USD (2026-04)' },
    ]);
  });
});

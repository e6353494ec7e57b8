/** The rule on price samples: each known small charge is recomputed to the digit. */
import type { LedgerDraft } from '../draft.ts';
import type { TokenClass } from '../../model/evidence.ts';
import { finding, type Finding } from '../../model/finding.ts';
import type { PriceSample, Snapshot } from '../../model/ledger.ts';
import { formatMoney, Money } from '../../model/money.ts';
import { type UnitPrices, unitPricesOf } from '../../model/price-book.ts';

export function samplesReproduce({ snapshots }: LedgerDraft): Finding[] {
  return snapshots.flatMap(({ value }) => {
    const rows = unitPricesOf(value);
    return value.samples.flatMap((sample) => judge(value, rows, sample));
  });
}

function judge(snapshot: Snapshot, rows: readonly UnitPrices[], sample: PriceSample): Finding[] {
  const cost = costOf(rows, sample);
  if (cost instanceof Money && cost.equals(sample.expectedCost)) return [];
  const args = {
    snapshot: snapshot.id,
    billable_model: sample.billableModel,
    expected: formatMoney(sample.expectedCost),
    computed: cost instanceof Money ? formatMoney(cost) : '',
    reason: cost instanceof Money ? 'differs' : cost,
  };
  return [finding('price-sample', 'fail', { args, source: sample.source })];
}

/** The exact cost of one charge with the sample's tokens, or why there is none. */
function costOf(rows: readonly UnitPrices[], { billableModel, tokens }: PriceSample): Money | 'unpriced' | 'tokens' {
  const total = tokens.input ?? 0n;
  const row = rows.find(
    (each) => each.billableModel === billableModel && (each.above === null || total > each.above) && (each.upTo === null || total <= each.upTo),
  );
  if (row === undefined) return 'unpriced';
  let cost = row.request;
  for (const [name, quantity] of disjoint(tokens)) {
    if (quantity < 0n) return 'tokens';
    if (quantity === 0n) continue;
    const unit = row.unit[name];
    if (unit === undefined) return 'unpriced';
    cost = cost.plus(unit.times(quantity.toString()));
  }
  return cost;
}

/** Samples count as a `trueup` row: input includes the cache classes, output includes reasoning. */
function disjoint(tokens: PriceSample['tokens']): [TokenClass, bigint][] {
  const of = (name: TokenClass) => tokens[name] ?? 0n;
  const caches = of('cached_input') + of('cache_write') + of('cache_write_1h');
  return [
    ['input', of('input') - caches],
    ['cached_input', of('cached_input')],
    ['cache_write', of('cache_write')],
    ['cache_write_1h', of('cache_write_1h')],
    ['output', of('output') - of('reasoning')],
    ['reasoning', of('reasoning')],
  ];
}

/** Faults in what a ledger may declare beside plain tokens: searches or images lost, another service tier billed, a correction booked twice. */
import { type FaultContext, type FaultKind, type PlainRequest, rowFault, wholeFault } from './fault-kind.ts';
import { timeOf } from './plain-requests.ts';
import { inSteps, rowsFound, type Signal, worse } from './signal.ts';
import { rewriteRow, type SourceRow, valueOf, wholeLine } from './source-table.ts';
import { meterColumn } from '../../model/evidence.ts';
import { costAt } from '../../model/cost.ts';
import { divideExactly, formatMoney, Money, parseMoney, zero } from '../../model/money.ts';
import { maxPriceDecimals, type PriceBook, type UnitPrices } from '../../model/price-book.ts';

function numberIn(row: SourceRow, column: Parameters<typeof valueOf>[1]): Money {
  return parseMoney(valueOf(row, column) ?? '') ?? zero;
}

/** A meter of which both sides state the same quantity, priced beside tokens, and without which the row would still be priced. */
function sharedMeter({ application, provider, expected }: PlainRequest, { prices }: FaultContext): string | null {
  const rows = prices.rows.filter(({ billableModel }) => billableModel === expected.billableModel);
  const isPriced = (name: string): boolean => rows.every(({ meters, row }) => meters.get(name)?.isZero() === false && row.needs?.includes(name) !== true);
  const beside = [...prices.meters].filter(([name, { inside }]) => inside === null && isPriced(name)).map(([name]) => name);
  return (
    beside.find(
      (name) => numberIn(provider, meterColumn(name)).gt(0) && numberIn(application, meterColumn(name)).equals(numberIn(provider, meterColumn(name))),
    ) ?? null
  );
}

function quantityLost(side: 'application' | 'provider') {
  return (request: PlainRequest, context: FaultContext) => {
    const meter = sharedMeter(request, context);
    const text = meter === null ? null : rewriteRow(request[side], { [meterColumn(meter)]: '' });
    return text === null ? null : [{ row: request[side], text }];
  };
}

const needsMeter = 'requests of which both sides count something beside tokens, such as searches';

/** What the model costs by token, for a service tier; null = it has no price for it. */
function pricesFor(row: SourceRow, serviceTier: string | null, prices: PriceBook): UnitPrices | null {
  const [at, model, input] = [timeOf(row), valueOf(row, 'model_billed'), valueOf(row, 'input_tokens')];
  if (at === null || model === null || input === null) return null;
  const cost = costAt(prices, model, { input: BigInt(input) }, at, { selection: { serviceTier, region: valueOf(row, 'region') } });
  return cost.price;
}

/** How much dearer every token is than with the other prices; null where no one number says it. */
function ratioOf(one: UnitPrices, other: UnitPrices): Money | null {
  const [own, base] = [one.unit.input, other.unit.input];
  const ratio = own === undefined || base === undefined || base.isZero() ? null : divideExactly(own, base, maxPriceDecimals);
  if (ratio === null || ratio.equals(1) || !one.request.isZero() || !other.request.isZero()) return null;
  const isSame = Object.entries(other.unit).every(([name, price]) => one.unit[name as keyof typeof one.unit]?.equals(price.times(ratio)) === true);
  return isSame ? ratio : null;
}

/** Another tier with its own price in place of the one that both sides name, and what the charge then is. */
function otherTier({ application, provider }: PlainRequest, { prices }: FaultContext): { readonly tier: string; readonly ratio: Money } | null {
  const tier = valueOf(provider, 'service_tier');
  const own = pricesFor(provider, tier, prices);
  const isMetered = [...prices.meters.keys()].some((name) => !numberIn(provider, meterColumn(name)).isZero());
  if (own === null || isMetered || valueOf(application, 'service_tier') !== tier || valueOf(application, 'region') !== valueOf(provider, 'region')) return null;
  const others = (prices.conditions?.tiers ?? []).flatMap((name) => {
    const found = pricesFor(provider, name, prices);
    const ratio = found === null ? null : ratioOf(found, own);
    return ratio === null ? [] : [{ tier: name, ratio }];
  });
  return others[0] ?? null;
}

const tierSwapped = rowFault({
  kind: 'service-tier-swapped',
  needs: 'a service tier with a price of its own, and columns for it on both sides',
  signal: inSteps('tier_difference'),
  disturbs: ['token_difference', 'price_difference'],
  make: (request, context) => {
    const { provider: row } = request;
    const other = otherTier(request, context);
    if (other === null) return null;
    const stated = valueOf(row, 'charged_amount');
    const amount = stated === null ? {} : { charged_amount: formatMoney(numberIn(row, 'charged_amount').times(other.ratio)) };
    const text = rewriteRow(row, { service_tier: other.tier, ...amount });
    return text === null ? null : [{ row, text }];
  },
});

/** A correction that no period of the ledger takes is set aside, and so is the second one: it moves no money. */
function oneMoreCorrection(counted: Signal): Signal {
  const aside = rowsFound('set-aside');
  return {
    words: `${counted.words}, or ${aside.words}`,
    watches: [...counted.watches, ...aside.watches],
    moved: (before, after) => Money.max(counted.moved(before, after), aside.moved(before, after)),
  };
}

/** The same correction of an earlier period under a second id: a witness of the money contradicts it, and without one the finding counts it. */
const bookedTwice = wholeFault('correction-booked-twice', ({ tables, period }, random) => {
  const rows = tables.filter(({ layer }) => layer === 'provider').flatMap((table) => table.rows);
  const corrections = rows.filter((row) => {
    const account = valueOf(row, 'account_ref');
    const isOurs = account === null || period.accounts.includes(account);
    return isOurs && valueOf(row, 'corrects') !== null && valueOf(row, 'provider_request_id') !== null && !numberIn(row, 'charged_amount').isZero();
  });
  const row = corrections[random.below(Math.max(1, corrections.length))];
  const again = row === undefined ? null : rewriteRow(row, { provider_request_id: 'trueup-fault-correction' });
  if (row === undefined || again === null) return 'a row that corrects an earlier period, with an id';
  return { rows: [{ row, text: wholeLine(row) + again }], signal: oneMoreCorrection(period.stage === 'usage' ? rowsFound('period-corrected') : worse) };
});

export const featureFaults: readonly FaultKind[] = [
  rowFault({
    kind: 'metered-quantity-of-a-charge-lost',
    needs: needsMeter,
    signal: rowsFound('meter-unreported'),
    disturbs: [],
    make: quantityLost('provider'),
  }),
  rowFault({
    kind: 'metered-quantity-of-a-request-lost',
    needs: needsMeter,
    signal: inSteps('meter_difference'),
    disturbs: [],
    make: quantityLost('application'),
  }),
  tierSwapped,
  bookedTwice,
];

/** Prices of a snapshot side by side, whatever its unit basis: what a million tokens of each class cost, one request, and what a meter counts. Pure. */
import { tokenClasses } from './evidence.ts';
import type { ClassPrices, PriceRow, Snapshot, StatedPrices } from './ledger.ts';
import { formatMoney, Money } from './money.ts';

/** Label → rate before the ratio, in the order of the file: `input`, `request`, `input above 200000 input tokens`, `web_search per 1000`. */
export function ratesOf(snapshot: Snapshot, row: PriceRow, stated: Pick<StatedPrices, 'prices' | 'tiers' | 'requestPrice'> = row): Map<string, Money> {
  const million = new Money((1_000_000n / snapshot.unitDivisor).toString());
  const classesOf = (prices: ClassPrices, suffix: string): [string, Money][] =>
    tokenClasses.flatMap((name): [string, Money][] => {
      const price = prices[name];
      return price === undefined ? [] : [[`${name}${suffix}`, price.times(million)]];
    });
  const request: [string, Money][] = stated.requestPrice === null || stated.requestPrice.isZero() ? [] : [['request', stated.requestPrice]];
  const meters = [...row.meterPrices].map(([name, price]): [string, Money] => {
    const meter = snapshot.meters.get(name);
    const per = meter === undefined || meter.per.equals(1) ? '' : ` per ${formatMoney(meter.per)}`;
    return [`${name}${per}`, meter?.unit === 'token' ? price.times(million) : price];
  });
  const tiers = stated.tiers.flatMap(({ inputTokensAbove, prices }) => classesOf(prices, ` above ${inputTokensAbove} input tokens`));
  return new Map([...classesOf(stated.prices, ''), ...request, ...tiers, ...meters]);
}

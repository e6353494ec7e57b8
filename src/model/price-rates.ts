/** Prices of a snapshot side by side, whatever its unit basis: what a million tokens of each class cost, one request, and what a meter counts. Pure. */
import { tokenClasses } from './evidence.ts';
import type { ClassPrices, PriceRow, Snapshot, StatedPrices } from './ledger.ts';
import { formatMoney, Money } from './money.ts';
import { whenText } from './variants.ts';

/** Label → rate before the ratio, in the order of the file: `input`, `request`, `input above 200000 input tokens`, `input (service tier batch)`, `web_search per 1000`. */
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
  const tiersOf = (tiers: StatedPrices['tiers']): [string, Money][] =>
    tiers.flatMap(({ inputTokensAbove, prices }) => classesOf(prices, ` above ${inputTokensAbove} input tokens`));
  const plain = [...classesOf(stated.prices, ''), ...tiersOf(stated.tiers)];
  const varied = row.variants.flatMap((variant): [string, Money][] => {
    const { factor, prices } = variant;
    const own = prices === null ? plain : [...classesOf(prices.base, ''), ...tiersOf(prices.tiers)];
    return factor === null ? [] : own.map(([label, rate]) => [`${label} (${whenText(variant)})`, rate.times(factor)]);
  });
  return new Map([...classesOf(stated.prices, ''), ...request, ...tiersOf(stated.tiers), ...varied, ...meters]);
}

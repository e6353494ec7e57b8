/** A cost as its formula with numbers: price row, products, sum. */
import { tokenClasses } from '../../model/evidence.ts';
import type { Cost } from '../../model/cost.ts';
import type { UnitPrices } from '../../model/price-book.ts';
import { alignColumns, type Colour } from '../terminal-style.ts';
import { amountText, placeOf, shown, type Case } from './case.ts';
import { fact } from './layout.ts';
import { classWords } from './tokens.ts';

/** The price row with its place, and the formula; for a cost that there is not, why. */
export function costFacts(given: Case, cost: Cost, at: string, colour: Colour): string[] {
  if (cost.state === 'ok') return [fact('price', priceText(given, cost.price, at), colour), fact('formula', formulaText(given, cost), colour)];
  const price = cost.price === null ? [] : [fact('price', priceText(given, cost.price, at), colour)];
  return [...price, fact('formula', `none: ${noCostReason(cost)}`, colour)];
}

export function noCostReason(cost: Exclude<Cost, { state: 'ok' }>): string {
  if (cost.state === 'no-counts') return `the ${classWords[cost.missing]} count is missing`;
  const snapshot = `the snapshot ${shown(cost.snapshot)}, which is in force then,`;
  return cost.missing === null ? `${snapshot} has no price of this model` : `${snapshot} has no price for the ${classWords[cost.missing]} tokens of this model`;
}

function priceText(given: Case, price: UnitPrices, at: string): string {
  const tier = price.above === null ? (price.upTo === null ? '' : `, base tier up to ${price.upTo} input tokens`) : `, tier above ${price.above} input tokens`;
  return `${placeOf(price.row.source)}: ${shown(price.billableModel)}${tier}, ratio ${amountText(price.row.ratio)}, per ${perText(divisorOf(given, price))}\nsnapshot ${shown(price.snapshot)}, in force at ${at}`;
}

function perText(divisor: string): string {
  return divisor === '1' ? 'token' : `${divisor} tokens`;
}

function divisorOf({ ledger }: Case, { snapshot }: UnitPrices): string {
  return String(ledger.snapshots.find(({ id }) => id === snapshot)?.unitDivisor ?? '?');
}

function formulaText(given: Case, { price, parts, total }: Extract<Cost, { state: 'ok' }>): string {
  const ratio = amountText(price.row.ratio);
  const counted = parts.filter(({ quantity }) => quantity > 0n);
  const products = counted.map(({ tokenClass, quantity, product }) => [
    String(quantity),
    `${classWords[tokenClass]} × (${amountText(rateOf(price, tokenClass))} × ${ratio} ÷ ${divisorOf(given, price)})`,
    `= ${amountText(product)}`,
  ]);
  const request = price.request.isZero() ? [] : [['1', `request × (${amountText(price.row.requestPrice)} × ${ratio})`, `= ${amountText(price.request)}`]];
  const zeros = parts.filter(({ quantity }) => quantity === 0n).map(({ tokenClass }) => classWords[tokenClass]);
  const silent = tokenClasses.filter((name) => !parts.some(({ tokenClass }) => tokenClass === name)).map((name) => classWords[name]);
  const notes = [
    ...(zeros.length > 0 ? [`0 tokens: ${zeros.join(', ')}`] : []),
    ...(silent.length > 0 ? [`not reported, so valued at 0: ${silent.join(', ')}`] : []),
  ];
  const table = alignColumns([...products, ...request, ['', 'sum', `= ${amountText(total)} ${shown(given.period.currency)}`]], [0]);
  return [table, ...(notes.length > 0 ? [notes.join('; ')] : [])].join('\n');
}

/** The rate as the snapshot writes it, before ratio and divisor; reasoning without a price of its own goes at the output rate. */
function rateOf({ tier, row }: UnitPrices, name: (typeof tokenClasses)[number]) {
  const prices = tier === 0 ? row.prices : (row.tiers[tier - 1]?.prices ?? {});
  const rate = prices[name] ?? (name === 'reasoning' ? prices.output : undefined);
  if (rate === undefined) throw new RangeError(`no rate for ${name}`);
  return rate;
}

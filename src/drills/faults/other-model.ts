/** Chooses another model for a request: priced for its tokens, but not at the same price, and no fallback of the one that is expected. */
import type { FaultContext, PlainRequest } from './fault-kind.ts';
import { type SourceRow, valueOf } from './source-table.ts';
import type { CanonicalColumn, TokenClass } from '../../model/evidence.ts';
import type { PriceBook } from '../../model/price-book.ts';

/** A billable model that the provider could wrongly bill; null when there is none. */
export function otherModel(request: PlainRequest, { period, prices }: FaultContext): string | null {
  const { expected } = request;
  const names = [...new Set(prices.rows.map(({ billableModel }) => billableModel))];
  const fits = (name: string): boolean =>
    !expected.fallbackModels.includes(name) && (period.models === null || period.models.includes(name)) && isPricedApart(name, request, prices);
  return names.find(fits) ?? null;
}

/** Whether the model has a price for the request's tokens in every snapshot of the period, and input never costs what it costs with the expected one. */
export function isPricedApart(model: string, { expected, application, provider }: PlainRequest, prices: PriceBook): boolean {
  if (model === expected.billableModel || ![application, provider].every((row) => isPriced(model, row, prices))) return false;
  return prices.spans.every(({ snapshot }) => {
    const [one, other] = [model, expected.billableModel].map((name) => unitsOf(prices, snapshot, name));
    return one?.input !== undefined && other?.input !== undefined && !one.input.equals(other.input);
  });
}

const cacheClasses: readonly (readonly [CanonicalColumn, TokenClass])[] = [
  ['cached_input_tokens', 'cached_input'],
  ['cache_write_tokens', 'cache_write'],
  ['cache_write_1h_tokens', 'cache_write_1h'],
];

/** Whether every snapshot of the period prices the model's input, output and the cache classes that the row has tokens of. */
export function isPriced(model: string, row: SourceRow, { spans, rows }: PriceBook): boolean {
  const used = cacheClasses.filter(([column]) => (valueOf(row, column) ?? '0') !== '0').map(([, name]) => name);
  const needed: readonly TokenClass[] = ['input', 'output', ...used];
  return spans.every(({ snapshot }) => {
    const units = unitsOf({ spans, rows }, snapshot, model);
    return units !== null && needed.every((name) => units[name] !== undefined && !units[name].isZero());
  });
}

/** Without tiers: what the base costs. */
function unitsOf({ rows }: PriceBook, snapshot: string, model: string): PriceBook['rows'][number]['unit'] | null {
  return rows.find((row) => row.snapshot === snapshot && row.billableModel === model && row.tier === 0)?.unit ?? null;
}

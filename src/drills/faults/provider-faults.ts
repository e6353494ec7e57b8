/** Faults in the provider's export: rows lost, added, late, foreign, or with another model, count, amount or time. */
import { type FaultContext, type FaultKind, type PlainRequest, type RowEdit, rowFault } from './fault-kind.ts';
import { otherModel, timeOf } from './plain-requests.ts';
import { inCounts, inSteps, oneUnitIn, rowsFound } from './signal.ts';
import { type Column, hasPlace, rewriteRow, type SourceRow, valueOf, wholeLine, writeTime } from './source-table.ts';
import { formatInstant, microsPerDay } from '../../model/instant.ts';
import type { Period } from '../../model/ledger.ts';
import { formatMoney, parseMoney } from '../../model/money.ts';

type Values = Parameters<typeof rewriteRow>[1];
const marked = (index: number): string => `trueup-fault-${index + 1}`;

/** The charge with other values; null when the export has no place for one. */
function changed({ provider: row }: Pick<PlainRequest, 'provider'>, values: Values): RowEdit[] | null {
  const text = rewriteRow(row, values);
  return text === null ? null : [{ row, text }];
}

/** The charge, and after it a second row. */
function followed(row: SourceRow, second: string | null): RowEdit[] | null {
  return second === null ? null : [{ row, text: wholeLine(row) + second }];
}

function later(row: SourceRow, micros: bigint): string | null {
  const time = timeOf(row);
  return time === null ? null : writeTime(time + micros, valueOf(row, 'timestamp_utc') ?? '', row.table.format);
}

function moreTokens(row: SourceRow): string {
  return String(BigInt(valueOf(row, 'output_tokens') ?? '0') + 1000n);
}

function afterEnd({ provider }: PlainRequest, { period }: FaultContext): string {
  const like = valueOf(provider, 'timestamp_utc') ?? formatInstant(period.end);
  return writeTime(period.end + (microsPerDay * 3n) / 2n, like, provider.table.format);
}

/** Cached and uncached input change places. */
function swapped({ provider, tokensAgree }: PlainRequest): RowEdit[] | null {
  const count = (column: Column): bigint => BigInt(/^\d+$/.exec(valueOf(provider, column) ?? '')?.[0] ?? '0');
  const cached = count('cached_input_tokens');
  const uncached = count('input_tokens') - cached - count('cache_write_tokens') - count('cache_write_1h_tokens');
  if (!tokensAgree || cached === 0n || uncached <= 0n || uncached === cached) return null;
  return changed({ provider }, { cached_input_tokens: String(uncached) });
}

export const providerFaults: readonly FaultKind[] = [
  rowFault({
    kind: 'provider-row-dropped',
    needs: 'plain requests',
    signal: inCounts('not_charged', 'in_transit'),
    disturbs: [],
    make: ({ provider }) => [{ row: provider, text: '' }],
  }),
  rowFault({
    kind: 'charge-duplicated',
    needs: "the provider's ids in its export",
    signal: inCounts('duplicate'),
    disturbs: ['duplicate-charge'],
    make: ({ provider }) => {
      if (valueOf(provider, 'provider_request_id') === null) return null;
      const time = later(provider, 1_000_000n);
      return time === null ? null : followed(provider, rewriteRow(provider, { timestamp_utc: time }));
    },
  }),
  rowFault({
    kind: 'provider-row-exported-twice',
    needs: "the provider's ids in its export",
    signal: rowsFound('export-duplicate'),
    disturbs: [],
    make: ({ provider }) => (valueOf(provider, 'provider_request_id') === null ? null : followed(provider, wholeLine(provider))),
  }),
  rowFault({
    kind: 'provider-row-moved-out-of-the-period',
    needs: 'timestamps that can be rewritten',
    signal: rowsFound('set-aside'),
    disturbs: ['not_charged', 'in_transit'],
    make: (request, context) => changed(request, { timestamp_utc: afterEnd(request, context) }),
  }),
  rowFault({
    kind: 'charge-of-a-foreign-account',
    needs: "a column account_ref in the provider's export",
    signal: rowsFound('set-aside'),
    disturbs: ['not_charged', 'in_transit'],
    make: (request, _, index) => changed(request, { account_ref: marked(index) }),
  }),
  rowFault({
    kind: 'charge-of-a-foreign-environment',
    needs: "a column environment in the provider's export, and an environment in the period",
    signal: rowsFound('set-aside'),
    disturbs: ['not_charged', 'in_transit'],
    make: (request, { period }, index) => (period.environment === null ? null : changed(request, { environment: marked(index) })),
  }),
  rowFault({
    kind: 'charge-that-nobody-made',
    needs: "the provider's ids in its export",
    signal: inCounts('unlinked'),
    disturbs: [],
    make: ({ provider }, _, index) => {
      const ids = (['request_id', 'provider_request_id'] as const).filter((column) => valueOf(provider, column) !== null);
      return followed(provider, rewriteRow(provider, Object.fromEntries(ids.map((column) => [column, `${marked(index)}-${column}`]))));
    },
  }),
  rowFault({
    kind: 'billed-model-swapped',
    needs: 'a second priced model that is no fallback of the first',
    signal: inSteps('model_drift'),
    disturbs: ['token_difference', 'price_difference', 'new-model'],
    make: (request, context) => {
      const model = otherModel(request, context);
      return model === null ? null : changed(request, { model_billed: model });
    },
  }),
  rowFault({
    kind: 'billed-model-unknown',
    needs: 'a column for the billed model',
    signal: rowsFound('unpriced'),
    disturbs: ['unknown-model', 'price_difference', 'new-model'],
    make: (request, { period }, index) => (period.models === null ? changed(request, { model_billed: marked(index) }) : null),
  }),
  rowFault({
    kind: 'charged-amount-changed',
    needs: "a column for the charged amount in the provider's export, in the currency of the period",
    signal: oneUnitIn('price_difference'),
    disturbs: [],
    make: (request, { period }) => {
      const { provider } = request;
      const [amount, unit] = [parseMoney(valueOf(provider, 'charged_amount') ?? ''), parseMoney(provider.table.format.money.divisor)];
      // A unit of another currency is not one of the step.
      if ((valueOf(provider, 'charged_currency') ?? period.currency) !== period.currency) return null;
      return amount === null || unit === null ? null : changed(request, { charged_amount: formatMoney(amount.plus(unit)) });
    },
  }),
  rowFault({
    kind: 'charge-in-another-currency',
    needs: "a column charged_currency in the provider's export",
    signal: rowsFound('currency-mismatch'),
    disturbs: ['price_difference'],
    make: (request, { period }) => {
      const currency = strangeTo(period);
      return currency === null || valueOf(request.provider, 'charged_amount') === null ? null : changed(request, { charged_currency: currency });
    },
  }),
  rowFault({
    kind: 'output-tokens-of-a-charge-changed',
    needs: 'requests whose counts agree in application and provider',
    signal: inSteps('token_difference'),
    disturbs: ['price_difference'],
    make: (request) => (request.tokensAgree ? changed(request, { output_tokens: moreTokens(request.provider) }) : null),
  }),
  rowFault({
    kind: 'cached-and-uncached-input-swapped',
    needs: 'charges with cached input whose counts agree in application and provider',
    signal: inSteps('token_difference'),
    disturbs: ['price_difference'],
    make: (request) => swapped(request),
  }),
  rowFault({
    kind: 'tokens-of-a-charge-missing',
    needs: 'token columns that can be emptied',
    signal: rowsFound('missing-token-usage'),
    disturbs: ['missing_usage', 'price_difference'],
    make: (request) => changed(request, { output_tokens: '' }),
  }),
  rowFault({
    kind: 'negative-token-count',
    needs: 'token columns',
    signal: rowsFound('token-data-error'),
    disturbs: ['missing-token-usage', 'missing_usage', 'price_difference'],
    make: (request) => changed(request, { output_tokens: '-5' }),
  }),
  rowFault({
    kind: 'time-that-cannot-be-read',
    needs: 'a column for the time',
    signal: rowsFound('evidence-row'),
    disturbs: 'everything',
    make: (request) => (hasPlace(request.provider, 'timestamp_utc') ? changed(request, { timestamp_utc: 'soon' }) : null),
  }),
];

/** A currency that the period converts by no rate. */
function strangeTo({ currency, fx }: Period): string | null {
  const known = [currency, ...fx.map(({ from }) => from)];
  return ['EUR', 'USD', 'GBP', 'JPY', 'CNY'].find((one) => !known.includes(one)) ?? null;
}

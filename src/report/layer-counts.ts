/** Counts before costs: what each layer counted, in the words of the field, and what a business transaction and an API attempt cost. */
import { divideHalfEven, formatMoney, Money, moneyOf } from '../model/money.ts';
import type { Result, ResultCounts } from '../model/result.ts';

export interface LayerCount {
  readonly layer: string;
  /** What the layer's number is a number of. */
  readonly counted: string;
  readonly count: number;
  /** What belongs to the number; '' for nothing. */
  readonly beside: string;
}

/** Application, gateway, provider, invoice: those that there are. Empty when the rows were not reconciled. */
export function layerCounts({ counts }: Result): LayerCount[] {
  if (counts === null) return [];
  const { application, gateway, provider, invoice } = counts;
  return [
    { layer: 'application', counted: 'requests sent', count: application.requests, beside: attemptsOf(application) },
    ...(gateway === null ? [] : [{ layer: 'gateway', counted: 'requests forwarded', count: gateway.requests, beside: attemptsOf(gateway) }]),
    {
      layer: 'provider',
      counted: 'requests accepted',
      count: provider.charges + provider.duplicates,
      beside: `${provider.charges} charges, ${provider.duplicates} duplicates`,
    },
    ...(invoice === null
      ? []
      : [
          {
            layer: 'invoice',
            counted: 'billable line items',
            count: invoice.lines,
            beside: invoice.requests === null ? 'no requests stated' : `for ${invoice.requests} requests`,
          },
        ]),
  ];
}

function attemptsOf({ attempts }: ResultCounts['application']): string {
  return `in ${attempts} attempts`;
}

export interface UnitCost {
  readonly of: string;
  /** 8 decimals, half to even; null when there is nothing to divide by. */
  readonly cost: string | null;
  readonly by: string;
}

/** What the provider's charges come to at snapshot prices, over what our side sent: for a transaction and for an attempt apart. */
export function unitCosts({ counts, totals }: Result): UnitCost[] {
  if (counts === null || totals.provider_at_snapshot === null) return [];
  const cost = moneyOf(totals.provider_at_snapshot);
  const { requests, attempts } = counts.application;
  const per = (count: number) => {
    const quotient = divideHalfEven(cost, new Money(count), 8);
    return quotient === null ? null : formatMoney(quotient);
  };
  return [
    { of: 'business transaction', cost: per(requests), by: `${requests} requests sent` },
    { of: 'API attempt', cost: per(attempts), by: `${attempts} attempts of the application` },
  ];
}

/** What the statement of a prepaid balance says: from the first reading to the last, with what moved it, and what was paid for that. */
import { type Amount, formatMoney, moneyOf } from '../../model/money.ts';
import type { Result } from '../../model/result.ts';
import { left, markdownTable, right } from '../escape-markdown.ts';
import { currencyOf } from '../show-money.ts';
import { labelOf } from '../wording/step-wording.ts';

/** One line of the statement; what moved the balance, charges included, with the sign by which it did. Texts are ours but for currencies. */
export interface BalanceLine {
  readonly kind: 'opening' | 'movement' | 'drawdown' | 'closing' | 'beside';
  readonly label: string;
  readonly amount: Amount;
  /** `USD`; null = the period's. */
  readonly currency: string | null;
}

const movementWords: Readonly<Record<string, string>> = {
  top_up: 'Topped up',
  bonus: 'Bonus',
  expiry: 'Expired',
  transfer: 'Transferred',
  manual: 'Corrected by the provider by hand',
};

/** Empty where no balance is compared. Opening, movements and drawdown come to the closing. */
export function balanceLines({ balance }: Pick<Result, 'balance'>): BalanceLine[] {
  if (balance === undefined) return [];
  const { opening, closing, movements, not_counted: notCounted, drawdown, paid } = balance;
  const line = (kind: BalanceLine['kind'], label: string, amount: Amount, currency: string | null = null): BalanceLine => ({ kind, label, amount, currency });
  return [
    line('opening', `Left at ${opening.at_utc}`, opening.balance),
    ...Object.entries(movements).map(([kind, amount]) => line('movement', movementWords[kind] ?? kind, amount)),
    line('drawdown', labelOf('balance_drawdown'), formatMoney(moneyOf(drawdown).negated())),
    line('closing', `Left at ${closing.at_utc}`, closing.balance),
    ...(notCounted === '0' ? [] : [line('beside', 'Movements without a reference, which do not count', notCounted)]),
    ...Object.entries(paid).flatMap(([currency, { amount, fee }]) => [
      line('beside', 'Paid for the movements', amount, currency),
      ...(fee === '0' ? [] : [line('beside', 'of it fees', fee, currency)]),
    ]),
  ];
}

/** Exact to the digit: it is held against a console or a receipt. */
export function balanceTable(result: Pick<Result, 'balance' | 'period'>): string {
  const lines = balanceLines(result);
  if (lines.length === 0) return '';
  const rows = lines.map(({ kind, label, amount, currency }) => {
    const shown = `${amount}${currency === null ? '' : ` ${currencyOf(currency)}`}`;
    return kind === 'closing' ? [`**= ${label}**`, `**${shown}**`] : [label, shown];
  });
  return markdownTable([left('Balance'), right(currencyOf(result.period.currency))], rows);
}

/** From the charges to what a prepaid balance fell by: what is in between, and what exceptions cover of it (SPEC §12). Pure. */
import type { BalanceStep } from '../model/bridge.ts';
import { balanceOf } from '../model/balance.ts';
import { type Exception, isAboutBalance } from '../model/exception.ts';
import type { Day } from '../model/instant.ts';
import type { Balance } from '../model/judgement.ts';
import type { Statement } from '../model/statement.ts';
import { type Money, moneyOf, sumMoney } from '../model/money.ts';
import type { BalanceRows, ExceptionUse, Reconciliation, RowSums } from '../model/reconciliation.ts';
import { coverPieces } from './cover-invoice.ts';

/** The ups or the downs of one step. */
export interface BalancePiece {
  readonly step: BalanceStep;
  readonly amount: Money;
  /** Rows that it sums up. */
  readonly count: number;
  /** What no exception covers of it; it points the same way. */
  readonly left: Money;
}

export interface BalanceCoverage {
  /** null where no balance is compared. */
  readonly balance: Balance | null;
  readonly pieces: readonly BalancePiece[];
  /** By the place of the exception; only those about the balance. */
  readonly uses: ReadonlyMap<number, ExceptionUse>;
}

/** `statement` is null where no balance is compared: then there is nothing to cover. */
export function coverBalance(exceptions: readonly Exception[], asOf: Day, reconciliation: Reconciliation, statement: Statement | null): BalanceCoverage {
  const { balance: rows } = reconciliation;
  if (statement === null || rows === null) return { balance: null, pieces: [], uses: new Map() };
  const balance = balanceOf(statement);
  const charged = sumMoney(reconciliation.steps.map(({ amount }) => moneyOf(amount)));
  const pieces = piecesOf(rows, moneyOf(balance.drawdown).minus(charged));
  return { balance, ...coverPieces(pieces, { exceptions, asOf, isAbout: isAboutBalance }) };
}

/** `beyond`: what the balance fell by beyond the charges. The rest is one piece: nobody knows what it is made of. */
function piecesOf({ otherScope, timing }: BalanceRows, beyond: Money): BalancePiece[] {
  const known = [...sidesOf('other_scope', otherScope), ...sidesOf('balance_timing', timing)];
  const rest = beyond.minus(sumMoney(known.map(({ amount }) => amount)));
  return [...known, { step: 'balance_difference', amount: rest, count: rest.isZero() ? 0 : 1, left: rest }];
}

function sidesOf(step: BalanceStep, { increase, decrease, count }: RowSums): BalancePiece[] {
  const [up, down] = [moneyOf(increase), moneyOf(decrease)];
  return [
    { step, amount: up, count, left: up },
    { step, amount: down, count: 0, left: down },
  ];
}

/** Totals of a bridge: its subtotals, and what of it is explained. */
import type { Subtotal } from '../model/bridge.ts';
import { type BridgeRow, totalNames, type Totals } from '../model/judgement.ts';
import { formatMoney, Money, moneyOf, noAmount, sumMoney } from '../model/money.ts';
import type { Reconciliation, Sides } from '../model/reconciliation.ts';
import { recordOf } from '../model/record-of.ts';

/** Totals where nothing could be computed. */
const unknownTotals: Totals = recordOf(totalNames, () => null);

/** What only the whole has. */
interface OfTheWhole {
  readonly witnesses: Reconciliation['totals'];
  readonly quarantined: Money;
}

/** The totals of `bridge`; a subtotal that it does not reach is null. `whole` is null for a cut. */
export function sumTotals(bridge: readonly BridgeRow[], whole: OfTheWhole | null): Totals {
  if (bridge.length === 0) return unknownTotals;
  const stated = (step: Subtotal | 'expected') => bridge.find((row) => row.step === step)?.amount ?? null;
  const moved = sumMoney(stepsOf(bridge).map(({ amount }) => moneyOf(amount)));
  const drawdown = stated('balance_drawdown');
  const net = sumMoney(openRows(bridge).map(({ open }) => netOf(open)));
  return {
    expected: stated('expected'),
    provider_at_snapshot: stated('provider_at_snapshot'),
    provider_charged: stated('provider_charged'),
    provider_reported: whole?.witnesses.providerReported ?? null,
    provider_computed: whole?.witnesses.providerComputed ?? null,
    ...(drawdown === null ? {} : { balance_drawdown: drawdown }),
    invoice_usage: stated('invoice_usage'),
    invoice_total: stated('invoice_total'),
    explained: formatMoney(moved.minus(net)),
    unexplained_net: formatMoney(net),
    unexplained_gross: formatMoney(grossUnexplained(bridge)),
    quarantined: whole === null ? null : formatMoney(whole.quarantined),
  };
}

/** Every step that moves money, without `expected`, from which it moves. */
function stepsOf(bridge: readonly BridgeRow[]): BridgeRow[] {
  return bridge.filter(({ step, kind, amount }) => kind === 'step' && step !== 'expected' && amount !== '0');
}

/** The steps with money that nothing explains and no exception covers; each invoice line without reference is one of its own. */
export function openRows(bridge: readonly BridgeRow[]): BridgeRow[] {
  return bridge.filter(({ kind, open }) => kind === 'step' && !(open.increase === '0' && open.decrease === '0'));
}

/** Σ of the ups and of the downs of every part, so that opposite errors cannot cancel. */
export function grossUnexplained(bridge: readonly BridgeRow[]): Money {
  return sumMoney(openRows(bridge).map(({ open }) => grossOf(open)));
}

export function netOf({ increase, decrease }: Sides): Money {
  return moneyOf(increase).plus(decrease);
}
export function grossOf({ increase, decrease }: Sides): Money {
  return moneyOf(increase).minus(decrease);
}

/** What a percent is taken of: the larger of what was expected and what the rows are worth, so that a short export does not shrink its own yardstick. */
export function baseOf(bridges: readonly (readonly BridgeRow[])[]): Money {
  const sum = (step: 'expected' | 'provider_at_snapshot') =>
    sumMoney(bridges.map((bridge) => moneyOf(bridge.find((row) => row.step === step)?.amount ?? noAmount))).abs();
  return Money.max(sum('expected'), sum('provider_at_snapshot'));
}

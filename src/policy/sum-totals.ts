/** Totals of a bridge: its subtotals, and what of it is explained. */
import type { Subtotal } from '../model/bridge.ts';
import { type BridgeRow, totalNames, type Totals, type Conversion } from '../model/judgement.ts';
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
export function sumTotals(bridge: readonly BridgeRow[], conversion: Conversion | null, whole: OfTheWhole | null): Totals {
  if (bridge.length === 0) return unknownTotals;
  const stated = (step: Subtotal | 'expected') => bridge.find((row) => row.step === step)?.amount ?? null;
  const sumOf = (rows: readonly BridgeRow[], of: (row: BridgeRow) => Money): Money =>
    sumMoney(rows.map((row) => of(row).times(unitOf(row, bridge, conversion))));
  const moved = sumOf(stepsOf(bridge), ({ amount }) => moneyOf(amount));
  const net = sumOf(openRows(bridge), ({ open }) => netOf(open));
  const converted = stated('charged_converted');
  const drawdown = stated('balance_drawdown');
  return {
    expected: stated('expected'),
    provider_at_snapshot: stated('provider_at_snapshot'),
    provider_charged: stated('provider_charged'),
    ...(converted === null ? {} : { charged_converted: converted }),
    provider_reported: whole?.witnesses.providerReported ?? null,
    provider_computed: whole?.witnesses.providerComputed ?? null,
    ...(drawdown === null ? {} : { balance_drawdown: drawdown }),
    invoice_usage: stated('invoice_usage'),
    invoice_total: stated('invoice_total'),
    explained: formatMoney(moved.minus(net)),
    unexplained_net: formatMoney(net),
    unexplained_gross: formatMoney(grossUnexplained(bridge, conversion)),
    quarantined: whole === null ? null : formatMoney(whole.quarantined),
  };
}

const one = new Money(1);

/** What a unit of the period's currency is in the currency that the bridge is judged in: that of the invoices, where it reaches them. */
export function judgedUnit(bridge: readonly BridgeRow[], conversion: Conversion | null): Money {
  return conversion !== null && bridge.some(({ step }) => step === 'charged_converted') ? conversion.reference : one;
}

/** The same of the row's own currency. */
function unitOf({ currency }: BridgeRow, bridge: readonly BridgeRow[], conversion: Conversion | null): Money {
  return currency === conversion?.to ? one : judgedUnit(bridge, conversion);
}

/** Every step that moves money, without `expected`, from which it moves. */
function stepsOf(bridge: readonly BridgeRow[]): BridgeRow[] {
  return bridge.filter(({ step, kind, amount }) => kind === 'step' && step !== 'expected' && amount !== '0');
}

/** The steps with money that nothing explains and no exception covers; each invoice line without reference is one of its own. */
export function openRows(bridge: readonly BridgeRow[]): BridgeRow[] {
  return bridge.filter(({ kind, open }) => kind === 'step' && !(open.increase === '0' && open.decrease === '0'));
}

/** Σ of the ups and of the downs of every part, so that opposite errors cannot cancel; in the currency that the bridge is judged in. */
export function grossUnexplained(bridge: readonly BridgeRow[], conversion: Conversion | null): Money {
  return grossOfRows(openRows(bridge), bridge, conversion);
}

/** The same of some rows of `bridge`. */
export function grossOfRows(rows: readonly BridgeRow[], bridge: readonly BridgeRow[], conversion: Conversion | null): Money {
  return sumMoney(rows.map((row) => grossOf(row.open).times(unitOf(row, bridge, conversion))));
}

export function netOf({ increase, decrease }: Sides): Money {
  return moneyOf(increase).plus(decrease);
}
export function grossOf({ increase, decrease }: Sides): Money {
  return moneyOf(increase).minus(decrease);
}

/** What a percent is taken of: the larger of what was expected and what the rows are worth, so that a short export does not shrink its own yardstick. In the period's currency. */
export function baseOf(bridges: readonly (readonly BridgeRow[])[]): Money {
  const sum = (step: 'expected' | 'provider_at_snapshot') =>
    sumMoney(bridges.map((bridge) => moneyOf(bridge.find((row) => row.step === step)?.amount ?? noAmount))).abs();
  return Money.max(sum('expected'), sum('provider_at_snapshot'));
}

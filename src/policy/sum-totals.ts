/** Totals of a bridge: its subtotals, and what of it is explained. */
import type { Subtotal } from '../model/bridge.ts';
import type { BridgeRow, Totals } from '../model/judgement.ts';
import { Money, formatMoney, sumMoney } from '../model/money.ts';

/** Totals where nothing could be computed. */
const unknownTotals: Totals = {
  expected: null,
  provider_at_snapshot: null,
  provider_charged: null,
  invoice_usage: null,
  invoice_total: null,
  explained: null,
  unexplained_net: null,
  unexplained_gross: null,
  quarantined: null,
};

/** The totals of `bridge`; a subtotal that it does not reach is null. */
export function sumTotals(bridge: readonly BridgeRow[], quarantined: Money | null): Totals {
  if (bridge.length === 0) return unknownTotals;
  const stated = (step: Subtotal | 'expected') => bridge.find((row) => row.step === step)?.amount ?? null;
  return {
    expected: stated('expected'),
    provider_at_snapshot: stated('provider_at_snapshot'),
    provider_charged: stated('provider_charged'),
    invoice_usage: stated('invoice_usage'),
    invoice_total: stated('invoice_total'),
    explained: formatMoney(sumMoney([...explainedBySteps(bridge), ...unexplainedRows(bridge).map((row) => new Money(row.excepted))])),
    unexplained_net: formatMoney(sumMoney(unexplainedRows(bridge).map(uncovered))),
    unexplained_gross: formatMoney(grossUnexplained(bridge)),
    quarantined: quarantined === null ? null : formatMoney(quarantined),
  };
}

function explainedBySteps(bridge: readonly BridgeRow[]): Money[] {
  return bridge.filter((row) => row.explained === true).map((row) => new Money(row.amount));
}

/** What no exception covers of a row: this is what thresholds judge. */
export function uncovered({ amount, excepted }: BridgeRow): Money {
  return excepted === '0' ? new Money(amount) : new Money(amount).minus(excepted);
}

/** The steps whose money nothing explains; each invoice line without reference is one of its own. */
export function unexplainedRows(bridge: readonly BridgeRow[]): BridgeRow[] {
  return bridge.filter((row) => row.explained === false);
}

/** Σ |unexplained step − what exceptions cover of it|, so that opposite errors cannot cancel. */
export function grossUnexplained(bridge: readonly BridgeRow[]): Money {
  return sumMoney(unexplainedRows(bridge).map((row) => uncovered(row).abs()));
}

/** |provider_at_snapshot|: what a percent is taken of. */
export function baseOf(bridge: readonly BridgeRow[]): Money {
  return new Money(bridge.find((row) => row.step === 'provider_at_snapshot')?.amount ?? 0).abs();
}

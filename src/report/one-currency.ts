/**
 * A result as people read it where the invoices are in another currency: everything in that currency, at the reference rate of the policy, in which the unexplained is
 * judged. Documents for machines keep both. Pure.
 */
import { type CutName, cutNames, rowSteps, isOptionalCut, type OptionalCut } from '../model/bridge.ts';
import type { GateReport, PeriodBefore } from '../model/gate.ts';
import { type Amount, formatMoney, moneyOf } from '../model/money.ts';
import { recordOf } from '../model/record-of.ts';
import type { Result, ResultCut, ResultFinding } from '../model/result.ts';

type Totals = Result['totals'];

/** The result itself where there is one currency. */
export function inOneCurrency(result: Result): Result {
  const { fx, period, counts } = result;
  if (fx === undefined || period.currency === fx.to) return result;
  const times = (amount: Amount): Amount => formatMoney(moneyOf(amount).times(fx.reference));
  // In one currency the sum after the conversion says what the one before it says.
  const rows = (bridge: Result['bridge']): Result['bridge'] =>
    bridge
      .filter(({ step }) => step !== 'charged_converted')
      .map((row) => {
        if (row.currency !== fx.from) return row;
        const { amount, increase, decrease, excepted } = row;
        return { ...row, amount: times(amount), increase: times(increase), decrease: times(decrease), excepted: times(excepted), currency: fx.to };
      });
  const cut = (cuts: readonly ResultCut[]): ResultCut[] =>
    cuts.map(({ key, bridge, totals }) => ({ key, bridge: rows(bridge), totals: totalsIn(totals, times) }));
  return {
    ...result,
    period: { ...period, currency: fx.to },
    counts: counts === null ? null : countsIn(counts, times),
    bridge: rows(result.bridge),
    totals: totalsIn(result.totals, times),
    set_aside_amounts: Object.fromEntries(Object.entries(result.set_aside_amounts).map(([reason, amount]) => [reason, times(amount)])),
    ...cutsIn(result, cut),
    findings: result.findings.map((found) => (isAboutRows(found) ? findingIn(found, times) : found)),
  };
}

/** Every cut that there is. */
function cutsIn(result: Result, cut: (cuts: readonly ResultCut[]) => ResultCut[]): Pick<Result, CutName> {
  const { by_key: keys, by_account: accounts, ...always } = result;
  const names = cutNames.filter((name): name is Exclude<CutName, OptionalCut> => !isOptionalCut(name));
  return {
    ...recordOf(names, (name) => cut(always[name])),
    ...(keys === undefined ? {} : { by_key: cut(keys) }),
    ...(accounts === undefined ? {} : { by_account: cut(accounts) }),
  };
}

/** The month before in the same terms: where either has two currencies they are not the same, and it says nothing. */
export function beforeInOneCurrency(before: PeriodBefore | null, { fx }: Pick<Result, 'fx'>): PeriodBefore | null {
  return fx !== undefined || before?.totals.charged_converted !== undefined ? null : before;
}

/** Every period of a gate. */
export function gateInOneCurrency(report: GateReport): GateReport {
  const ledgers = report.ledgers.map((ledger) => ({
    ...ledger,
    periods: ledger.periods.map((period) => ({ ...period, result: inOneCurrency(period.result), before: beforeInOneCurrency(period.before, period.result) })),
  }));
  return { ...report, ledgers };
}

type Times = (amount: Amount) => Amount;

function totalsIn(totals: Totals, times: Times): Totals {
  const known = (amount: Amount | null): Amount | null => (amount === null ? null : times(amount));
  // A bridge that ends before the invoices is all in the currency of the period.
  const judged = totals.charged_converted === undefined ? known : (amount: Amount | null): Amount | null => amount;
  return {
    ...totals,
    expected: known(totals.expected),
    provider_at_snapshot: known(totals.provider_at_snapshot),
    provider_charged: known(totals.provider_charged),
    provider_reported: known(totals.provider_reported),
    provider_computed: known(totals.provider_computed),
    explained: judged(totals.explained),
    unexplained_net: judged(totals.unexplained_net),
    unexplained_gross: judged(totals.unexplained_gross),
    quarantined: known(totals.quarantined),
  };
}

function countsIn(counts: NonNullable<Result['counts']>, times: Times): NonNullable<Result['counts']> {
  const { provider_counted: counted, free_charges: free } = counts;
  return { ...counts, provider_counted: { ...counted, expected: times(counted.expected) }, free_charges: { ...free, cost: times(free.cost) } };
}

/** Findings whose amount is that of rows; others count the invoices' money, or what the levels judge. */
function isAboutRows({ code, args }: ResultFinding): boolean {
  if (code === 'unexplained-step') return (rowSteps as readonly string[]).includes(args['step'] ?? '');
  return code === 'leak' || code === 'amount-unreported';
}

function findingIn(found: ResultFinding, times: Times): ResultFinding {
  const sides = ['increase', 'decrease'].flatMap((side) => (found.args[side] === undefined ? [] : [[side, times(found.args[side] as Amount)] as const]));
  return { ...found, amount: found.amount === null ? null : times(found.amount), args: { ...found.args, ...Object.fromEntries(sides) } };
}

/** Findings about who says what a charge costs: money that nobody reported, that is free, and that our own logs state otherwise (SPEC §5). */
import { defaultSeverities, type Finding, finding, type Severity } from '../model/finding.ts';
import { usageLines } from '../model/invoice-lines.ts';
import type { BridgeRow } from '../model/judgement.ts';
import { formatMoney, Money, moneyOf, noAmount } from '../model/money.ts';
import type { Threshold } from '../model/policy.ts';
import type { Observation } from '../model/reconciliation.ts';
import { type Facts, observationsOf, observedAs } from './facts.ts';
import { baseOf, grossOf, judgedUnit } from './sum-totals.ts';
import { weighThreshold } from './weigh-threshold.ts';

/** Money that our snapshot computes is one witness twice, unless an invoice or a balance that agrees is the second. */
export function amountUnreported(facts: Facts): readonly Finding[] {
  const { reconciliation, ledger, period } = facts.input;
  const computed = reconciliation?.totals.providerComputed ?? noAmount;
  if (computed === '0') return [];
  const { ignoreBelow } = ledger.settings.policy;
  const isTrivial = moneyOf(computed).abs().lessThanOrEqualTo(ignoreBelow);
  const reason = confirmedBy(facts);
  const severity: Severity = isTrivial || reason !== 'not-confirmed' ? 'info' : defaultSeverities['amount-unreported'];
  const args = { charged: facts.bridge.find(({ step }) => step === 'provider_charged')?.amount ?? noAmount, reason };
  const source = period.evidence.find(({ layer }) => layer === 'provider')?.source ?? period.source;
  return [finding('amount-unreported', severity, { amount: computed, args, source })];
}

function confirmedBy(facts: Facts): string {
  return invoiceConfirms(facts) ? 'confirmed-by-invoice' : balanceConfirms(facts) ? 'confirmed-by-balance' : 'not-confirmed';
}

/** At stage prepaid what the balance fell by beyond what the rows say is within what the total may differ. */
function balanceConfirms({ stage, bridge, conversion, input }: Facts): boolean {
  const difference = bridge.find(({ step }) => step === 'balance_difference');
  return stage === 'prepaid' && difference !== undefined && isWithinTotal(difference, { bridge, conversion, input });
}

function isWithinTotal({ left }: BridgeRow, { bridge, conversion, input }: Pick<Facts, 'bridge' | 'conversion' | 'input'>): boolean {
  const { total, ignoreBelow } = input.ledger.settings.policy;
  const threshold = total.warn ?? total.fail;
  const unit = judgedUnit(bridge, conversion);
  return threshold !== null && !exceeds({ value: grossOf(left), base: baseOf([bridge]).times(unit), unit }, threshold, ignoreBelow);
}

/** At stage final the usage that the invoice states is within what the total may differ. */
function invoiceConfirms({ stage, invoices, bridge, conversion, input }: Facts): boolean {
  const usage = bridge.find(({ step }) => step === 'usage_subtotal');
  if (stage === 'usage' || usage === undefined || usageLines(invoices).length === 0) return false;
  return isWithinTotal(usage, { bridge, conversion, input });
}

function exceeds(measured: Readonly<Record<'value' | 'base' | 'unit', Money>>, threshold: Threshold, ignoreBelow: Money): boolean {
  const common = { scope: 'total', fact: 'unexplained_gross', level: 'warn', require: 'any', default: false, override: null } as const;
  return weighThreshold({ ...common, ...measured, threshold, ignoreBelow })?.outcome === 'warn';
}

/** What is free although it carries tokens; its category says how much of it is too much. */
export function freeCharges({ input, decisions }: Facts): readonly Finding[] {
  const { count, cost } = input.reconciliation?.freeCharges ?? { count: 0, cost: noAmount };
  if (count === 0) return [];
  const breached = decisions.filter(({ scope, outcome }) => scope === 'category:free_charges' && outcome !== 'pass');
  const gravest = breached.find(({ outcome }) => outcome === 'fail') ?? breached[0];
  const severity = gravest === undefined ? defaultSeverities['free-charges'] : gravest.outcome === 'fail' ? 'fail' : 'warn';
  const args = gravest === undefined ? {} : { threshold: gravest.threshold, rule: gravest.rule };
  return [finding('free-charges', severity, { count, amount: cost, args, source: gravest?.source ?? null })];
}

/** What application or gateway says that its calls cost. Where it agrees with what was expected or with what was charged, the bridge already tells the rest. */
export function statedAmounts(facts: Facts): readonly Finding[] {
  return observationsOf(facts, 'stated-amount').map((seen) => {
    const difference = differenceOf(seen);
    const { total, ignoreBelow } = facts.input.ledger.settings.policy;
    const threshold = total.warn ?? total.fail;
    const base = Money.max(moneyAt(seen, 'expected').abs(), moneyAt(seen, 'charged').abs());
    const isWrong = threshold === null ? difference.greaterThan(ignoreBelow) : exceeds({ value: difference, base, unit: new Money(1) }, threshold, ignoreBelow);
    const found = observedAs(seen, { difference: formatMoney(difference) });
    return isWrong ? { ...found, severity: 'warn' } : found;
  });
}

function differenceOf(seen: Observation): Money {
  const stated = moneyAt(seen, 'stated');
  return Money.min(stated.minus(moneyAt(seen, 'expected')).abs(), stated.minus(moneyAt(seen, 'charged')).abs());
}

function moneyAt({ args }: Observation, name: string): Money {
  return new Money(args[name] ?? 0);
}

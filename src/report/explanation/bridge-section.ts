/** What the request puts into the bridge: its own short bridge from expected to charged. */
import { chargeSteps, explainedStepsWith, type RowStep, valueSteps } from '../../model/bridge.ts';
import { sumMoney, type Money } from '../../model/money.ts';
import { alignColumns, tint, type Colour } from '../terminal-style.ts';
import { amountText, type Case, moneyOf, section, shown, signedText } from './case.ts';

export interface StepMoney {
  readonly step: string;
  readonly amount: Money;
}

/** Expected, and every step that holds money of the request, in bridge order. */
export function bridgeOf({ trace }: Case): { readonly expected: Money; readonly values: readonly StepMoney[]; readonly charges: readonly StepMoney[] } {
  const expected = sumMoney(trace.lines.map((line) => moneyOf(line.expected)));
  const sumOf = (step: RowStep): StepMoney => ({ step, amount: sumMoney(trace.lines.map((line) => moneyOf(line[step]))) });
  const withMoney = ({ amount }: StepMoney): boolean => !amount.isZero();
  return { expected, values: valueSteps.map(sumOf).filter(withMoney), charges: chargeSteps.map(sumOf).filter(withMoney) };
}

export function bridgeSection(given: Case, colour: Colour): string {
  const { expected, values, charges } = bridgeOf(given);
  const valued = expected.plus(sumMoney(values.map(({ amount }) => amount)));
  const charged = valued.plus(sumMoney(charges.map(({ amount }) => amount)));
  const total = (name: string, amount: Money): string[] => [tint(`= ${name}`, 'bold', colour), tint(amountText(amount), 'bold', colour), ''];
  const rows = [
    ['  expected', amountText(expected), ''],
    ...values.map((each) => stepRow(given, each)),
    total('provider_at_snapshot', valued),
    ...charges.map((each) => stepRow(given, each)),
    total('provider_charged', charged),
  ];
  return section(
    `Its part of the bridge, in ${shown(given.period.currency)}`,
    alignColumns(rows, [1])
      .split('\n')
      .map((line) => `  ${line}`),
    colour,
  );
}

/** The whole in one sentence. */
export function summaryText(given: Case): string {
  const { expected, values, charges } = bridgeOf(given);
  const steps = [...values, ...charges];
  const difference = sumMoney(steps.map(({ amount }) => amount));
  const currency = shown(given.period.currency);
  const parts = steps.map(({ step, amount }) => `${step} ${signedText(amount)}`).join(', ');
  const more = difference.isZero() ? 'the same' : `${amountText(difference.abs())} ${difference.isPositive() ? 'more' : 'less'}`;
  return `Expected ${amountText(expected)} ${currency}, charged ${amountText(expected.plus(difference))} ${currency}: ${more}${parts === '' ? '' : ` (${parts})`}.`;
}

function stepRow({ ledger }: Case, { step, amount }: StepMoney): string[] {
  return [`  ${step}`, signedText(amount), (explainedStepsWith(ledger.contract) as readonly string[]).includes(step) ? 'explained' : 'unexplained'];
}

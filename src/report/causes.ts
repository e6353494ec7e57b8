/** Why a month differs: the steps that nothing explains, the largest first, with the models and services that they stand under, and those that are explained. */
import { balanceKey, invoiceKey, isSubtotal, type Step } from '../model/bridge.ts';
import { type Amount, formatMoney, type Money, moneyOf, noAmount, zero } from '../model/money.ts';
import type { Result, ResultCut, ResultFinding } from '../model/result.ts';
import { fillTemplate, type Show } from './wording/template.ts';
import { type Actor, labelOf, stepWording } from './wording/step-wording.ts';

/** One step with money that nothing explains. */
export interface Cause {
  readonly step: Step;
  /** Signed; what of the step has no explanation, net. */
  readonly amount: Amount;
  /** Its ups and downs together. */
  readonly size: Money;
  /** Requests and charges. */
  readonly count: number;
  /** Keys of the cuts, the largest first. */
  readonly models: readonly string[];
  readonly services: readonly string[];
  /** Owners of the mappings of these models; empty where no mapping names one. */
  readonly owners: readonly string[];
  /** Ids of requests, or of charges without one. */
  readonly samples: readonly string[];
}

/** A step with money that is explained by what it is, or that an exception covers. */
export interface ExplainedStep {
  readonly step: string;
  readonly amount: Amount;
}

/** Findings that speak of a step of the bridge, and of which. */
const stepOf = ({ code, args }: ResultFinding): string | null => {
  if (code === 'unexplained-step') return args['step'] ?? null;
  return code === 'leak' ? 'unlinked' : code === 'residual' ? 'residual' : null;
};

/** The largest first; equals in the order of the bridge. */
export function unexplainedCauses(result: Result): Cause[] {
  const causes = new Map<string, Cause>();
  for (const found of result.findings) {
    const step = stepOf(found);
    if (step === null || !Object.hasOwn(stepWording, step)) continue;
    const known = causes.get(step);
    const cause = causeOf(result, step as Step, found);
    causes.set(step, known === undefined ? cause : joined(known, cause));
  }
  const order = result.bridge.map(({ step }) => step);
  return [...causes.values()].sort((a, b) => b.size.comparedTo(a.size) || order.indexOf(a.step) - order.indexOf(b.step));
}

function causeOf(result: Result, step: Step, { amount, count, args, samples }: ResultFinding): Cause {
  const sides = [args['increase'] ?? noAmount, args['decrease'] ?? noAmount].map((side) => moneyOf(side as Amount).abs());
  const size = sides.reduce((sum, side) => sum.plus(side), zero);
  return {
    step,
    amount: amount ?? noAmount,
    size: size.isZero() ? moneyOf(amount ?? noAmount).abs() : size,
    count,
    models: largestKeys(result.by_model, step),
    services: largestKeys(result.by_service, step),
    owners: (args['owners'] ?? '').split(', ').filter((owner) => owner !== ''),
    samples,
  };
}

/** Several invoice lines of one kind are one cause. */
function joined(one: Cause, other: Cause): Cause {
  return { ...one, amount: formatMoney(moneyOf(one.amount).plus(moneyOf(other.amount))), size: one.size.plus(other.size), count: one.count + other.count };
}

function largestKeys(cuts: readonly ResultCut[], step: string): string[] {
  return cuts
    .map(({ key, bridge }) => ({ key, size: sizeOf(bridge, step) }))
    .filter(({ size }) => !size.isZero())
    .sort((a, b) => b.size.comparedTo(a.size))
    .map(({ key }) => key);
}

function sizeOf(bridge: ResultCut['bridge'], step: string): Money {
  return bridge
    .filter((row) => row.step === step)
    .reduce((sum, { increase, decrease }) => sum.plus(moneyOf(increase).abs()).plus(moneyOf(decrease).abs()), zero);
}

/** The largest first. */
export function explainedSteps(result: Result): ExplainedStep[] {
  const open = new Map(unexplainedCauses(result).map(({ step, amount }) => [step as string, moneyOf(amount)]));
  const sums = new Map<string, Money>();
  for (const { step, amount } of result.bridge) {
    if (isSubtotal(step) || step === 'expected') continue;
    sums.set(step, (sums.get(step) ?? zero).plus(moneyOf(amount)));
  }
  return [...sums]
    .map(([step, sum]) => ({ step, money: sum.minus(open.get(step) ?? zero) }))
    .filter(({ money }) => !money.isZero())
    .sort((a, b) => b.money.abs().comparedTo(a.money.abs()))
    .map(({ step, money }) => ({ step, amount: formatMoney(money) }));
}

function causeLabel({ step, amount }: Pick<Cause, 'step' | 'amount'>): string {
  return labelOf(step, amount);
}

/** `Billed as another model: claude-sonnet-4-6 for code-review and 2 more`; foreign names go through `show`. */
export function causeWords(cause: Cause, show: Show): string {
  const [models, services] = [cause.models, cause.services].map((keys) => someOf(keys.filter(isNamed), show));
  const whose = [models ?? '', services === undefined || services === '' ? '' : `for ${services}`].filter((part) => part !== '').join(' ');
  return `${causeLabel(cause)}${whose === '' ? '' : `: ${whose}`}`;
}

/** `70 charges are for a model that nobody asked for`. */
export function causeSentence({ step, count, amount }: Cause): string {
  return fillTemplate(stepWording[step].sentence, { args: {}, count, amount }, (text) => text);
}

/** The owners of the models, or who acts on such a step. */
export function causeOwner({ step, owners }: Cause, show: Show): string {
  return owners.length > 0 ? someOf(owners, show) : actorWords[stepWording[step].actor];
}

const actorWords: Readonly<Record<Actor, string>> = { platform: 'platform', finance: 'finance', provider: 'the provider' };

/** The keys under which a cut puts what has none. */
function isNamed(key: string): boolean {
  return key !== '(none)' && key !== '(unmapped)' && key !== invoiceKey && key !== balanceKey;
}

/** Two by name, of more the first: a row has room for little else. */
function someOf(keys: readonly string[], show: Show): string {
  const named = keys.length > 2 ? 1 : 2;
  const shown = keys.slice(0, named).map(show).join(', ');
  return keys.length > named ? `${shown} and ${keys.length - named} more` : shown;
}

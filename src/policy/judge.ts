/** Facts in, verdict out: the whole of the policy room, top to bottom. Pure. */
import type { Finding } from '../model/finding.ts';
import type { Judgement } from '../model/judgement.ts';
import { type Amount, divideHalfEven, formatMoney, Money, moneyOf, noAmount, sumMoney } from '../model/money.ts';
import { orderFindings } from '../model/order-findings.ts';
import type { RuleSetting } from '../model/policy.ts';
import type { DoubtedCharges, Reconciliation } from '../model/reconciliation.ts';
import { chooseDecisions } from './choose-decisions.ts';
import { type JudgeInput, layOutFigures } from './facts.ts';
import { rules } from './rules.ts';
import { oncePerCause, settle } from './severities.ts';
import { sumTotals } from './sum-totals.ts';
import { verdictOfFindings } from './weigh-ledger.ts';
import { weighLevels } from './weigh-levels.ts';

/** Judges one period. Throws nothing: what cannot be judged is inconclusive. */
export function judge(input: JudgeInput): Judgement {
  const figures = layOutFigures(input);
  const weighed = weighLevels(figures);
  const found = rules.flatMap((rule) => rule({ ...figures, decisions: weighed }));
  const { findings: settled, ignored } = applySettings(found, input.ledger.settings.policy.rules);
  const findings = oncePerCause(settled);
  return {
    verdict: verdictOfFindings(findings),
    stage: figures.stage,
    findings: orderFindings(findings),
    ignored: ignored.map(({ code, count }) => ({ code, count })),
    decision: chooseDecisions(weighed, findings),
    balance: figures.prepaid.balance,
    bridge: figures.bridge,
    countBridge: figures.countBridge,
    totals: sumTotals(figures.bridge, figures.conversion, {
      witnesses: input.reconciliation?.totals ?? noWitnesses,
      quarantined: quarantined(settled, input.doubted),
    }),
    conversion: figures.conversion,
    cuts: figures.cuts,
    amplification: amplificationOf(input.reconciliation),
  };
}

/** Where nothing was computed, no total is stated either. */
const noWitnesses = { providerReported: noAmount, providerComputed: noAmount };

function applySettings(found: readonly Finding[], settings: Readonly<Record<string, RuleSetting>>) {
  const settled = found.map((one) => ({ one, after: settle(one, Object.hasOwn(settings, one.code) ? settings[one.code] : undefined) }));
  return {
    findings: settled.flatMap(({ after }) => (after === null ? [] : [after])),
    ignored: orderFindings(settled.flatMap(({ one, after }) => (after === null ? [one] : []))),
  };
}

/** Σ |value| of the charges under any quarantined finding, each charge once. */
function quarantined(findings: readonly Finding[], doubted: readonly DoubtedCharges[]): Money {
  const held = new Set(findings.filter(({ severity }) => severity === 'quarantine').map(({ code }) => code));
  return sumMoney(doubted.filter(({ codes }) => codes.some((code) => held.has(code))).map(({ amount }) => moneyOf(amount)));
}

function amplificationOf(reconciliation: Reconciliation | null): Amount | null {
  // Of sums nobody knows which request was charged twice.
  if (reconciliation === null || reconciliation.buckets !== undefined) return null;
  const { linkedCharges, application } = reconciliation.counts;
  const quotient = divideHalfEven(new Money(linkedCharges), new Money(application.requests), 4);
  return quotient === null ? null : formatMoney(quotient);
}

/** Findings about what the thresholds judge: steps that nothing explains, with their causes, and levels that are breached (SPEC §5). */
import { balanceKey, type CutName, mixedKey } from '../model/bridge.ts';
import { defaultSeverities, type Finding, finding, type FindingCode } from '../model/finding.ts';
import type { BridgeRow, Decision, JudgedCut } from '../model/judgement.ts';
import { formatMoney, type Money } from '../model/money.ts';
import { isCoverageLow, isLeak } from './coverage-rules.ts';
import { type Facts, observationsOf, sourceOf } from './facts.ts';
import { grossOf, netOf, openRows } from './sum-totals.ts';

/** How many models or services a step names as its causes. */
const namedCauses = 3;

/**
 * Every step with money in it that nothing explains and no exception covers, also where increases and decreases cancel.
 * Where too little was compared the steps follow from that: they are in the bridge, and no finding repeats it.
 */
export function unexplainedSteps(facts: Facts): readonly Finding[] {
  if (isCoverageLow(facts)) return [];
  const seen = observationsOf(facts, 'unexplained-step');
  // The residual has a finding of its own, and so has unlinked money once it is known for a leak.
  const rows = openRows(facts.bridge).filter(({ step }) => step !== 'residual' && !(step === 'unlinked' && isLeak(facts)));
  return rows.map((row) => {
    const about = seen.find(({ args }) => args['step'] === row.step);
    return finding('unexplained-step', defaultSeverities['unexplained-step'], {
      count: row.count,
      amount: formatMoney(netOf(row.open)),
      args: {
        step: row.step,
        ...row.open,
        ...causesOf(row, facts),
        ...currencyWord(row.currency),
        ...(row.excepted === '0' ? {} : { excepted: row.excepted }),
      },
      samples: about?.samples ?? [],
      source: about === undefined ? null : sourceOf(about),
    });
  });
}

/** Said where there are two. */
function currencyWord(currency: string | null): Record<string, string> {
  return currency === null ? {} : { currency };
}

/** The models, the services and the owners of the models that the money of a step stands under, the largest first. */
function causesOf({ step }: BridgeRow, { cuts, input }: Facts): Record<string, string> {
  const models = largestOf(cuts.by_model, step);
  const owners = new Set(models.flatMap(({ key }) => input.ledger.mappings.filter(({ billableModel }) => billableModel === key).map(({ owner }) => owner)));
  return {
    ...wordsOf('models', models),
    ...wordsOf('services', largestOf(cuts.by_service, step)),
    ...(owners.size === 0 ? {} : { owners: [...owners].join(', ') }),
  };
}

interface Cause {
  readonly key: string;
  readonly gross: Money;
}

function largestOf(cut: Facts['cuts'][CutName], step: BridgeRow['step']): Cause[] {
  const causes = cut
    .filter(({ key }) => key !== balanceKey && key !== mixedKey)
    .flatMap(({ key, bridge }: JudgedCut): Cause[] => {
      const open = bridge.find((row) => row.step === step)?.open;
      return open === undefined || (open.increase === '0' && open.decrease === '0') ? [] : [{ key, gross: grossOf(open) }];
    });
  return causes.toSorted((a, b) => b.gross.comparedTo(a.gross));
}

function wordsOf(name: string, causes: readonly Cause[]): Record<string, string> {
  if (causes.length === 0) return {};
  const more = causes.length > namedCauses ? [`${causes.length - namedCauses} more`] : [];
  return { [name]: [...causes.slice(0, namedCauses).map(({ key, gross }) => `${key} ${formatMoney(gross)}`), ...more].join(', ') };
}

/** The stated total of each invoice must be the sum of its lines, to the digit. */
export function residual({ coverage }: Facts): readonly Finding[] {
  const rows = coverage.pieces.filter(({ step, amount }) => step === 'residual' && !amount.isZero());
  return rows.map(({ amount, source }) => finding('residual', defaultSeverities['residual'], { amount: formatMoney(amount), source }));
}

const thresholdCodeOf = (scope: string): FindingCode => {
  if (scope === 'counts') return 'threshold-counts';
  if (scope.startsWith('category:')) return 'threshold-category';
  return scope.startsWith('model:') ? 'threshold-model' : 'threshold-total';
};

/** Scopes that another finding speaks of. */
const saidElsewhere: readonly string[] = ['linkage', 'coverage', 'category:free_charges'];

/** One finding per scope: its gravest breach. Where the total is breached as gravely, its models are no news: the decisions list them. */
export function thresholds(facts: Facts): readonly Finding[] {
  if (isCoverageLow(facts)) return [];
  const breached = facts.decisions.filter(({ scope, outcome }) => !saidElsewhere.includes(scope) && outcome !== 'pass');
  const gravest = [...new Set(breached.map(({ scope }) => scope))].flatMap((scope) => {
    const own = breached.filter((decision) => decision.scope === scope);
    return own.find(({ outcome }) => outcome === 'fail') ?? own.slice(0, 1);
  });
  const total = gravest.find(({ scope }) => scope === 'total')?.outcome;
  return gravest.filter(({ scope, outcome }) => !(scope.startsWith('model:') && (total === 'fail' || total === outcome))).map(thresholdFinding);
}

function thresholdFinding({ scope, fact, value, threshold, rule, level, distance, override, source, default: isDefault }: Decision): Finding {
  const severity = level === 'fail' ? 'fail' : 'warn';
  const words = { scope, value, threshold, rule, distance, ...(override === null ? {} : { override }), ...(isDefault ? { origin: 'default' } : {}) };
  const counted = fact === 'unexplained_counts';
  return finding(thresholdCodeOf(scope), severity, {
    count: counted ? Number(value) : 1,
    amount: counted ? null : value,
    args: words,
    source,
  });
}

/** What a fault moves in the result of a run: measured in faults, from the run without to the run with them. */
import type { Step } from '../../model/bridge.ts';
import type { Finding, FindingCode } from '../../model/finding.ts';
import type { CountBridgeStep } from '../../model/judgement.ts';
import { Money, moneyOf, noAmount, sumMoney } from '../../model/money.ts';
import type { Result } from '../../model/result.ts';

/** One run of the pipeline; `result` is null when the ledger itself could not be read. */
export interface RunView {
  readonly result: Result | null;
  readonly findings: readonly Finding[];
}

export interface Signal {
  /** Our own words. */
  readonly words: string;
  /** What of the result is looked at: two faults that look at the same thing cannot share a run. */
  readonly watches: readonly string[];
  /** How many faults the difference accounts for. */
  readonly moved: (before: RunView, after: RunView) => Money;
}

function rising(words: string, watches: readonly string[], measure: (view: RunView) => Money): Signal {
  return { words, watches, moved: (before, after) => measure(after).minus(measure(before)) };
}

/** Requests and charges that put money into a step. */
export function inSteps(...steps: readonly Step[]): Signal {
  return rising(`count in ${steps.join(' or ')}`, steps, ({ result }) =>
    sumMoney((result?.bridge ?? []).filter(({ step }) => (steps as readonly string[]).includes(step)).map(({ count }) => new Money(count))),
  );
}

/** The money of a step, where each fault moves exactly one unit of the currency. */
export function oneUnitIn(step: Step): Signal {
  return rising(`amount of ${step}`, [step], ({ result }) => moneyOf(result?.bridge.find((row) => row.step === step)?.amount ?? noAmount));
}

/** Entries of the count bridge, whatever their sign. */
export function inCounts(...steps: readonly CountBridgeStep[]): Signal {
  return rising(`${steps.join(' or ')} in the counts`, steps, ({ result }) =>
    sumMoney((result?.count_bridge ?? []).filter(({ step }) => (steps as readonly string[]).includes(step)).map(({ count }) => new Money(Math.abs(count)))),
  );
}

/** Rows that findings of a code speak of. */
export function rowsFound(code: FindingCode): Signal {
  return rising(code, [code], ({ findings }) => sumMoney(findings.filter((found) => found.code === code).map(({ count }) => new Money(count))));
}

/** Findings of a code that were not there, or spoke of something else. */
export function newFinding(code: FindingCode): Signal {
  return { words: code, watches: [code], moved: (before, after) => new Money(newOnes(before, after).filter((found) => found.code === code).length) };
}

/** That findings of a code say more than they did, however many of them speak of one fault. */
export function newlySaid(code: FindingCode): Signal {
  const { moved, ...rest } = newFinding(code);
  return { ...rest, moved: (before, after) => Money.min(1, moved(before, after)) };
}

/** Inconclusive findings on a file. */
export function unreadable(file: string): Signal {
  return {
    words: 'an inconclusive finding on the file',
    watches: [`file ${file}`],
    moved: (before, after) => new Money(newOnes(before, after).some((found) => found.severity === 'inconclusive' && speaksOf(found, file)) ? 1 : 0),
  };
}

function speaksOf(found: Finding, file: string): boolean {
  return found.source?.file === file || found.args['file'] === file || found.code === 'evidence-missing';
}

function newOnes(before: RunView, after: RunView): readonly Finding[] {
  const known = new Set(before.findings.map(identity));
  return after.findings.filter((found) => !known.has(identity(found)));
}

function identity({ code, args, source, count }: Finding): string {
  return JSON.stringify([code, args, source, count]);
}

/** Several signals, each for its own faults. */
export function together(words: string, signals: readonly Signal[]): Signal {
  return {
    words,
    watches: signals.flatMap(({ watches }) => watches),
    moved: (before, after) => sumMoney(signals.map(({ moved }) => Money.max(0, Money.min(1, moved(before, after))))),
  };
}

/** More money is unexplained than before, or nothing can be judged any more. */
export const worse: Signal = {
  words: 'more unexplained, or no judgement',
  watches: ['unexplained_gross'],
  moved: (before, after) => new Money(grossOf(after).greaterThan(grossOf(before)) || (isJudged(before) && !isJudged(after)) ? 1 : 0),
};

/** In the invoice's currency, where that is another. */
export function grossOf({ result }: RunView): Money {
  return moneyOf(result?.totals.unexplained_gross ?? noAmount);
}

function isJudged({ findings }: RunView): boolean {
  return findings.every(({ severity }) => severity !== 'inconclusive');
}

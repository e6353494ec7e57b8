/** What each edit of a price, mapping, policy, contract or format file does by itself to the open periods: the bridge before and after. */
import { editedFiles, formatNameOf, withFileOfBase } from './compare/with-file-of-base.ts';
import type { BridgeState, FileEffect } from '../model/gate.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import type { PeriodTask } from '../period/period-facts.ts';
import type { JudgedPeriod } from '../period/reconcile.ts';
import { begunPeriods, findingsWith, judgeQuietly, taskFor, type BaseReading, type LedgerTask } from './run-periods.ts';
import { isKind } from '../model/layout.ts';

/** Each costs a reading of a period's rows; a change of many files must not take hours. */
const maxRuns = 12;

export interface Effects {
  readonly effects: readonly FileEffect[];
  /** How many pairs of file and period were not computed. */
  readonly leftOut: number;
}

/** Before: head's ledger with that one file as base has it. After: head's ledger. A file that base lacks has no before. */
export async function computeEffects(task: LedgerTask, base: BaseReading): Promise<Effects> {
  const { ledger } = task;
  const budget = { runs: maxRuns };
  const effects: FileEffect[] = [];
  let leftOut = 0;
  for (const file of editedFiles(base.ledger, ledger)) {
    const composed = withFileOfBase(ledger, base.ledger, file);
    const findings = findingsWith(task, base, (name) => name === file);
    for (const period of begunPeriods(task).filter((each) => uses(each, ledger, file))) {
      const own = await spend(task, budget, taskFor(task, ledger, period.id));
      const before = composed === null ? null : await spend(task, budget, taskFor({ ...task, findings }, composed, period.id));
      if (own === 'left out' || before === 'left out') leftOut += 1;
      else effects.push({ file, period: period.id, before: before === null ? null : stateOf(before), after: stateOf(own) });
    }
  }
  return { effects, leftOut };
}

/** Runs that the gate has made already are free. */
async function spend(task: LedgerTask, budget: { runs: number }, run: PeriodTask): Promise<JudgedPeriod | 'left out'> {
  if (!task.cache.has(run)) {
    if (budget.runs === 0) return 'left out';
    budget.runs -= 1;
  }
  return judgeQuietly(task.cache, run);
}

/** A price file bears only on the periods that name its snapshot, a format on those that read a layer by it. */
function uses(period: Period, ledger: Ledger, file: string): boolean {
  if (isKind(file, 'format')) {
    const name = formatNameOf(ledger, file);
    return period.evidence.some(({ format }) => format === name);
  }
  if (!isKind(file, 'prices')) return true;
  return ledger.snapshots.some(({ id, source }) => source.file === file && period.prices.some(({ snapshot }) => snapshot === id));
}

function stateOf({ result }: JudgedPeriod): BridgeState | null {
  if (result.bridge.length === 0) return null;
  return { verdict: result.verdict, amounts: result.bridge.map(({ step, amount }) => ({ step, amount })) };
}

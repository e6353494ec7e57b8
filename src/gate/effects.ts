/** What each edit of a file that periods share does by itself to the open periods: the bridge before, with that file as base has it, and after. */
import { documentOf, fileOf, isSame, memberOf, withoutPlaces } from './compare/documents.ts';
import { type BaseReading, begunPeriods, findingsWith, judgeQuietly, type LedgerTask, taskFor } from './run-periods.ts';
import type { BridgeState, FileEffect } from '../model/gate.ts';
import { isKind, rowOf } from '../model/layout.ts';
import { formatNames, type Ledger, type Period } from '../model/ledger.ts';
import type { PeriodTask } from '../period/period-facts.ts';
import type { JudgedPeriod } from '../period/reconcile.ts';

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
    return period.evidence.some((layer) => formatNames(layer).includes(name));
  }
  if (!isKind(file, 'prices')) return true;
  return ledger.snapshots.some(({ id, source }) => source.file === file && period.prices.some(({ snapshot }) => snapshot === id));
}

function stateOf({ result }: JudgedPeriod): BridgeState | null {
  if (result.bridge.length === 0) return null;
  return { verdict: result.verdict, amounts: result.bridge.map(({ step, amount }) => ({ step, amount })) };
}

/** The files of head that periods share and base has otherwise, or not at all; by name. */
export function editedFiles(base: Ledger, head: Ledger): readonly string[] {
  const names = head.files.map(({ name }) => name).filter((name) => ['ledger', 'naming'].includes(rowOf(name)?.of ?? ''));
  return names.filter((name) => !isSame(documentOf(base, name), documentOf(head, name)));
}

/** The name of the format that a file of the ledger describes. */
function formatNameOf(ledger: Ledger, file: string): string {
  return String(memberOf(documentOf(ledger, file), 'name'));
}

/** null when base has no such file. */
export function withFileOfBase(head: Ledger, base: Ledger, name: string): Ledger | null {
  const file = fileOf(base, name);
  if (file === undefined) return null;
  const files = head.files.map((each) => (each.name === name ? file : each));
  if (isKind(name, 'settings')) return { ...head, files, settings: withoutPlaces(base.settings) };
  if (isKind(name, 'contract')) return { ...head, files, contract: withoutPlaces(base.contract) };
  if (isKind(name, 'models')) return { ...head, files, mappings: withoutPlaces(base.mappings) };
  if (isKind(name, 'format')) {
    const [own, old] = [formatNameOf(head, name), formatNameOf(base, name)];
    return { ...head, files, formats: [...head.formats.filter((format) => format.name !== own), ...base.formats.filter((format) => format.name === old)] };
  }
  const before = withoutPlaces(base.snapshots.filter(({ source }) => source.file === name));
  return { ...head, files, snapshots: [...head.snapshots.filter(({ source }) => source.file !== name), ...before] };
}

/** Where the time of a run goes: what each stage of each period took, as it is told of them. */
import type { ProgressLine } from './run-flags.ts';
import type { RunProgress } from '../period/period-facts.ts';
import type { StageTime } from '../report/render-timings.ts';

export interface Timings {
  /** Takes a stage in, and hands it on. */
  readonly show: ProgressLine['show'];
  /** The stages so far, period by period in the order in which they began; those of periods that run beside each other overlap. */
  readonly stages: () => readonly StageTime[];
  /** Milliseconds since the beginning. */
  readonly whole: () => number;
}

/** `now`: milliseconds of any clock. What goes before the first stage is the reading of the ledger. */
export function openTimings(now: () => number, show: ProgressLine['show']): Timings {
  const started = now();
  const taken: { period: string; stage: RunProgress['stage']; rows: number | null; milliseconds: number }[] = [];
  const current = new Map<string, { readonly at: RunProgress['stage']; readonly since: number }>();
  const entryOf = (period: string, stage: RunProgress['stage']) => {
    const known = taken.find((one) => one.period === period && one.stage === stage);
    if (known !== undefined) return known;
    const entry = { period, stage, rows: null, milliseconds: 0 };
    taken.push(entry);
    return entry;
  };
  let ledger: number | null = null;
  return {
    show: (period, progress) => {
      const time = now();
      ledger ??= time - started;
      const last = current.get(period);
      if (progress.stage !== 'done') entryOf(period, progress.stage).rows = progress.rows;
      if (last?.at !== progress.stage) {
        if (last !== undefined) entryOf(period, last.at).milliseconds += time - last.since;
        if (progress.stage === 'done') current.delete(period);
        else current.set(period, { at: progress.stage, since: time });
      }
      show(period, progress);
    },
    stages: () => [
      { period: null, stage: 'ledger', rows: null, milliseconds: ledger ?? now() - started },
      ...[...new Set(taken.map(({ period }) => period))].flatMap((id) => taken.filter(({ period }) => period === id)),
    ],
    whole: () => now() - started,
  };
}

/** The log of the step: what is going on, in parts that can be folded, with more for who has asked for debug logging, and no secret in it. */
import type { Visibility } from '../host/github/event.ts';
import { inGroup, say, sayInDebug } from '../host/github/runner-log.ts';
import type { RunSettings } from '../period/period-facts.ts';
import { scrubSecrets } from '../report/scrub-secrets.ts';

export interface StepLog {
  line(text: string): void;
  /** Seen only with debug logging. */
  debug(text: string): void;
  /** Runs a part of the step inside a group of its own, which ends with it, also when it throws. */
  group<T>(title: string, run: () => Promise<T>): Promise<T>;
  /** Says each stage of a period once, and how many rows it begins with. */
  readonly progress: RunSettings['onProgress'];
}

/** A public log says nothing of volume. */
export function openStepLog(visibility: Visibility): StepLog {
  const said = new Map<string, string>();
  const line = (text: string): void => say(scrubSecrets(text));
  return {
    line,
    debug: (text) => sayInDebug(scrubSecrets(text)),
    group: (title, run) => inGroup(scrubSecrets(title), run),
    progress: (period, { stage, rows }) => {
      const words = visibility === 'public' || rows === null ? `${period}: ${stage}` : `${period}: ${stage}, ${rows} rows`;
      if (said.get(period) === words) return;
      said.set(period, words);
      line(words);
    },
  };
}

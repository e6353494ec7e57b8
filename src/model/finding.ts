/** A finding: a fact that policy judges, as data. Every sentence about it is in report/wording. */
import type { FindingCode } from './finding-code.ts';
import type { Source } from './source.ts';

export const severities = ['info', 'warn', 'quarantine', 'fail', 'inconclusive'] as const;
/** `inconclusive`: could not be read or judged. `quarantine`: stays in every sum, verdict at best warn. */
export type Severity = (typeof severities)[number];

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** How many rows, requests or places it speaks of. */
  readonly count: number;
  /** Money at stake as exact plain decimal text; null where money is not the subject. */
  readonly amount: string | null;
  /** The words of the sentence; text, never formatted. */
  readonly args: Readonly<Record<string, string>>;
  readonly source: Source | null;
  /** Source lines with a caret, for a terminal; null for evidence and sums. */
  readonly excerpt: string | null;
  /** Request ids (or row names), the dearest first. */
  readonly samples: readonly string[];
}

/** A finding with everything optional left at its neutral value. */
export function finding(code: FindingCode, severity: Severity, facts: Partial<Omit<Finding, 'code' | 'severity'>> = {}): Finding {
  return { code, severity, count: 1, amount: null, args: {}, source: null, excerpt: null, samples: [], ...facts };
}

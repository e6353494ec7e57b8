/** A finding: a fact that policy judges, as data. Every sentence about it is in report/wording. */
import type { FindingCode, FindingWords, Severity } from './finding-code.ts';
import type { Amount } from './money.ts';
import type { Source } from './source.ts';

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** How many rows, requests or places it speaks of. */
  readonly count: number;
  /** Money at stake as exact plain decimal text; null where money is not the subject. */
  readonly amount: Amount | null;
  /** The words of the sentence; text, never formatted. */
  readonly args: Readonly<Record<string, string>>;
  readonly source: Source | null;
  /** Source lines with a caret, for a terminal; null for evidence and sums. */
  readonly excerpt: string | null;
  /** Request ids (or row names), the dearest first. */
  readonly samples: readonly string[];
}

/** The args that the sentence about a finding of this code cannot do without, beside any others. */
type ArgsOf<Code extends FindingCode> = Readonly<Record<string, string> & Record<Exclude<FindingWords[Code], 'amount'>, string>>;

/** Of a code that is known only when the program runs, any code's facts will do: what holds for those, the tests see. */
type FactsOf<Code extends FindingCode> = Code extends FindingCode
  ? Partial<Omit<Finding, 'code' | 'severity' | 'args'>> &
      ([Exclude<FindingWords[Code], 'amount'>] extends [never] ? { readonly args?: ArgsOf<Code> } : { readonly args: ArgsOf<Code> }) &
      ('amount' extends FindingWords[Code] ? { readonly amount: Amount } : unknown)
  : never;

type Facts<Code extends FindingCode> = [FindingWords[Code]] extends [never] ? [facts?: FactsOf<Code>] : [facts: FactsOf<Code>];

/** A finding with everything optional left at its neutral value; what its sentence needs is not optional. */
export function finding<Code extends FindingCode>(code: Code, severity: Severity, ...[facts]: Facts<Code>): Finding {
  return { code, severity, count: 1, amount: null, args: {}, source: null, excerpt: null, samples: [], ...facts };
}

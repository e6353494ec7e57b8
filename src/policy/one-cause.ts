/** One cause, one finding: where two say the same of the same rows, the one that names the cause stays. */
import { type Finding, type FindingCode, severities } from '../model/finding.ts';

interface Repetition {
  readonly repeated: FindingCode;
  readonly by: FindingCode;
  readonly isSame: (repeated: Finding, by: Finding) => boolean;
  /** What the finding that stays says of the other. */
  readonly words: (repeated: Finding) => Readonly<Record<string, string>>;
}

const nothing = () => ({});

const repetitions: readonly Repetition[] = [
  // Where ids do not join, too little is compared: the ids are the cause.
  {
    repeated: 'coverage-low',
    by: 'linkage-low',
    isSame: () => true,
    words: ({ args: { compared = '', charges = '' } }) => ({ compared, comparable: charges }),
  },
  { repeated: 'duplicate-charge', by: 'conflicting-duplicate', isSame: areSameRows, words: nothing },
  { repeated: 'period-partial', by: 'provider-not-final', isSame: (repeated, by) => repeated.args['judged_end'] === by.args['judged_end'], words: nothing },
];

/** Never better than before: what is left out is no graver than what stays. */
export function oncePerCause(findings: readonly Finding[]): Finding[] {
  let left = [...findings];
  for (const { repeated, by, isSame, words } of repetitions) {
    for (const kept of left.filter(({ code }) => code === by)) {
      const same = left.find((one) => one.code === repeated && rank(one) <= rank(kept) && isSame(one, kept));
      if (same === undefined) continue;
      left = left.filter((one) => one !== same).map((one) => (one === kept ? { ...kept, args: { ...kept.args, ...words(same) } } : one));
    }
  }
  return left;
}

function rank({ severity }: Finding): number {
  return severities.indexOf(severity);
}

/** As many rows of the same layer, with the same first one. */
function areSameRows(one: Finding, other: Finding): boolean {
  return one.count === other.count && one.args['layer'] === other.args['layer'] && one.samples[0] === other.samples[0];
}

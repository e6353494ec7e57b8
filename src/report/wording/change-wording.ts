/** Sentences about what a change does to a ledger. */
import type { Wording } from './template.ts';

export const changeWording = {
  'ledger-removed': {
    title: 'A ledger that the base has and the change lacks',
    sentence: 'The ledger {ledger} is gone',
    remedy: 'Restore it, with its id; a ledger may be moved, and an old one stays as a record.',
  },
  'period-removed': {
    title: 'A period that the base has and the change lacks',
    sentence: 'The period {period} is gone',
    remedy: 'Restore its folder; a period that was judged stays as a record.',
  },
  'base-unreadable': {
    title: 'The ledger of the base commit cannot be read',
    sentence: 'The [period {period} of the ]ledger {ledger} cannot be read as the base commit has it: its own rules judge the change',
    remedy: 'Review policy, contract and exceptions of this change with care: nothing earlier stands against them.',
  },
  'rules-loosened': {
    title: 'A change that loosens a rule',
    sentence: '{key} in {file} is looser: {before} → {after}',
    remedy: 'It is not in force for this change. Have reviewers decide about it by itself; once merged, it judges what comes after.',
  },
  'rules-changed': {
    title: 'A change of rules that cannot be told to be tighter',
    sentence:
      '{count} {count:rule|rules} in {file} {count:changes, and nothing says whether it is looser|change, and nothing says whether they are looser}: {keys}',
    remedy:
      '{count:It is|They are} not in force for this change. Have reviewers decide about {count:it by itself|them by themselves}; data that need {count:it|them} come after, in a change of their own.',
  },
  'new-period-terms': {
    title: 'A new period whose terms nothing in base confirms',
    sentence: 'The new period {period} says {term} {value}, where base has {before}',
    remedy:
      'Nothing of base stands for it: review it like an edit of the rules. If it is not meant, write what base has; a layer that is gone needs its reason.',
  },
} as const satisfies Readonly<Record<string, Wording>>;

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
} as const satisfies Readonly<Record<string, Wording>>;

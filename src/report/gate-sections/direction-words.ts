/** The words for which way an edited rule goes, in every medium. */
import type { RuleDirection } from '../../model/gate.ts';

export const directionWords: Readonly<Record<RuleDirection, string>> = {
  loosened: 'looser',
  changed: 'may be looser',
  tightened: 'tighter',
  neutral: 'bears on nothing',
};

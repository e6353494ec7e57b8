/** Verdicts and their order. */

export const verdicts = ['pass', 'warn', 'fail', 'inconclusive'] as const;
/** From best to worst. */
export type Verdict = (typeof verdicts)[number];

/** The worst of several verdicts; nothing to judge is a pass. */
export function worstVerdict(list: readonly Verdict[]): Verdict {
  return list.reduce<Verdict>((worst, next) => (verdicts.indexOf(next) > verdicts.indexOf(worst) ? next : worst), 'pass');
}

/** Verdicts and their order. */

export const verdicts = ['pass', 'warn', 'fail', 'inconclusive'] as const;
/** From best to worst. */
export type Verdict = (typeof verdicts)[number];

/** From which verdict on a run fails. */
export type FailOn = 'fail' | 'warn' | 'never';

/** 0 passes, 1 fails; 2 cannot be judged, which fails whatever was asked for. */
export function exitCodeOf(verdict: Verdict | 'not-applicable', failOn: FailOn = 'fail'): 0 | 1 | 2 {
  if (verdict === 'inconclusive') return 2;
  if (failOn === 'never') return 0;
  return verdict === 'fail' || (verdict === 'warn' && failOn === 'warn') ? 1 : 0;
}

/** The worst of several verdicts; nothing to judge is a pass. */
export function worstVerdict(list: readonly Verdict[]): Verdict {
  return list.reduce<Verdict>((worst, next) => (verdicts.indexOf(next) > verdicts.indexOf(worst) ? next : worst), 'pass');
}

/** The last month as a badge, in the form that shields.io reads from an endpoint. It says a percentage and never an amount. */
import { Money, moneyOf } from '../../model/money.ts';
import { verdicts } from '../../model/verdict.ts';
import type { TrendDocument, TrendPeriod } from './trend-document.ts';

export interface Badge {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: string;
}

const colours = { pass: 'brightgreen', warn: 'yellow', fail: 'red', inconclusive: 'red' } as const;

/** The last period of all accounts; of several that begin together the worst. */
export function badgeOf({ periods }: TrendDocument): Badge {
  const last = periods
    .map(({ start_utc: start }) => start)
    .sort()
    .at(-1);
  const worst = periods.filter(({ start_utc: start }) => start === last).toSorted((a, b) => rank(b) - rank(a))[0];
  if (worst === undefined) return { schemaVersion: 1, label: 'spend unexplained', message: 'no period', color: 'lightgrey' };
  const { verdict, unexplained_basis_points: points, period } = worst;
  if (verdict === null || points === null) return { schemaVersion: 1, label: 'spend unexplained', message: `not known in ${period}`, color: 'lightgrey' };
  const percent = moneyOf(points).div(100).toDecimalPlaces(1, Money.ROUND_HALF_UP);
  return { schemaVersion: 1, label: 'spend unexplained', message: `${percent.toString()}% in ${period}`, color: colours[verdict] };
}

export function serializeBadge(badge: Badge): string {
  return `${JSON.stringify(badge)}\n`;
}

/** What is not known is worse than what is bad. */
function rank({ verdict }: TrendPeriod): number {
  return verdict === null ? verdicts.length : verdicts.indexOf(verdict);
}

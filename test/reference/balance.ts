/** Which rows a prepaid balance paid for beside those of the period, and which of these it did not (SPEC §12). */
import { formatMoney, type Money, sumMoney, zero } from '../../src/model/money.ts';
import type { BalanceRows, RowSums } from '../../src/model/reconciliation.ts';
import type { ReferenceInput } from './input.ts';
import { carriesId, isInAccount, isInPeriod, type Matching, withoutExportDuplicates } from './match.ts';
import { isAmendment, isCharge, type Row } from './row.ts';
import { valuate } from './value.ts';

export function balanceRows(input: ReferenceInput, matching: Matching): BalanceRows | null {
  const { readings, period } = input;
  if (readings === null) return null;
  const worth = (row: Row): Money => (isCharge(row) ? valuate(input, matching, row).charged : (row.amount ?? zero));
  const isMoney = (row: Row): boolean => (isCharge(row) || isAmendment(row)) && isInAccount(period, row);
  const aside = withoutExportDuplicates(
    matching.setAside.map(({ row }) => row),
    carriesId,
  ).filter(isMoney);
  const reasons = new Map(matching.setAside.map(({ row, reason }) => [row, reason]));
  const outsideScope = aside.filter((row) => reasons.get(row) !== 'period');
  const all = [...matching.charges, ...matching.duplicates, ...matching.amendments, ...aside].filter(isMoney);
  const isBetween = (row: Row): boolean => row.at >= readings.opening && row.at < readings.closing;
  const timing = all.flatMap((row) => {
    if (isBetween(row) === isInPeriod(period, row)) return [];
    return isBetween(row) ? [worth(row)] : [worth(row).negated()];
  });
  return { otherScope: sumsOf(outsideScope.map(worth)), timing: sumsOf(timing) };
}

function sumsOf(amounts: readonly Money[]): RowSums {
  const ups = amounts.filter((amount) => amount.greaterThan(0));
  const downs = amounts.filter((amount) => amount.lessThan(0));
  return { increase: formatMoney(sumMoney(ups)), decrease: formatMoney(sumMoney(downs)), count: ups.length + downs.length };
}

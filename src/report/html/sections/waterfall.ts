/** The bridge from expected cost to the last total as a waterfall: each step begins where the one before ends, with its money beside it. */
import { isSubtotal } from '../../../model/bridge.ts';
import { formatMoney, type Money, moneyOf, zero } from '../../../model/money.ts';
import type { Result, ResultBridgeRow } from '../../../model/result.ts';
import { grouped, plainMoney, signedMoney } from '../../show-money.ts';
import { labelOf } from '../../wording/step-wording.ts';
import { type Html, markup, nothing } from '../html-text.ts';
import { barCell, barColumn, dataTable, legend, numberColumn, type Row, row, type Scale, scaleOf, sumRow, textColumn, wordColumn } from '../page-parts.ts';
import { explainedIn } from '../step-rows.ts';

export function waterfall(result: Result): Html {
  const { bridge, period } = result;
  const placed = placedRows(bridge);
  const isExplained = explainedIn(result);
  if (placed.length === 0) return nothing;
  const scale = scaleOf(placed.flatMap(({ from, to }) => [from, to]));
  const columns = [
    textColumn('Step'),
    barColumn('Picture'),
    numberColumn(period.currency),
    numberColumn('Running total'),
    numberColumn('Count'),
    wordColumn('Kind'),
  ];
  return markup`${legend()}${dataTable(
    'The bridge, step by step',
    columns,
    placed.map((one) => waterfallRow(one, { scale, currency: period.currency, isExplained })),
  )}`;
}

interface Placed {
  readonly bridgeRow: ResultBridgeRow;
  readonly from: Money;
  readonly to: Money;
}

/** Steps without money are left out; every sum stays. */
function placedRows(bridge: readonly ResultBridgeRow[]): Placed[] {
  let running = zero;
  return bridge.flatMap((bridgeRow) => {
    const { step, amount, increase, decrease } = bridgeRow;
    if (isSubtotal(step)) return [{ bridgeRow, from: zero, to: moneyOf(amount) }];
    const from = running;
    running = running.plus(moneyOf(amount));
    return step !== 'expected' && increase === '0' && decrease === '0' ? [] : [{ bridgeRow, from, to: running }];
  });
}

interface Picture {
  readonly scale: Scale;
  readonly currency: string;
  readonly isExplained: (step: string) => boolean;
}

function waterfallRow({ bridgeRow, from, to }: Placed, { scale, currency, isExplained }: Picture): Row {
  const { step, amount, count } = bridgeRow;
  if (step === 'expected' || isSubtotal(step)) {
    return sumRow(
      labelOf(step),
      barCell(scale, [{ from: zero, to, look: 'sum' }]),
      plainMoney(amount, currency),
      plainMoney(amount, currency),
      step === 'expected' ? grouped(count) : '',
      'sum',
    );
  }
  const look = isExplained(step) ? 'explained' : 'unexplained';
  return row(
    labelOf(step, amount),
    barCell(scale, [{ from, to, look }]),
    signedMoney(amount, currency),
    plainMoney(formatMoney(to), currency),
    grouped(count),
    look,
  );
}

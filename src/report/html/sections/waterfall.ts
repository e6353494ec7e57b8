/** The bridge from expected cost to the last total as a waterfall: each step begins where the one before ends, with its money beside it. */
import { isSubtotal } from '../../../model/bridge.ts';
import type { Invoice } from '../../../model/ledger.ts';
import { formatMoney, type Money, moneyOf, zero } from '../../../model/money.ts';
import type { Result, ResultBridgeRow } from '../../../model/result.ts';
import { countFigure, moneyFigure, signedFigure } from '../../figures.ts';
import { labelOf } from '../../wording/step-wording.ts';
import { type Html, markup, nothing } from '../html-text.ts';
import { barCell, barColumn, dataTable, legend, numberColumn, type Row, row, type Scale, scaleOf, sumRow, textColumn, wordColumn } from '../page-parts.ts';
import { stepRow } from '../step-rows.ts';

export function waterfall({ bridge, period }: Result, invoice: Invoice | null): Html {
  const placed = placedRows(bridge);
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
    placed.map((one) => waterfallRow(one, scale, invoice)),
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

function waterfallRow({ bridgeRow, from, to }: Placed, scale: Scale, invoice: Invoice | null): Row {
  const { step, amount, count } = bridgeRow;
  if (step === 'expected' || isSubtotal(step)) {
    return sumRow(
      labelOf(step),
      barCell(scale, [{ from: zero, to, look: 'sum' }]),
      moneyFigure(amount),
      moneyFigure(amount),
      step === 'expected' ? countFigure(count) : '',
      'sum',
    );
  }
  const { label, isExplained } = stepRow(bridgeRow, invoice);
  const look = isExplained ? 'explained' : 'unexplained';
  return row(label, barCell(scale, [{ from, to, look }]), signedFigure(amount), moneyFigure(formatMoney(to)), countFigure(count), look);
}

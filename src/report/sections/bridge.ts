/** The bridge: from expected cost to the last total, in words, with its running total. */
import { formatMoney, moneyOf, zero } from '../../model/money.ts';
import type { Result } from '../../model/result.ts';
import { left, markdownTable, right } from '../escape-markdown.ts';
import { currencyOf, grouped, plainMoney, signedMoney } from '../show-money.ts';
import { isSubtotal } from '../../model/bridge.ts';
import { labelOf } from '../wording/step-wording.ts';

/** One row as people read it; a sum has no amount, a step no more than its own. Texts are ours. */
export interface BridgeLine {
  readonly kind: 'expected' | 'step' | 'sum';
  readonly label: string;
  readonly amount: string;
  readonly running: string;
  readonly up: string;
  readonly down: string;
  readonly count: string;
  /** What exceptions cover of it. */
  readonly excepted: string;
}

/** Rows that are zero are left out; every `=` stays. */
export function bridgeLines({ bridge, period }: Pick<Result, 'bridge' | 'period'>): BridgeLine[] {
  const currency = currencyOf(period.currency);
  let running = zero;
  return bridge.flatMap(({ step, amount, increase, decrease, count, excepted }): BridgeLine[] => {
    const label = labelOf(step, amount);
    const show = (side: typeof amount): string => (side === '0' ? '' : signedMoney(side, currency));
    if (isSubtotal(step)) {
      return [{ kind: 'sum', label, amount: '', running: plainMoney(amount, currency), up: '', down: '', count: '', excepted: show(excepted) }];
    }
    running = running.plus(moneyOf(amount));
    const rest = { label, running: plainMoney(formatMoney(running), currency), count: grouped(count) };
    if (step === 'expected') return [{ kind: 'expected', ...rest, amount: plainMoney(amount, currency), up: '', down: '', excepted: '' }];
    if (increase === '0' && decrease === '0') return [];
    return [{ kind: 'step', ...rest, amount: signedMoney(amount, currency), up: show(increase), down: show(decrease), excepted: show(excepted) }];
  });
}

/** What exceptions cover has a column where they cover anything. */
export function bridgeTable(result: Pick<Result, 'bridge' | 'period'>): string {
  const lines = bridgeLines(result);
  const isExcepted = lines.some(({ excepted }) => excepted !== '');
  const rows = lines.map(({ kind, label, amount, running, up, down, count, excepted }) => {
    const cells = kind === 'sum' ? [`**= ${label}**`, '', `**${running}**`, '', '', ''] : [label, amount, running, up, down, count];
    return [...cells, ...(isExcepted ? [excepted] : [])];
  });
  const columns = [
    left('Step'),
    right(`Amount (${currencyOf(result.period.currency)})`),
    right('Running total'),
    right('Up'),
    right('Down'),
    right('Requests and charges'),
    ...(isExcepted ? [right('Excepted')] : []),
  ];
  return markdownTable(columns, rows);
}

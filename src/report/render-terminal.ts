/** The result for a terminal: verdict, bridge, what decided, findings. Pure; colour is a value. */
import type { Finding } from '../model/finding.ts';
import { formatMoney, moneyOf, zero } from '../model/money.ts';
import type { Result } from '../model/result.ts';
import { changeOf, factOf, moneyWords, placeOf } from './headline-words.ts';
import { layerCounts, unitCosts } from './sections/counts.ts';
import { renderFindings } from './render-findings.ts';
import { signed } from './show-money.ts';
import { alignColumns, type Colour, showInTerminal, type Tint, tint } from './terminal-style.ts';
import { isSubtotal } from '../model/bridge.ts';
import type { GateVerdict } from '../model/gate.ts';

export const verdictTints: Readonly<Record<GateVerdict, Tint>> = { pass: 'green', warn: 'yellow', fail: 'red', inconclusive: 'red', 'not-applicable': 'green' };

/** `findings` are the judgement's, with their places. Ends with a newline. */
export function renderTerminal(result: Result, findings: readonly Finding[], colour: Colour): string {
  const parts = [
    verdictText(result, colour),
    countText(result),
    bridgeText(result, colour),
    decisionText(result, colour),
    renderFindings(findings, colour).trimEnd(),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function verdictText(result: Result, colour: Colour): string {
  const { verdict, period } = result;
  return `${tint(verdict.toUpperCase(), verdictTints[verdict], colour)} ${showInTerminal(period.id)}: ${moneyWords(result)}`;
}

/** Counts come before costs. */
function countText(result: Result): string {
  const currency = showInTerminal(result.period.currency);
  const counts = layerCounts(result).map(({ layer, counted, count, beside }) => [`  ${counted}`, String(count), beside, layer]);
  const costs = unitCosts(result).map(({ of, cost, by }) => [`  cost per ${of}`, cost === null ? 'not known' : `${currency} ${cost}`, `over ${by}`, '']);
  return alignColumns([...counts, ...costs], [1]);
}

function bridgeText({ bridge }: Result, colour: Colour): string {
  let running = zero;
  const isExcepted = bridge.some(({ excepted }) => excepted !== '0');
  const rows = bridge.flatMap(({ step, amount, increase, decrease, count, excepted }) => {
    const beside = isExcepted ? [excepted === '0' ? '' : signed(excepted)] : [];
    if (isSubtotal(step)) return [[tint(`= ${step}`, 'bold', colour), '', tint(amount, 'bold', colour), '', ...beside]];
    running = running.plus(moneyOf(amount));
    if (step !== 'expected' && increase === '0' && decrease === '0') return [];
    return [[`  ${step}`, step === 'expected' ? amount : signed(amount), formatMoney(running), String(count), ...beside]];
  });
  return rows.length === 0 ? '' : alignColumns([['  step', 'amount', 'running total', 'count', ...(isExcepted ? ['excepted'] : [])], ...rows], [1, 2, 3, 4]);
}

function decisionText({ decision }: Result, colour: Colour): string {
  const rows = decision
    .slice(0, 20)
    .map((one) => [
      tint(one.outcome, verdictTints[one.outcome], colour),
      showInTerminal(one.scope),
      `${factOf(one, showInTerminal)}; ${changeOf(one, showInTerminal)}`,
      tint(showInTerminal(placeOf(one)), 'dim', colour),
    ]);
  return alignColumns(rows, []);
}

/** The result for a terminal, in the order of the comment: verdict, numbers, why, what stands in the way; all the rest where it is asked for. Pure. */
import type { Finding } from '../model/finding.ts';
import type { GateVerdict, PeriodBefore } from '../model/gate.ts';
import { beforeInOneCurrency, inOneCurrency } from './one-currency.ts';
import type { Result } from '../model/result.ts';
import { unexplainedCauses } from './causes.ts';
import { changeOf, factOf, placeOf, scopeWords, verdictWords } from './headline-words.ts';
import { numberRows, obstaclesOf, whyOf, type WhyRow } from './overview.ts';
import { periodName } from './period-words.ts';
import { renderFinding, renderFindings } from './render-findings.ts';
import { balanceLines } from './sections/balance.ts';
import { bridgeLines } from './sections/bridge.ts';
import { layerCounts, unitCosts } from './sections/counts.ts';
import { countBySeverity } from './sections/findings.ts';
import { currencyOf, grouped } from './show-money.ts';
import { fitColumns, type Screen, showInTerminal, type Tint, tint, wrapText } from './terminal-style.ts';

export const verdictTints: Readonly<Record<GateVerdict, Tint>> = { pass: 'green', warn: 'yellow', fail: 'red', inconclusive: 'red', 'not-applicable': 'green' };

/** `line`: the verdict alone. `screen`: what decides. `all`: every step, threshold and finding too. */
export type Detail = 'line' | 'screen' | 'all';

export interface TerminalPeriod {
  readonly result: Result;
  /** The judgement's, with their places. */
  readonly findings: readonly Finding[];
  /** null where there is none, or nobody knows its totals. */
  readonly before: PeriodBefore | null;
}

/** Ends with a newline. */
export function renderTerminal(given: TerminalPeriod, detail: Detail, screen: Screen): string {
  const period = { ...given, result: inOneCurrency(given.result), before: beforeInOneCurrency(given.before, given.result) };
  const parts = detail === 'line' ? [verdictText(period.result, screen)] : detail === 'screen' ? screenParts(period, screen) : allParts(period, screen);
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function verdictText(result: Result, { colour, width }: Screen): string {
  const { verdict } = result;
  const { head, rest } = verdictWords(result, showInTerminal);
  const lead = tint(verdict.toUpperCase(), verdictTints[verdict], colour);
  return wrapText(`${lead} ${tint(head, 'bold', colour)}${rest === '' ? '' : `: ${rest}`}.`, width, 2);
}

function screenParts(period: TerminalPeriod, screen: Screen): string[] {
  return [
    verdictText(period.result, screen),
    numberText(period, screen),
    whyText(period.result, screen),
    obstacleText(period, screen),
    countText(period.findings),
  ];
}

function allParts(period: TerminalPeriod, screen: Screen): string[] {
  const { result, findings } = period;
  return [
    verdictText(result, screen),
    numberText(period, screen),
    whyText(result, screen),
    bridgeText(result, screen),
    balanceText(result, screen),
    countsText(result, screen),
    decisionText(result, screen),
    renderFindings(findings, screen).trimEnd(),
  ];
}

function numberText({ result, before }: TerminalPeriod, { width }: Screen): string {
  const name = (of: Parameters<typeof periodName>[0]) => periodName(of, showInTerminal);
  const head = [`  ${currencyOf(result.period.currency)}`, name(result.period), ...(before === null ? [] : [name(before.period)])];
  const rows = numberRows(result, before).map((row) => [`  ${row.name}`, row.now, ...(before === null ? [] : [row.before])]);
  return fitColumns([head, ...rows], { right: [], wrap: 1, width });
}

const mostCauses = 5;

function whyText(result: Result, screen: Screen): string {
  const why = whyOf(result, mostCauses, showInTerminal);
  const rest = why.rest === null ? [] : [wrapText(`  ${why.rest}; --verbose shows the whole bridge.`, screen.width, 4)];
  const explained = why.explained === null ? [] : [wrapText(`${why.explained}.`, screen.width, 2)];
  if (why.rows.length === 0) return explained.join('\n');
  const rows = why.rows.flatMap((row) => causeRows(row, result, screen));
  const table = fitColumns(rows, { right: [0], wrap: 1, width: screen.width });
  return [tint('Why, largest first (unexplained)', 'bold', screen.colour), table, ...rest, ...explained].join('\n');
}

/** What happened, then who does what about it. */
function causeRows({ amount, what, count, owner, next, sample, file }: WhyRow, { period }: Result, { colour }: Screen): string[][] {
  const shown = sample === null ? '' : `: trueup explain ${showInTerminal(period.id)} ${showInTerminal(sample)}`;
  const proof = file === null ? shown : `: ${showInTerminal(file)}`;
  return [
    [`  ${tint(amount, 'bold', colour)}`, `${what}${count === '' ? '' : ` (${count})`}`],
    ['', tint(`${owner}: ${next.charAt(0).toLowerCase()}${next.slice(1)}${proof}`, 'dim', colour)],
  ];
}

const mostObstacles = 5;

/** What makes the verdict what it is, beside its money. */
function obstacleText({ result, findings }: TerminalPeriod, screen: Screen): string {
  const all = obstaclesOf(result, findings, unexplainedCauses(result));
  const more = all.length > mostObstacles ? [`${all.length - mostObstacles} more like these; --verbose shows them.`] : [];
  return [...all.slice(0, mostObstacles).map((found) => renderFinding({ ...found, excerpt: null, samples: [] }, screen)), ...more].join('\n');
}

function countText(findings: readonly Finding[]): string {
  return findings.length === 0 ? 'No findings.' : `Findings: ${countBySeverity(findings)}; --verbose shows each.`;
}

function bridgeText(result: Result, { colour, width }: Screen): string {
  const lines = bridgeLines(result);
  if (lines.length === 0) return '';
  const isExcepted = lines.some(({ excepted }) => excepted !== '');
  const rows = lines.map(({ kind, label, amount, running, count, excepted }) => {
    const beside = isExcepted ? [excepted] : [];
    return kind === 'sum'
      ? [tint(`= ${label}`, 'bold', colour), '', tint(running, 'bold', colour), '', ...beside]
      : [`  ${label}`, amount, running, count, ...beside];
  });
  const head = ['  Step', currencyOf(result.period.currency), 'running total', 'count', ...(isExcepted ? ['excepted'] : [])];
  return fitColumns([head, ...rows], { right: [1, 2, 3, 4], wrap: 0, width });
}

function balanceText(result: Result, { colour, width }: Screen): string {
  const lines = balanceLines(result);
  if (lines.length === 0) return '';
  const rows = lines.map(({ kind, label, amount, currency }) => {
    const shown = currency === null ? amount : `${currencyOf(currency)} ${amount}`;
    return kind === 'closing' ? [tint(`= ${label}`, 'bold', colour), tint(shown, 'bold', colour)] : [`  ${label}`, shown];
  });
  return fitColumns([['  Balance', currencyOf(result.period.currency)], ...rows], { right: [1], wrap: 0, width });
}

/** Counts come before costs. */
function countsText(result: Result, { width }: Screen): string {
  const currency = currencyOf(result.period.currency);
  const counts = layerCounts(result).map(({ layer, counted, count, beside }) => [`  ${counted}`, grouped(count), beside, layer]);
  const costs = unitCosts(result).map(({ of, cost, by }) => [`  cost per ${of}`, cost === null ? 'not known' : `${currency} ${cost}`, `over ${by}`, '']);
  return fitColumns([...counts, ...costs], { right: [1], wrap: 2, width });
}

const mostDecisions = 20;

function decisionText({ decision }: Result, { colour, width }: Screen): string {
  return decision
    .slice(0, mostDecisions)
    .map((one) => {
      const outcome = tint(one.outcome, verdictTints[one.outcome], colour);
      const words = `${outcome} ${scopeWords(one.scope, showInTerminal)}: ${factOf(one, showInTerminal)}; ${changeOf(one, showInTerminal)}`;
      return wrapText(`${words} ${tint(`[${showInTerminal(placeOf(one))}]`, 'dim', colour)}`, width, 2);
    })
    .join('\n');
}

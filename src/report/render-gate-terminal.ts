/** The gate for a terminal: each ledger, its findings, its periods, and what the change edits. Pure; colour is a value. */
import type { FileEffect, GateLedger, GatePeriod, GateReport, GateVerdict, PolicyEdit, PriceArrival } from '../model/gate.ts';
import { directionWords } from './gate-sections/gate-view.ts';
import { renderFindings } from './render-findings.ts';
import { type Detail, renderTerminal, verdictTints } from './render-terminal.ts';
import { type Colour, type Screen, showInTerminal, tint } from './terminal-style.ts';
import { labelOf } from './wording/step-wording.ts';

/** Ends with a newline. */
export function renderGateTerminal(report: GateReport, detail: Detail, screen: Screen): string {
  return report.ledgers.map((ledger) => ledgerText(ledger, detail, screen)).join('\n');
}

function ledgerText(ledger: GateLedger, detail: Detail, screen: Screen): string {
  const { colour } = screen;
  const name = ledger.id ?? ledger.path;
  const nothing = ledger.verdict === 'not-applicable' ? ': nothing to judge' : '';
  const title = `${verdictText(ledger.verdict, colour)} ledger ${showInTerminal(name)}${nothing}\n`;
  const periods = ledger.periods.map((period) => `\n${periodText(period, detail, screen)}`);
  if (detail === 'line') return [title, ...ledger.periods.map((period) => renderTerminal(period, detail, screen))].join('');
  return [
    title,
    ...ledger.notes.map((note) => `  ${showInTerminal(note)}\n`),
    ...(ledger.findings.length === 0 ? [] : [`\n${renderFindings(ledger.findings, screen)}`]),
    ...periods,
    ...(ledger.edits.length === 0 ? [] : [`\nRules that this change edits, in force once it is merged:\n`]),
    ...ledger.edits.map(editText),
    ...(ledger.prices.length === 0 ? [] : ['\nPrices that come with this change, per million tokens or request:\n']),
    ...ledger.prices.map(priceText),
    ...(ledger.effects.length === 0 ? [] : ['\nWhat each edited file does by itself:\n']),
    ...ledger.effects.map((effect) => effectText(effect, colour)),
  ].join('');
}

function periodText(period: GatePeriod, detail: Detail, screen: Screen): string {
  const { afterMerge, decides, folder } = period;
  const after =
    afterMerge === null ? '' : `After the merge: ${verdictText(afterMerge, screen.colour)}${decides ? '' : '; shown only, nothing but rules is edited'}\n`;
  return `${renderTerminal(period, detail, screen)}${after}${folder === null ? '' : `Wrote ${showInTerminal(folder)}\n`}`;
}

function editText({ file, what, changes, more }: PolicyEdit): string {
  const show = (side: string | null): string => (side === null ? 'nothing' : showInTerminal(side));
  const lines = changes.map(
    ({ key, before, after, direction }) => `    ${showInTerminal(key)}: ${show(before)} → ${show(after)} (${directionWords[direction]})\n`,
  );
  const rest = more === 0 ? '' : `    and ${more} more\n`;
  return `  ${showInTerminal(file)}: ${what.map(showInTerminal).join(', ')}\n${lines.join('')}${rest}`;
}

function priceText({ period, snapshot, before, prices, more }: PriceArrival): string {
  const lines = prices.map(
    ({ model, price, before: from, after: to }) => `    ${showInTerminal(model)} ${showInTerminal(price)}: ${from ?? 'unpriced'} → ${to ?? 'unpriced'}\n`,
  );
  const rest = more === 0 ? '' : `    and ${more} more\n`;
  return `  ${showInTerminal(period)}: ${before === null ? 'none' : showInTerminal(before)} → ${showInTerminal(snapshot)}\n${lines.join('')}${rest}`;
}

function effectText({ file, period, before, after }: FileEffect, colour: Colour): string {
  const show = (state: FileEffect['before']): string => (state === null ? 'could not be computed' : verdictText(state.verdict, colour));
  const known = new Map(before?.amounts.map(({ step, amount }) => [step, amount]));
  const moved = (after?.amounts ?? []).filter(({ step, amount }) => before !== null && known.get(step) !== amount);
  const lines = moved.map(({ step, amount }) => `    ${labelOf(step)}: ${known.get(step) ?? '0'} → ${amount}\n`);
  return `  ${showInTerminal(file)}, ${showInTerminal(period)}: ${show(before)} → ${show(after)}\n${lines.join('')}`;
}

function verdictText(verdict: GateVerdict, colour: Colour): string {
  return tint(verdict.toUpperCase().replace('-', ' '), verdictTints[verdict], colour);
}

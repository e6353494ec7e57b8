/** The trend on a terminal: a table of the months, and what was spent on which model. */
import type { Amount } from '../../model/money.ts';
import { countFigure, exactFigure, moneyFigure } from '../figures.ts';
import { alignColumns, type Colour, showInTerminal, tint } from '../terminal-style.ts';
import { forecastWords } from './forecast-words.ts';
import { byAccount, type TrendAccount, type TrendDocument, type TrendPeriod } from './trend-document.ts';

/** As many as fit eighty columns; CSV and JSON have them all. */
const mostMonths = 4;
const mostModels = 12;
const notKnown = '?';

export function renderTrend(document: TrendDocument, colour: Colour): string {
  if (document.periods.length + document.unread.length === 0) return 'There is no period yet.\n';
  const accounts = byAccount(document).map((account) => accountText(account, colour));
  const unread = document.unread.map((id) => `${showInTerminal(id)}: a file of the period cannot be read; nothing is known of it\n`);
  return [...accounts, unread.join('')].filter((text) => text !== '').join('\n');
}

function accountText({ name, periods }: TrendAccount, colour: Colour): string {
  const gaps = periods.filter(({ gap }) => gap !== null).map(({ period, gap }) => `${showInTerminal(period)}: ${showInTerminal(gap ?? '')}\n`);
  const ahead = periods.flatMap((one) =>
    one.forecast === null ? [] : [`${showInTerminal(one.period)}: ${forecastWords(one.forecast, showInTerminal(one.currency))}\n`],
  );
  return `${tint(showInTerminal(`${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`), 'bold', colour)}\n\n${monthTable(periods)}\n${gaps.join('')}${ahead.join('')}${modelTable(periods)}`;
}

function monthTable(periods: readonly TrendPeriod[]): string {
  const head = ['period', 'state', 'verdict', 'charged', 'unexplained', 'bps', 'retries', 'x', 'per request'];
  const rows = periods.map((one) => [
    showInTerminal(one.period),
    one.state,
    one.verdict ?? notKnown,
    figure(one.provider_charged),
    figure(one.unexplained_gross),
    one.unexplained_basis_points === null ? notKnown : exactFigure(one.unexplained_basis_points),
    figure(one.retries),
    one.amplification ?? notKnown,
    figure(one.cost_per_request),
  ]);
  const currencies = [...new Set(periods.map(({ currency }) => currency))].map(showInTerminal).join(', ');
  const note = `In ${currencies}. bps: unexplained, in hundredths of a percent; x: charges per request; ?: not known\n`;
  return `${alignColumns([head, ...rows], [3, 4, 5, 6, 7, 8])}\n\n${note}`;
}

const figure = (amount: Amount | null): string => (amount === null ? notKnown : moneyFigure(amount));

/** The last months, the models of the last one first. */
function modelTable(periods: readonly TrendPeriod[]): string {
  const last = periods.slice(-mostMonths);
  const names = [...new Set(last.toReversed().flatMap(({ models }) => (models ?? []).map(({ model }) => model)))];
  if (names.length === 0) return '';
  const shown = names.slice(0, mostModels);
  const rows = shown.map((name) => [
    showInTerminal(name),
    ...last.map(({ models }) => {
      if (models === null) return notKnown;
      return figure(models.find(({ model }) => model === name)?.charged ?? ('0' as Amount));
    }),
  ]);
  const left = names.length > shown.length ? `and ${countFigure(names.length - shown.length)} more models; --csv and --json have them all\n` : '';
  return `\n${alignColumns(
    [['charged, by model', ...last.map(({ period }) => showInTerminal(period))], ...rows],
    last.map((_, index) => index + 1),
  )}\n${left}`;
}

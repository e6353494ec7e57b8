/** The trend on a terminal: a table of the months, and what was spent on which model. */
import { type Amount, noAmount } from '../../model/money.ts';
import { grouped, plainMoney } from '../show-money.ts';
import { alignColumns, type Screen, showInTerminal, tint, wrapText } from '../terminal-style.ts';
import { forecastWords } from './forecast-words.ts';
import { byAccount, type TrendAccount, type TrendDocument, type TrendPeriod } from './trend-document.ts';

/** As many as fit eighty columns; CSV and JSON have them all. */
const mostMonths = 4;
const mostModels = 12;
const notKnown = '?';

export function renderTrend(document: TrendDocument, screen: Screen): string {
  if (document.periods.length + document.unread.length === 0) return 'There is no period yet.\n';
  const accounts = byAccount(document).map((account) => accountText(account, screen));
  const unread = document.unread.map((id) => `${showInTerminal(id)}: a file of the period cannot be read; nothing is known of it\n`);
  return [...accounts, unread.join('')].filter((text) => text !== '').join('\n');
}

function accountText({ name, periods }: TrendAccount, { colour, width }: Screen): string {
  const gaps = periods
    .filter(({ gap }) => gap !== null)
    .map(({ period, gap }) => `${wrapText(`${showInTerminal(period)}: ${showInTerminal(gap ?? '')}`, width, 2)}\n`);
  const ahead = periods.flatMap((one) =>
    one.forecast === null ? [] : [`${wrapText(`${showInTerminal(one.period)}: ${forecastWords(one.forecast, showInTerminal(one.currency))}`, width, 2)}\n`],
  );
  return `${tint(showInTerminal(`${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`), 'bold', colour)}\n\n${monthTable(periods, width)}\n${gaps.join('')}${ahead.join('')}${modelTable(periods)}`;
}

function monthTable(periods: readonly TrendPeriod[], width: number): string {
  const head = ['period', 'state', 'verdict', 'charged', 'unexplained', 'bps', 'retries', 'x', 'per request'];
  const rows = periods.map((one) => [
    showInTerminal(one.period),
    one.state,
    one.verdict ?? notKnown,
    figure(one.provider_charged, one.currency),
    figure(one.unexplained_gross, one.currency),
    one.unexplained_basis_points === null ? notKnown : grouped(one.unexplained_basis_points),
    figure(one.retries, one.currency),
    one.amplification ?? notKnown,
    figure(one.cost_per_request, one.currency),
  ]);
  const currencies = [...new Set(periods.map(({ currency }) => currency))].map(showInTerminal).join(', ');
  const note = wrapText(`In ${currencies}. bps: unexplained, in hundredths of a percent; x: charges per request; ?: not known`, width, 0);
  return `${alignColumns([head, ...rows], [3, 4, 5, 6, 7, 8])}\n\n${note}\n`;
}

const figure = (amount: Amount | null, currency: string): string => (amount === null ? notKnown : plainMoney(amount, currency));

/** The last months, the models of the last one first. */
function modelTable(periods: readonly TrendPeriod[]): string {
  const last = periods.slice(-mostMonths);
  const names = [...new Set(last.toReversed().flatMap(({ models }) => (models ?? []).map(({ model }) => model)))];
  if (names.length === 0) return '';
  const shown = names.slice(0, mostModels);
  const rows = shown.map((name) => [
    showInTerminal(name),
    ...last.map(({ models, currency }) => {
      if (models === null) return notKnown;
      return figure(models.find(({ model }) => model === name)?.charged ?? noAmount, currency);
    }),
  ]);
  const left = names.length > shown.length ? `and ${grouped(names.length - shown.length)} more models; --csv and --json have them all\n` : '';
  return `\n${alignColumns(
    [['charged, by model', ...last.map(({ period }) => showInTerminal(period))], ...rows],
    last.map((_, index) => index + 1),
  )}\n${left}`;
}

/** The money by model, by service, by key and by day, each as a picture and as a table. */
import { type Amount, Money, noAmount } from '../../../model/money.ts';
import type { Result, ResultCut } from '../../../model/result.ts';
import { plainMoney, signedMoney } from '../../show-money.ts';
import { columnChart } from '../column-chart.ts';
import { type Html, markup, nothing } from '../html-text.ts';
import { barCell, barColumn, dataTable, folded, legend, longTable, moneyOrZero, numberColumn, row, scaleOf, textColumn } from '../page-parts.ts';

const mostKeys = 12;
/** A null reads so in a cut. */
const none = '(none)';

export function byModel({ by_model: models, period }: Result): Html {
  return markup`<h3>By model</h3>
    ${cutTable('Model', models, period.currency)}`;
}

export function byService({ by_service: services, period }: Result): Html {
  return markup`<h3>By service</h3>
    ${cutTable('Service', services, period.currency)}`;
}

export function byAccount({ by_account: accounts = [], period }: Result): Html {
  return accounts.length === 0
    ? nothing
    : markup`<h3>By account</h3>
    ${cutTable('Account', accounts, period.currency)}`;
}

export function byKey({ by_key: keys = [], period }: Result): Html {
  return keys.length === 0
    ? nothing
    : markup`<h3>By key</h3>
    ${cutTable('Key', keys, period.currency)}`;
}

const gross = ({ totals }: ResultCut): Money => moneyOrZero(totals.unexplained_gross);
const charged = ({ totals }: ResultCut): Money => moneyOrZero(totals.provider_charged);

/** The keys that money moved for, by what is unexplained, then by what is charged. */
function cutTable(name: string, cuts: readonly ResultCut[], currency: string): Html {
  const figure = figureIn(currency);
  const moved = cuts.filter(({ totals }) => Object.values(totals).some((amount) => amount !== null && amount !== '0'));
  if (moved.length === 0) return markup`<p class="note">None.</p>`;
  const ordered = moved.toSorted((a, b) => gross(b).comparedTo(gross(a)) || charged(b).comparedTo(charged(a)) || (a.key < b.key ? -1 : 1));
  // What is charged as far as it is explained, and what is not: in a model that was never charged, the latter stands alone.
  const scale = scaleOf(ordered.flatMap((cut) => [charged(cut), gross(cut)]));
  const rows = ordered.map((cut) => {
    const { key, totals } = cut;
    const explained = Money.max(0, charged(cut).minus(gross(cut)));
    const bars = [
      { from: new Money(0), to: explained, look: 'explained' as const },
      { from: explained, to: explained.plus(gross(cut)), look: 'unexplained' as const },
    ].filter(({ from, to }) => !from.equals(to));
    return row(
      key === none ? 'none named' : key,
      barCell(scale, bars),
      figure(totals.expected),
      figure(totals.provider_charged),
      figure(totals.unexplained_net, signedMoney),
      figure(totals.unexplained_gross),
    );
  });
  const columns = [
    textColumn(name),
    barColumn('Picture'),
    numberColumn('Expected'),
    numberColumn('Charged'),
    numberColumn('Unexplained net'),
    numberColumn('Unexplained'),
  ];
  return markup`${legend()}${longTable(`Money by ${name.toLowerCase()}`, columns, rows, mostKeys)}`;
}

const figureIn =
  (currency: string) =>
  (amount: Amount | null, show = plainMoney): string =>
    amount === null ? '' : show(amount, currency);

export function unexplainedByDay({ by_day: days, period }: Result): Html {
  const figure = figureIn(period.currency);
  const dated = days.filter(({ key }) => /^\d{4}-\d{2}-\d{2}$/.test(key)).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  if (dated.length === 0) return nothing;
  const isClean = dated.every((day) => gross(day).isZero());
  const chart = columnChart(
    'Unexplained money by day; the table below has every figure',
    dated.map(({ key, totals }) => ({ label: key.slice(5), amount: totals.unexplained_gross ?? noAmount })),
    (amount) => plainMoney(amount, period.currency),
  );
  const rows = dated.map(({ key, totals }) =>
    row(key, figure(totals.expected), figure(totals.provider_charged), figure(totals.unexplained_net, signedMoney), figure(totals.unexplained_gross)),
  );
  const columns = [textColumn('Day'), numberColumn('Expected'), numberColumn('Charged'), numberColumn('Unexplained net'), numberColumn('Unexplained')];
  return markup`${isClean ? markup`<p>Nothing is unexplained on any day.</p>` : chart}
  ${folded(`The ${dated.length} days as a table`, dataTable('Money by day', columns, rows))}`;
}

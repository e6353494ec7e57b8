/** What differs between two price snapshots, as text, as Markdown for a pull request, and as JSON. */
import type { CommandDocument } from '../model/command-document.ts';
import { percentRounding, type PriceChange, type PriceEffect, type SnapshotComparison } from '../model/price-difference.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import { alignColumns, showInTerminal } from './terminal-style.ts';

/** Of a whole map; JSON holds them all. */
const mostRows = 200;

/** A table with its headings; the columns from `figures` on are amounts. */
interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly figures: number;
}

export function renderPriceDiff(comparison: SnapshotComparison, most = mostRows): string {
  const tables = tablesOf(comparison).map(({ title, head, rows, figures }) => {
    const shown = rows.slice(0, most).map((row) => row.map(showInTerminal));
    const right = head.map((_, index) => index).slice(figures);
    return `${title}\n${alignColumns([head.map(showInTerminal), ...shown], right)}${leftOut(rows, most)}`;
  });
  return `${[sentencesOf(comparison, showInTerminal).join('\n'), ...tables].join('\n\n')}\n`;
}

export function renderPriceDiffMarkdown(comparison: SnapshotComparison): string {
  const tables = tablesOf(comparison).map(({ title, head, rows, figures }) => {
    const line = head.map((_, index) => (index < figures ? '---' : '--:'));
    return `**${title}**\n\n${markdownRow(head)}\n| ${line.join(' | ')} |\n${rows.slice(0, mostRows).map(markdownRow).join('\n')}\n${leftOut(rows, mostRows)}`;
  });
  return `${[sentencesOf(comparison, escapeMarkdown).join('\n\n'), ...tables].join('\n\n')}\n`;
}

/** Our own words and figures stand as they are. */
function markdownRow(row: readonly string[]): string {
  return `| ${row.map((cell) => (/^[-+]?[\d.]*%?$|^[a-z ]+$/.test(cell) ? cell : escapeMarkdown(cell))).join(' | ')} |`;
}

function leftOut(rows: readonly unknown[], most: number): string {
  return rows.length > most ? `\n… and ${rows.length - most} more` : '';
}

/** What holds for the whole, in one line. */
export function priceDiffHeadline(comparison: SnapshotComparison): string {
  return sentencesOf(comparison, showInTerminal)[0] ?? '';
}

/** What holds for the whole; `show` makes a name of the ledger harmless. */
function sentencesOf(comparison: SnapshotComparison, show: (name: string) => string): string[] {
  const { before, after, between, currency, difference, effects, untouched } = comparison;
  const { rates, ratios, gained, lost, same } = difference;
  const changed = new Set([...rates, ...ratios].map(({ model }) => model)).size;
  const unit = `${currency} per 1M tokens, per request or per meter; percent to ${percentRounding}`;
  return [
    `${show(before)} → ${show(after)}: ${changed} ${changed === 1 ? 'model differs' : 'models differ'}, ${same} the same, ${gained.length} gained, ${lost.length} lost (${unit}).`,
    ...(between === 'sources' ? [authoritySentence(comparison, show)] : []),
    ...(effects.length === 0 ? ['No open period names either of them.'] : []),
    ...(effects.length > 0 && untouched.length > 0 ? [`Open periods that name neither: ${untouched.map(show).join(', ')}.`] : []),
  ];
}

function authoritySentence({ before, after, authority }: SnapshotComparison, show: (name: string) => string): string {
  const start = 'These are the lists of two sources, side by side;';
  if (authority === null) return `${start} price_authority in trueup.yaml would say whose prices are taken.`;
  const taken = [before, after].find((id) => id.startsWith(`${authority}/`));
  return taken === undefined
    ? `${start} this ledger takes the prices of ${show(authority)}, which is neither.`
    : `${start} this ledger takes those of ${show(taken)}.`;
}

function tablesOf({ before, after, difference, effects }: SnapshotComparison): Table[] {
  const { rates, ratios, gained, lost } = difference;
  const changes = (title: string, rows: readonly PriceChange[]): Table => ({
    title,
    head: ['model', 'price', before, after, 'change'],
    rows: rows.map((row) => [row.model, row.price, row.before ?? 'unknown', row.after ?? 'unknown', percentText(row.percent)]),
    figures: 2,
  });
  const names = [...lost.map((model) => [model, before]), ...gained.map((model) => [model, after])];
  const tables: Table[] = [
    changes('Prices', rates),
    changes('Ratios', ratios),
    { title: 'Models of only one', head: ['model', 'in'], rows: names, figures: 2 },
    {
      title: 'Expected cost of the open periods, all of it by the one and by the other',
      head: ['period', 'model', before, after, 'change'],
      rows: effects.flatMap(effectRows),
      figures: 2,
    },
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

function effectRows(effect: PriceEffect): string[][] {
  const { period, currency, before, after, models } = effect;
  const shown = (cost: PriceEffect['before']): string => {
    if (cost === null) return 'not judged';
    return `${cost.expected} ${currency}${cost.unpriced > 0 ? `, ${cost.unpriced} rows unpriced` : ''}`;
  };
  return [[period, 'all', shown(before), shown(after), changeText(effect)], ...models.map((row) => ['', row.model, row.before, row.after, ''])];
}

function changeText({ before, after, percent }: PriceEffect): string {
  return before !== null && after !== null && before.unpriced !== after.unpriced ? 'not comparable' : percentText(percent);
}

function percentText(percent: string | null): string {
  return percent === null ? '' : `${percent.startsWith('-') || percent === '0' ? '' : '+'}${percent}%`;
}

export function priceDiffDocument(comparison: SnapshotComparison): Extract<CommandDocument, { readonly schema: 'trueup.prices-diff/1' }> {
  const { before, after, currency, authority, between, difference, effects, untouched } = comparison;
  return {
    schema: 'trueup.prices-diff/1',
    before,
    after,
    currency,
    unit_basis: 'per-1M-tokens',
    percent_rounding: percentRounding,
    between,
    price_authority: authority,
    ...difference,
    periods: effects,
    untouched_periods: untouched,
  };
}

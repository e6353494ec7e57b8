/** For whom and where a gate report is rendered: what may be said and how much of it; the words and the parts of which every section is made. */
import type { GateLedger, GatePeriod, GateVerdict, RuleDirection } from '../../model/gate.ts';
import type { Row, RowBlock } from '../fit-budget.ts';
import type { Totals } from '../../model/judgement.ts';
import { divideHalfEven, Money, moneyOf, noAmount, zero } from '../../model/money.ts';
import type { Links } from '../links.ts';
import { percentOf } from '../show-money.ts';
import { escapeMarkdown } from '../escape-markdown.ts';
import { verdicts } from '../../model/verdict.ts';

export type Visibility = 'public' | 'private';

export interface GateView {
  readonly medium: 'comment' | 'summary';
  /** Who can read the place where it is posted. */
  readonly visibility: Visibility;
  /** Where places lead to; null = they are named only. */
  readonly links: Links | null;
}

/** How many rows of each list are worth reading in each medium; the artifact has them all. */
export const mostRows = {
  comment: { why: 5, obstacles: 3, findings: 50, keys: 10, days: 31, decisions: 12, edits: 40, effects: 60, prices: 40, kinds: 40, notes: 20, bridge: 60 },
  summary: {
    why: 10,
    obstacles: 10,
    findings: 500,
    keys: 100,
    days: 31,
    decisions: 30,
    edits: 400,
    effects: 1000,
    prices: 400,
    kinds: 100,
    notes: 100,
    bridge: 60,
  },
} as const;

/** What is kept when there is not room for everything; lower stays longer. Below `periods` are those of the graver verdicts. */
export const tiers = { periods: 0, edits: 1, grave: 2, bridge: 3, notable: 4, rest: 5 } as const;

/** True when everybody can read the place and the ledger does not allow more than verdicts and percentages. */
export function isRestricted({ publish }: Pick<GateLedger, 'publish'>, visibility: Visibility): boolean {
  return visibility === 'public' && publish !== 'public';
}

/** `one` is the noun of a single row; its plural takes an s. `where` ends the sentence; null = nothing more to say. */
export function leftOut(one: string, where: string | null): (count: number) => string {
  return (count) => `${count} more ${count === 1 ? `${one} is` : `${one}s are`} left out here${where === null ? '' : `; ${where}`}.`;
}

/** `title` is ours or escaped. When no row is kept, only the note about it stands there. */
export function folded(title: string, block: RowBlock): RowBlock {
  return { ...block, head: `<details><summary>${title}</summary>\n\n${block.head}`, foot: `${block.foot}\n\n</details>` };
}

interface Rest {
  /** How many there are beyond those that are given; left out: none. */
  readonly beyond?: number;
  readonly leftOut: RowBlock['leftOut'];
}
interface Table<Item> extends Rest {
  /** Renders any of the items, with the same head. */
  readonly table: (some: readonly Item[]) => string;
  readonly weight: (item: Item, index: number) => Pick<Row, 'tier' | 'magnitude'>;
}

/** A table of which rows may be left out: each is rendered alone, and only when there is room. */
export function tableRows<Item>(items: readonly Item[], { table, weight, beyond = 0, leftOut }: Table<Item>): RowBlock {
  const rows = items.map((item, index): Row => ({ text: () => table([item]).split('\n', 3)[2] ?? '', ...weight(item, index) }));
  const head = `${table(items.slice(0, 1)).split('\n', 2).join('\n')}\n`;
  return { kind: 'rows', head, rows, foot: '', beyond, leftOut };
}

/** Lines of which some may be left out, all of one weight. */
export function lineRows<Item>(items: readonly Item[], line: (item: Item) => string, { beyond = 0, leftOut }: Rest): RowBlock {
  const rows = items.map((item): Row => ({ text: () => line(item), tier: tiers.edits, magnitude: zero }));
  return { kind: 'rows', head: '', rows, foot: '', beyond, leftOut };
}

/** Said once beside the figures. */
export const shareRounding = 'Money is shown in its minor unit, percentages are of what the provider charged; result.json has every digit.';

/** `unexplained_gross ÷ |provider_charged|` in percent, 1 decimal half to even; null where either is not known or there is nothing to divide by. */
export function shareOf({ unexplained_gross: gross, provider_charged: charged }: Totals): Money | null {
  if (gross === null || charged === null) return null;
  const amount = moneyOf(gross);
  return amount.isZero() ? amount : divideHalfEven(amount.times(100), new Money(charged).abs(), 1);
}

/** `1.1 %`. */
export function shareText({ unexplained_gross: gross, provider_charged: charged }: Pick<Totals, 'unexplained_gross' | 'provider_charged'>): string {
  return (gross === null || charged === null ? null : percentOf(gross, charged)) ?? 'not known';
}

export const verdictSigns: Readonly<Record<GateVerdict, string>> = { pass: '✅', warn: '⚠️', fail: '❌', inconclusive: '❓', 'not-applicable': '✅' };

const names: Readonly<Record<GateVerdict, string>> = {
  pass: 'Pass',
  warn: 'Pass with warnings',
  fail: 'Fail',
  inconclusive: 'Inconclusive',
  'not-applicable': 'Nothing to judge',
};

export function verdictCell(verdict: GateVerdict): string {
  return `${verdictSigns[verdict]} ${names[verdict]}`;
}

/** Words of letters and small numbers between blanks and commas: nothing that Markdown, GitHub or a log could take for more. */
const plainWords = /^(?:[A-Za-z]+(?:['-][A-Za-z]+)*|\d{1,6})(?:[,;]? (?:[A-Za-z]+(?:['-][A-Za-z]+)*|\d{1,6})){0,60}$/;

export function showWords(text: string): string {
  return text.length <= 400 && plainWords.test(text) ? text : escapeMarkdown(text);
}

export const directionWords: Readonly<Record<RuleDirection, string>> = {
  loosened: 'looser',
  changed: 'may be looser',
  tightened: 'tighter',
  neutral: 'bears on nothing',
};

/** The graver verdict is kept first, then what has more unexplained. */
export function periodWeight({ result }: GatePeriod): Pick<Row, 'tier' | 'magnitude'> {
  return { tier: tiers.periods - verdicts.indexOf(result.verdict), magnitude: moneyOf(result.totals.unexplained_gross ?? noAmount) };
}

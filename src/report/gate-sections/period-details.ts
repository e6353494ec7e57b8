/** The table of a ledger's periods, and one period folded up: the bridge, its cuts, the counts, the findings, what decided, and how sure that is. */
import type { Finding } from '../../model/finding.ts';
import type { GateLedger, GatePeriod } from '../../model/gate.ts';
import type { Totals } from '../../model/judgement.ts';
import { type Amount, formatMoney, Money, moneyOf, noAmount, sumMoney, zero } from '../../model/money.ts';
import { recordOf } from '../../model/record-of.ts';
import type { Result } from '../../model/result.ts';
import { verdicts } from '../../model/verdict.ts';
import { escapeMarkdown, left, markdownTable, right } from '../escape-markdown.ts';
import type { Block, Row, RowBlock } from '../fit-budget.ts';
import { periodName } from '../period-words.ts';
import { currencyOf, plainMoney } from '../show-money.ts';
import { findingRows } from './finding-rows.ts';
import { folded, type GateView, isRestricted, leftOut, mostRows, periodWeight, shareText, tableRows, tiers, verdictCell } from './gate-view.ts';
import { balanceTable } from '../sections/balance.ts';
import { bridgeTable } from '../sections/bridge.ts';
import { costLines, layerTable } from '../sections/counts.ts';
import { decisionTable } from '../sections/headline.ts';
import { cutTable, namedCuts } from '../sections/cuts.ts';
import { assuranceLine, notCheckedList } from '../sections/evidence.ts';
import { countBySeverity } from '../sections/findings.ts';

const everywhere = "result.json in the run's artifact has them all";

interface Part {
  readonly title: string;
  readonly blocks: readonly RowBlock[];
}

/** `alone`: each part is folded by itself. `among`: the period is folded as a whole. */
export function periodDetails(ledger: GateLedger, period: GatePeriod, findings: readonly Finding[], view: GateView, place: 'alone' | 'among'): Block[] {
  const { result } = period;
  const parts = [
    bridgePart(result, view),
    cutPart(result, view),
    countPart(result),
    findingPart(ledger, period, findings, view),
    decisionPart(ledger, result, view),
    assurancePart(period),
  ]
    .map(({ title, blocks }): Part => ({ title, blocks: blocks.filter(({ rows, beyond }) => rows.length + beyond > 0) }))
    .filter(({ blocks }) => blocks.length > 0);
  if (place === 'alone') return parts.flatMap(({ title, blocks }) => foldedAll(title, blocks));
  const name = `${periodName(result.period, escapeMarkdown)}: ${verdictCell(result.verdict)}`;
  return [
    { kind: 'fixed', text: `<details><summary>${name}</summary>` },
    ...parts.flatMap(({ title, blocks }) => blocks.map((block, index): Block => (index > 0 ? block : { ...block, head: `##### ${title}\n\n${block.head}` }))),
    { kind: 'fixed', text: '</details>' },
  ];
}

/** Several tables in one fold. */
function foldedAll(title: string, blocks: readonly RowBlock[]): Block[] {
  const [first] = blocks;
  if (blocks.length === 1 && first !== undefined) return [folded(title, first)];
  return [{ kind: 'fixed', text: `<details><summary>${title}</summary>` }, ...blocks, { kind: 'fixed', text: '</details>' }];
}

/** Cost reconciliation does not begin until request counts are understood: they come first. */
function countPart(result: Result): Part {
  const rows = result.counts === null ? [] : [unit(() => `${layerTable(result)}\n\n${costLines(result)}`, tiers.bridge, result)];
  return { title: 'Counts before costs', blocks: [whole(rows, 0, "The counts are left out here; result.json in the run's artifact has them.")] };
}

function bridgePart(result: Result, { medium }: GateView): Part {
  const fits = result.bridge.length <= mostRows[medium].bridge;
  const rows =
    result.bridge.length === 0 || !fits
      ? []
      : [unit(() => [bridgeTable(result), balanceTable(result)].filter((table) => table !== '').join('\n\n'), tiers.bridge, result)];
  return {
    title: `The whole bridge, from expected to ${result.period.stage === 'prepaid' ? 'balance' : 'invoice'}`,
    blocks: [whole(rows, fits ? 0 : 1, "The bridge is left out here; result.json in the run's artifact has it.")],
  };
}

/** The cuts that people ask for first are said in the title. */
function cutPart(result: Result, { medium }: GateView): Part {
  const cuts = namedCuts(result);
  const blocks = cuts.map((cut): RowBlock => {
    const shown = cut.cuts.slice(0, cut.name === 'Day' ? mostRows[medium].days : mostRows[medium].keys);
    return tableRows(shown, {
      table: (some) => cutTable({ ...cut, cuts: some }, result),
      weight: ({ totals }) => ({ tier: tiers.notable, magnitude: moneyOf(totals.unexplained_gross ?? noAmount).abs() }),
      beyond: cut.cuts.length - shown.length,
      leftOut: leftOut(`${cut.name.toLowerCase()}`, everywhere),
    });
  });
  return { title: `By ${listed(cuts.map(({ name }) => name.toLowerCase()))}`, blocks };
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function findingPart(ledger: GateLedger, { result }: GatePeriod, findings: readonly Finding[], view: GateView): Part {
  const places = { ledger: ledger.path, links: view.links, currency: currencyOf(result.period.currency) };
  return { title: `Findings: ${countBySeverity(findings)}`, blocks: [findingRows(findings, view, { ...places, where: everywhere })] };
}

function decisionPart(ledger: GateLedger, result: Result, { medium, links }: GateView): Part {
  const { decision } = result;
  const shown = decision.slice(0, mostRows[medium].decisions);
  const block = tableRows(shown, {
    table: (some) => decisionTable({ ...result, decision: some }, { ledger: ledger.path, links }),
    weight: ({ outcome }, index) => ({ tier: outcome === 'pass' ? tiers.rest : tiers.bridge, magnitude: new Money(-index) }),
    beyond: decision.length - shown.length,
    leftOut: leftOut('threshold', everywhere),
  });
  return { title: 'What decided', blocks: [block] };
}

/** By what the verdict rests, and what no run checks. */
function assurancePart({ result, ignored }: GatePeriod): Part {
  const text = () => `${assuranceLine(result)}\n${notCheckedList(result, [], ignored)}`;
  return {
    title: 'How sure this is, and what was not checked',
    blocks: [whole([unit(text, tiers.rest, result)], 0, 'What was not checked is left out here; the report has it.')],
  };
}

function unit(text: () => string, tier: number, { totals }: Result): Row {
  return { text, tier, magnitude: moneyOf(totals.unexplained_gross ?? noAmount) };
}

function whole(rows: readonly Row[], beyond: number, note: string): RowBlock {
  return { kind: 'rows', head: '', rows, foot: '', beyond, leftOut: () => note };
}

/** One row of the table of periods: one of them, or all together. */
interface PeriodLine {
  readonly name: string;
  readonly currency: string;
  readonly totals: Pick<Totals, 'expected' | 'provider_charged' | 'invoice_total' | 'unexplained_gross'>;
  readonly noInvoice: string;
  readonly before: Totals | null;
  readonly verdict: string;
  readonly weight: Pick<Row, 'tier' | 'magnitude'>;
}

/** The periods of `ledger`, in their order, and their sums where they have one currency. */
export function periodTable(ledger: GateLedger, view: GateView): RowBlock {
  const { periods } = ledger;
  const note = leftOut('period', "the run's artifact has them all");
  if (isRestricted(ledger, view.visibility)) return tableRows(periods, { table: shareTable, weight: periodWeight, leftOut: note });
  const lines = periods.map(lineOf);
  const currency = new Set(lines.map((line) => line.currency)).size === 1 ? (lines[0]?.currency ?? null) : null;
  const all = currency === null || lines.length < 2 ? lines : [...lines, together(lines, currency)];
  return tableRows(all, { table: amountTable(currency), weight: ({ weight }) => weight, leftOut: note });
}

function lineOf(period: GatePeriod): PeriodLine {
  const { result, before } = period;
  return {
    name: periodName(result.period, escapeMarkdown),
    currency: currencyOf(result.period.currency),
    totals: result.totals,
    noInvoice: noInvoiceWords(result),
    before: before?.totals ?? null,
    verdict: `${verdictCell(result.verdict)}${period.decides ? '' : ' (for information)'}`,
    weight: periodWeight(period),
  };
}

/** A prepaid period has a balance in its place. */
function noInvoiceWords({ period, totals }: Result): string {
  const { balance_drawdown: drawdown } = totals;
  if (drawdown !== undefined) return `${plainMoney(drawdown, currencyOf(period.currency))} from the balance`;
  return period.stage === 'usage' ? 'none yet' : 'not known';
}

/** What is not known of one is left out of the sum, as the headline leaves it out. */
function together(lines: readonly PeriodLine[], currency: string): PeriodLine {
  const sumOf = (name: keyof PeriodLine['totals']): Amount => formatMoney(sumMoney(lines.map(({ totals }) => moneyOf(totals[name] ?? noAmount))));
  return {
    name: '**Together**',
    currency,
    totals: { ...recordOf(['expected', 'provider_charged', 'unexplained_gross'] as const, sumOf), invoice_total: null },
    noInvoice: '',
    before: null,
    verdict: '',
    weight: { tier: tiers.periods - verdicts.length, magnitude: zero },
  };
}

function shareTable(periods: readonly GatePeriod[]): string {
  return markdownTable(
    [left('Period'), right('Unexplained'), left('Verdict')],
    periods.map((period) => {
      const { name, verdict } = lineOf(period);
      return [name, shareText(period.result.totals), verdict];
    }),
  );
}

/** `currency` stands in the head when every period has it, else in every cell. */
function amountTable(currency: string | null) {
  return (lines: readonly PeriodLine[]): string =>
    markdownTable(
      [
        left('Period'),
        right(currency === null ? 'Expected' : `Expected (${currency})`),
        right('Charged'),
        right('Invoice'),
        right('Unexplained'),
        right('Unexplained before'),
        left('Verdict'),
      ],
      lines.map((line) => {
        const show = (amount: Amount | null, none = 'not known') =>
          amount === null ? none : `${currency === null ? `${line.currency} ` : ''}${plainMoney(amount, line.currency)}`;
        const share = (totals: Pick<Totals, 'unexplained_gross' | 'provider_charged'>): string =>
          totals.unexplained_gross === null ? 'not known' : `${show(totals.unexplained_gross)} (${shareText(totals)})`;
        const { expected, provider_charged: charged, invoice_total: invoice } = line.totals;
        const before = line.before === null ? '' : share(line.before);
        return [line.name, show(expected), show(charged), show(invoice, line.noInvoice), share(line.totals), before, line.verdict];
      }),
    );
}

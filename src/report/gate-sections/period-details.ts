/** The table of a ledger's periods, and one period folded up: the bridge, the table per model, the findings by money and what decided. */
import type { Finding } from '../../model/finding.ts';
import type { GateLedger, GatePeriod } from '../../model/gate.ts';
import { Money, moneyOf, noAmount } from '../../model/money.ts';
import type { Result } from '../../model/result.ts';
import { escapeMarkdown, left, markdownTable, right } from '../escape-markdown.ts';
import type { Block, Row, RowBlock } from '../fit-budget.ts';
import { findingRows } from './finding-rows.ts';
import { folded, type GateView, isRestricted, leftOut, mostRows, periodWeight, shareText, tableRows, tiers, verdictCell } from './gate-view.ts';
import { bridgeChart, bridgeTable } from '../sections/bridge.ts';
import { costLines, layerTable } from '../sections/counts.ts';
import { decisionTable } from '../sections/headline.ts';
import { modelsInOrder, modelTable } from '../sections/cuts.ts';
import { notCheckedList } from '../sections/evidence.ts';
import { countBySeverity } from '../sections/findings.ts';

const everywhere = "result.json in the run's artifact has them all";

interface Part {
  readonly title: string;
  readonly body: RowBlock;
}

/** `alone`: each part is folded by itself. `among`: the period is folded as a whole. */
export function periodDetails(period: GatePeriod, findings: readonly Finding[], view: GateView, place: 'alone' | 'among'): Block[] {
  const parts = [
    countPart(period.result),
    bridgePart(period.result, view),
    ...chartPart(period.result, view),
    modelPart(period.result, view),
    findingPart(findings, view),
    decisionPart(period.result, view),
    ...notCheckedPart(period, view),
  ].filter(({ body }) => body.rows.length + body.beyond > 0);
  if (parts.length === 0) return [];
  if (place === 'alone') return parts.map(({ title, body }) => folded(title, body));
  const name = `${escapeMarkdown(period.result.period.id)}: ${verdictCell(period.result.verdict)}`;
  return [
    { kind: 'fixed', text: `<details><summary>${name}</summary>` },
    ...parts.map(({ title, body }): RowBlock => ({ ...body, head: `##### ${title}\n\n${body.head}` })),
    { kind: 'fixed', text: '</details>' },
  ];
}

/** Cost reconciliation does not begin until request counts are understood: they come first. */
function countPart(result: Result): Part {
  const rows = result.counts === null ? [] : [unit(() => `${layerTable(result)}\n\n${costLines(result)}`, tiers.bridge, result)];
  return { title: 'Counts before costs', body: whole(rows, 0, "The counts are left out here; result.json in the run's artifact has them.") };
}

function bridgePart(result: Result, { medium }: GateView): Part {
  const fits = result.bridge.length <= mostRows[medium].bridge;
  const rows = result.bridge.length === 0 || !fits ? [] : [unit(() => bridgeTable(result), tiers.bridge, result)];
  return { title: 'The bridge', body: whole(rows, fits ? 0 : 1, "The bridge is left out here; result.json in the run's artifact has it.") };
}

function chartPart(result: Result, { medium }: GateView): Part[] {
  if (medium === 'comment' || result.bridge.length === 0 || result.bridge.length > mostRows[medium].bridge) return [];
  return [{ title: 'The bridge as a chart', body: whole([unit(() => bridgeChart(result), tiers.rest, result)], 0, 'The chart is left out here.') }];
}

function modelPart(result: Result, { medium }: GateView): Part {
  const ordered = modelsInOrder(result.by_model);
  const shown = ordered.slice(0, mostRows[medium].models);
  const body = tableRows(shown, {
    table: (cuts) => modelTable({ ...result, by_model: cuts }),
    weight: ({ totals }) => ({ tier: tiers.notable, magnitude: moneyOf(totals.unexplained_gross ?? noAmount).abs() }),
    beyond: ordered.length - shown.length,
    leftOut: leftOut('model', everywhere),
  });
  return { title: 'By model', body };
}

function findingPart(findings: readonly Finding[], view: GateView): Part {
  return { title: `Findings: ${countBySeverity(findings)}`, body: findingRows(findings, view, everywhere) };
}

function decisionPart(result: Result, { medium }: GateView): Part {
  const { decision } = result;
  const shown = decision.slice(0, mostRows[medium].decisions);
  const body = tableRows(shown, {
    table: (some) => decisionTable({ ...result, decision: some }),
    weight: ({ outcome }, index) => ({ tier: outcome === 'pass' ? tiers.rest : tiers.bridge, magnitude: new Money(-index) }),
    beyond: decision.length - shown.length,
    leftOut: leftOut('threshold', everywhere),
  });
  return { title: 'What decided', body };
}

/** A comment is silent about what no run checks; what the rules ignore it says. */
function notCheckedPart({ result, ignored }: GatePeriod, { medium }: GateView): Part[] {
  if (medium === 'comment' && ignored.length === 0) return [];
  const text = () => notCheckedList(result, [], ignored);
  return [{ title: 'Not checked', body: whole([unit(text, tiers.rest, result)], 0, 'What was not checked is left out here; the report has it.') }];
}

function unit(text: () => string, tier: number, { totals }: Result): Row {
  return { text, tier, magnitude: moneyOf(totals.unexplained_gross ?? noAmount) };
}

function whole(rows: readonly Row[], beyond: number, note: string): RowBlock {
  return { kind: 'rows', head: '', rows, foot: '', beyond, leftOut: () => note };
}

/** The periods of `ledger`, in their order. */
export function periodTable(ledger: GateLedger, view: GateView): RowBlock {
  const { periods } = ledger;
  const table = isRestricted(ledger, view.visibility) ? shareTable : amountTable(commonCurrency(periods));
  return tableRows(periods, { table, weight: periodWeight, leftOut: leftOut('period', "the run's artifact has them all") });
}

function shareTable(periods: readonly GatePeriod[]): string {
  return markdownTable(
    [left('Period'), right('Unexplained'), left('Verdict')],
    periods.map((period) => [escapeMarkdown(period.result.period.id), shareText(period.result.totals), verdictOf(period)]),
  );
}

/** `currency` stands in the head when every period has it, else in every cell. */
function amountTable(currency: string | null) {
  return (periods: readonly GatePeriod[]): string =>
    markdownTable(
      [
        left('Period'),
        right(currency === null ? 'Expected' : `Expected (${currency})`),
        right('Charged'),
        right('Invoice'),
        right('Unexplained'),
        left('Verdict'),
      ],
      periods.map((period) => {
        const { expected, provider_charged: charged, invoice_total: invoice, unexplained_gross: gross } = period.result.totals;
        const show = (amount: string | null, none: string) => (amount === null ? none : `${currency === null ? `${currencyOf(period)} ` : ''}${amount}`);
        const unexplained = gross === null ? 'not known' : `${show(gross, '')} (${shareText(period.result.totals)})`;
        return [
          escapeMarkdown(period.result.period.id),
          show(expected, 'not known'),
          show(charged, 'not known'),
          show(invoice, period.result.period.stage === 'usage' ? 'none yet' : 'not known'),
          unexplained,
          verdictOf(period),
        ];
      }),
    );
}

function commonCurrency(periods: readonly GatePeriod[]): string | null {
  const all = new Set(periods.map(currencyOf));
  return all.size === 1 ? ([...all][0] ?? null) : null;
}

function currencyOf({ result }: GatePeriod): string {
  return result.period.currency.replace(/[^A-Z]/g, '').slice(0, 3);
}

function verdictOf({ result, decides }: GatePeriod): string {
  return `${verdictCell(result.verdict)}${decides ? '' : ' (for information)'}`;
}

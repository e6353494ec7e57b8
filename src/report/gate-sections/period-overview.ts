/** The first screen of one period: four numbers with those of the month before, why, largest first, and what else stands in the way. */
import type { Finding } from '../../model/finding.ts';
import type { GateLedger, GatePeriod } from '../../model/gate.ts';
import { pathIn } from '../../model/layout.ts';
import { Money } from '../../model/money.ts';
import { unexplainedCauses } from '../causes.ts';
import { escapeMarkdown, left, markdownTable, right, showInMarkdown } from '../escape-markdown.ts';
import type { Block } from '../fit-budget.ts';
import { placeLink } from '../links.ts';
import { numberRows, obstaclesOf, type WhyRow, whyOf } from '../overview.ts';
import { periodName } from '../period-words.ts';
import { currencyOf } from '../show-money.ts';
import { remedyOf, sentenceOf } from '../wording.ts';
import { findingPlace } from '../sections/findings.ts';
import { type GateView, leftOut, lineRows, mostRows, tableRows, tiers } from './gate-view.ts';

/** Beside others the period is named. */
export function periodOverview(ledger: GateLedger, period: GatePeriod, findings: readonly Finding[], view: GateView, place: 'alone' | 'among'): Block[] {
  return [...whyBlocks(ledger, period, view, place), ...obstacleBlocks(ledger, period, findings, view)];
}

/** The numbers of a ledger's only period. */
export function numberTable({ result, before }: GatePeriod): string {
  const named = before === null ? [] : [right(periodName(before.period, escapeMarkdown))];
  const columns = [left(currencyOf(result.period.currency)), right(periodName(result.period, escapeMarkdown)), ...named];
  return markdownTable(
    columns,
    numberRows(result, before).map((row) => [row.name, row.now, ...(before === null ? [] : [row.before])]),
  );
}

/** Explained and unexplained apart: the one as a table of causes, the other as a line. */
function whyBlocks(ledger: GateLedger, { result }: GatePeriod, view: GateView, place: 'alone' | 'among'): Block[] {
  const why = whyOf(result, mostRows[view.medium].why, escapeMarkdown);
  const where = place === 'alone' ? '' : ` in ${periodName(result.period, escapeMarkdown)}`;
  const rest = [why.rest === null ? [] : [`${why.rest}; the bridge below has all`], why.explained === null ? [] : [why.explained]].flat();
  const line = rest.length === 0 ? [] : [fixed(`${rest.join('. ')}.`)];
  if (why.rows.length === 0) return line;
  const table = tableRows(why.rows, {
    table: (some) => whyTable(some, { ledger, result, view }),
    weight: (_, index) => ({ tier: tiers.edits, magnitude: new Money(-index) }),
    leftOut: leftOut('cause', "result.json in the run's artifact has them all"),
  });
  return [{ ...table, head: `**Why${where}, largest first** (unexplained)\n\n${table.head}` }, ...line];
}

type Proved = { readonly ledger: GateLedger; readonly result: GatePeriod['result']; readonly view: GateView };

function whyTable(rows: readonly WhyRow[], proved: Proved): string {
  return markdownTable(
    [right(currencyOf(proved.result.period.currency)), left('What happened'), right('Requests'), left('Who'), left('Next step')],
    rows.map((row) => [`**${row.amount}**`, row.what, row.count, row.owner, `${row.next}${proofOf(row, proved)}`]),
  );
}

/** The rows by the command that shows one of them, an invoice by its file. */
function proofOf({ sample, file }: WhyRow, { ledger, result, view }: Proved): string {
  if (file !== null) return `: ${placeLink(view.links, pathIn(ledger.path, file), 0)}`;
  return sample === null ? '' : `: ${escapeMarkdown(`trueup explain ${result.period.id} ${sample}`)}`;
}

/** What makes the verdict what it is, beside its money. */
function obstacleBlocks(ledger: GateLedger, { result }: GatePeriod, findings: readonly Finding[], view: GateView): Block[] {
  const all = obstaclesOf(result, findings, unexplainedCauses(result));
  const most = mostRows[view.medium].obstacles;
  if (all.length === 0) return [];
  return [
    lineRows(all.slice(0, most), (found) => obstacleLine(ledger, found, view), {
      beyond: Math.max(0, all.length - most),
      leftOut: leftOut('finding', 'the table of findings has them all'),
    }),
  ];
}

function obstacleLine(ledger: GateLedger, found: Finding, { links }: GateView): string {
  const place = found.source === null ? '' : ` (${findingPlace(found.source, ledger.path, links)})`;
  return `- **${sentenceOf(found, showInMarkdown)}**${place}. ${remedyOf(found, showInMarkdown)}`;
}

function fixed(text: string): Block {
  return { kind: 'fixed', text };
}

/** The gate from its first line to its last, as blocks: what is fixed, and what may be cut to a budget. */
import type { GateLedger, GatePeriod, GateReport } from '../../model/gate.ts';
import { moneyOf, noAmount } from '../../model/money.ts';
import { verdicts } from '../../model/verdict.ts';
import { escapeMarkdown, left, markdownTable, right } from '../escape-markdown.ts';
import { type Block, fitBudget, leastBytes } from '../fit-budget.ts';
import { checksLink } from '../links.ts';
import { findingKinds, findingRows, type SortedFindings, sortFindings } from './finding-rows.ts';
import { gateHeadline } from './gate-headline.ts';
import {
  folded,
  type GateView,
  isRestricted,
  leftOut,
  lineRows,
  mostRows,
  periodWeight,
  shareRounding,
  shareText,
  showWords,
  tableRows,
  verdictCell,
} from './gate-view.ts';
import { periodDetails, periodTable } from './period-details.ts';
import { numberTable, periodOverview } from './period-overview.ts';
import { fileEffects, priceMoves, ruleEdits } from './change-sections.ts';
import { countBySeverity } from '../sections/findings.ts';

export interface GateDocument {
  readonly report: GateReport;
  readonly view: GateView;
  /** Above everything else; null = nothing. */
  readonly firstLine: string | null;
  /** The words before the digests. */
  readonly lastWords: string;
}

const detailSteps = [400, 48, 24, 12, 6, 3, 1, 0] as const;

/** In at most `budget` bytes: as many periods in detail as leave half of the room to their rows, else no details, else one line per period. */
export function renderGate(document: GateDocument, budget: number): string {
  const sorted = new Map(document.report.ledgers.map((ledger) => [ledger, sortFindings(ledger)]));
  const periods = gravestFirst(document.report);
  for (const most of new Set(detailSteps.map((step) => Math.min(step, periods.length)))) {
    const blocks = fullBlocks(document, sorted, new Set(periods.slice(0, most)));
    const least = leastBytes(blocks);
    if (least * 2 <= budget || (most === 0 && least <= budget)) return fitBudget(blocks, budget);
  }
  return fitBudget(compactBlocks(document), budget);
}

function fullBlocks(document: GateDocument, sorted: ReadonlyMap<GateLedger, SortedFindings>, detailed: ReadonlySet<GatePeriod>): Block[] {
  const { report, view } = document;
  const several = report.ledgers.length > 1;
  const bodies = report.ledgers.flatMap((ledger) => ledgerBlocks(ledger, sorted.get(ledger) ?? sortFindings(ledger), { view, detailed, several }));
  return [...opening(document), ...bodies, ...closing(document, 'with results')];
}

interface LedgerPlace {
  readonly view: GateView;
  /** The periods that are shown in detail. */
  readonly detailed: ReadonlySet<GatePeriod>;
  readonly several: boolean;
}

function ledgerBlocks(ledger: GateLedger, findings: SortedFindings, { view, detailed, several }: LedgerPlace): Block[] {
  const restricted = isRestricted(ledger, view.visibility);
  const all = [...findings.ledger, ...[...findings.periods.values()].flat()];
  return [
    ...(several ? [fixed(`### ${escapeMarkdown(ledger.path)}: ${verdictCell(ledger.verdict)}`)] : []),
    ...(ledger.verdict === 'not-applicable' ? [fixed('Nothing of this ledger is touched, so there is nothing to judge.')] : []),
    ...numberBlocks(ledger, view),
    ...(restricted ? [] : overviewBlocks(ledger, findings, { view, detailed, several })),
    ...ruleEdits(ledger, view),
    ...priceMoves(ledger, view),
    ...fileEffects(ledger, view),
    ...(restricted || findings.ledger.length === 0 ? [] : [ledgerFindings(ledger, findings, view)]),
    ...(restricted ? restrictedBlocks(all, view) : detailBlocks(ledger, findings, { view, detailed, several })),
    noteBlock(ledger, view),
  ];
}

/** One period that may be said in full has its numbers in a table of its own. */
function numberBlocks(ledger: GateLedger, view: GateView): Block[] {
  const [first] = ledger.periods;
  if (first === undefined) return [];
  return ledger.periods.length === 1 && !isRestricted(ledger, view.visibility) ? [fixed(numberTable(first))] : [periodTable(ledger, view)];
}

/** The graver periods first: a screen has room for the reasons of few. */
const mostOverviews = 3;

function overviewBlocks(ledger: GateLedger, findings: SortedFindings, { view, detailed }: LedgerPlace): Block[] {
  const place = ledger.periods.length === 1 ? 'alone' : 'among';
  const weighty = ledger.periods.filter(
    ({ result, decides }) => decides && (place === 'alone' || result.verdict === 'fail' || result.verdict === 'inconclusive'),
  );
  return weighty
    .filter((period) => detailed.has(period))
    .slice(0, mostOverviews)
    .flatMap((period) => periodOverview(ledger, period, findings.periods.get(period) ?? [], view, place));
}

/** Folded beside periods; where no period could be judged they are all there is to say. */
function ledgerFindings({ path, periods }: GateLedger, findings: SortedFindings, view: GateView): Block {
  const places = { ledger: path, links: view.links, currency: null, where: "gate.json in the run's artifact has them all" };
  const rows = findingRows(findings.ledger, view, places);
  const title = `Findings of the ledger's files: ${countBySeverity(findings.ledger)}`;
  return periods.length > 0 ? folded(title, rows) : { ...rows, head: `#### ${title}\n\n${rows.head}` };
}

function restrictedBlocks(all: Parameters<typeof findingKinds>[0], view: GateView): Block[] {
  const kinds = findingKinds(all, view);
  return [
    ...(kinds.rows.length === 0 ? [] : [folded('Kinds of findings', kinds)]),
    fixed(`Everybody can read this repository: amounts, ids and model names are left out.`),
  ];
}

function detailBlocks(ledger: GateLedger, findings: SortedFindings, { view, detailed }: LedgerPlace): Block[] {
  const shown = ledger.periods.filter((period) => detailed.has(period));
  const left = ledger.periods.length - shown.length;
  const place = ledger.periods.length === 1 ? 'alone' : 'among';
  return [
    ...shown.flatMap((period) => periodDetails(ledger, period, findings.periods.get(period) ?? [], view, place)),
    ...(left === 0 ? [] : [fixed(`The details of ${left} periods are left out here; report.md of each in the run's artifact has them.`)]),
  ];
}

function noteBlock({ notes }: GateLedger, { medium }: GateView): Block {
  const shown = notes.slice(0, mostRows[medium].notes);
  const rest = { beyond: notes.length - shown.length, leftOut: leftOut('note', "gate.json in the run's artifact has them all") };
  return lineRows(shown, (note) => `- ${showWords(note)}.`, rest);
}

/** One line per period of every ledger, for reports that are too large for anything else. */
function compactBlocks(document: GateDocument): Block[] {
  const { report } = document;
  const pairs = report.ledgers.flatMap((ledger) => ledger.periods.map((period) => [ledger, period] as const));
  const table = tableRows(pairs, {
    table: (some) =>
      markdownTable(
        [left('Ledger'), left('Period'), right('Unexplained'), left('Verdict')],
        some.map(([{ path }, { result }]) => [escapeMarkdown(path), escapeMarkdown(result.period.id), shareText(result.totals), verdictCell(result.verdict)]),
      ),
    weight: ([, period]) => periodWeight(period),
    leftOut: leftOut('period', "the run's artifact has them all"),
  });
  const said = fixed(`${report.ledgers.length} ledgers are too much for one page: their details are left out here.`);
  return [...opening(document), said, table, ...closing(document, 'without results')];
}

function opening({ report, view, firstLine }: GateDocument): Block[] {
  return [...(firstLine === null ? [] : [fixed(firstLine)]), fixed(`${gateHeadline(report, view.visibility)}.`)];
}

/** The last line, with the digests: of the gate, and of each result where there is room for all of them. */
function closing({ report, view, lastWords }: GateDocument, what: 'with results' | 'without results'): Block[] {
  const results = report.ledgers.flatMap(({ periods }) =>
    periods.map(({ result }) => `${escapeMarkdown(result.period.id)} ${digestText(result.digests.result)}`),
  );
  const rounding = results.length === 0 ? '' : ` ${shareRounding}`;
  const more = what === 'without results' || results.length === 0 ? '' : ` Results: ${results.join(', ')}.`;
  const where =
    results.length === 0 || view.links === null
      ? ''
      : ` Lines, reports and evidence list are in the artifact of ${checksLink(view.links, "this commit's checks")}.`;
  return [fixed(`<sub>${lastWords}${where}${rounding} Digest: ${digestText(report.digest)}.${more}</sub>`)];
}

function digestText(digest: string): string {
  return `\`${digest.replace(/[^0-9a-z:]/g, '').slice(0, 80)}\``;
}

function gravestFirst({ ledgers }: GateReport): GatePeriod[] {
  const size = ({ result }: GatePeriod) => moneyOf(result.totals.unexplained_gross ?? noAmount);
  return ledgers
    .flatMap(({ periods }) => periods)
    .sort((a, b) => verdicts.indexOf(b.result.verdict) - verdicts.indexOf(a.result.verdict) || size(b).comparedTo(size(a)));
}

function fixed(text: string): Block {
  return { kind: 'fixed', text };
}

/** What came of drills and of the self-test, for a terminal: a line for each drill or kind of fault, what they prove, then every finding. */
import type { DrillOutcome, FaultKindResult, FaultReport } from '../model/drill.ts';
import type { Finding } from '../model/finding.ts';
import { renderFindings } from './render-findings.ts';
import { alignColumns, type Colour, type Screen, showInTerminal, type Tint, tint } from './terminal-style.ts';

const states: Readonly<Record<DrillOutcome['state'], readonly [word: string, as: Tint]>> = {
  held: ['held', 'green'],
  differs: ['differs', 'red'],
  'not-judged': ['not judged', 'red'],
};

/** Ends with a newline. */
export function renderDrills(outcomes: readonly DrillOutcome[], findings: readonly Finding[], screen: Screen): string {
  const parts = [
    outcomes.length === 0
      ? 'No drill was run.'
      : alignColumns(
          outcomes.map((outcome) => cells(outcome, screen.colour)),
          [],
        ),
    ...outcomes.filter(({ state }) => state === 'held').flatMap(proofOf),
    renderFindings(findings, screen),
  ];
  return parts.join('\n\n');
}

function cells({ drill, state, compared, verdict }: DrillOutcome, colour: Colour): string[] {
  const [word, as] = states[state];
  return [
    showInTerminal(drill.id),
    drill.kind,
    `run on ${drill.runOn} by ${showInTerminal(drill.by)}`,
    tint(word, as, colour),
    `${compared} facts compared`,
    `period: ${verdict}`,
  ];
}

function proofOf({ drill, contractSays }: DrillOutcome): string[] {
  if (drill.concludes === null) return [];
  const { item, status } = drill.concludes;
  const hint = contractSays === 'unverified' ? '; the billing rule in contract.yaml is still unverified' : '';
  return [`${showInTerminal(drill.id)} proves ${item}: ${status}${hint}.`];
}

/** What a self-test should at least comprise; less is said. */
const enough = { faults: 40, kinds: 14 };

/** Ends with a newline. */
export function renderFaults(report: FaultReport, screen: Screen): string {
  const made = report.kinds.filter(({ needs }) => needs === null);
  const missing = report.kinds.filter(({ needs }) => needs !== null);
  const parts = [
    ...(made.length === 0
      ? []
      : [alignColumns([['fault', 'injected', 'shown', 'rate', 'shown as'], ...made.map((kind) => faultCells(kind, screen.colour))], [1, 2, 3])]),
    ...(missing.length === 0 ? [] : [missing.map(({ kind, needs }) => `undetectable: ${kind} needs ${needs ?? ''}`).join('\n')]),
    faultSummary(report, made),
    renderFindings(report.findings, screen),
  ];
  return parts.join('\n\n');
}

function faultCells({ kind, injected, detected, signal }: FaultKindResult, colour: Colour): string[] {
  return [kind, String(injected), String(detected), tint(`${percent(detected, injected)}%`, detected < injected ? 'red' : 'green', colour), signal];
}

/** Rounded down, so that only all of them are 100. */
function percent(detected: number, injected: number): number {
  return injected === 0 ? 100 : Math.floor((detected * 100) / injected);
}

function faultSummary(report: FaultReport, made: readonly FaultKindResult[]): string {
  const sum = (of: (kind: FaultKindResult) => number): number => made.reduce((total, kind) => total + of(kind), 0);
  const [injected, detected] = [sum((kind) => kind.injected), sum((kind) => kind.detected)];
  const period = showInTerminal(report.period);
  const few = injected < enough.faults || made.length < enough.kinds ? ` That is fewer than ${enough.faults} faults of ${enough.kinds} kinds.` : '';
  return `${period}: ${detected} of ${injected} faults of ${made.length} kinds showed (${percent(detected, injected)}%), seed ${report.seed}, ${report.plainRequests} plain requests, ${report.runs} runs on a copy.${few}`;
}

/** The self-test for a terminal: one line per kind of fault with its detection rate, then what could not be tested, then findings. */
import type { FaultKindResult, FaultReport } from '../model/drill.ts';
import { renderFindings } from './render-findings.ts';
import { alignColumns, type Colour, showInTerminal, tint } from './terminal-style.ts';

/** What a self-test should at least comprise; less is said. */
const enough = { faults: 40, kinds: 14 };

/** Ends with a newline. */
export function renderFaults(report: FaultReport, colour: Colour): string {
  const made = report.kinds.filter(({ needs }) => needs === null);
  const missing = report.kinds.filter(({ needs }) => needs !== null);
  const parts = [
    ...(made.length === 0 ? [] : [alignColumns([['fault', 'injected', 'shown', 'rate', 'shown as'], ...made.map((kind) => cells(kind, colour))], [1, 2, 3])]),
    ...(missing.length === 0 ? [] : [missing.map(({ kind, needs }) => `undetectable: ${kind} needs ${needs ?? ''}`).join('\n')]),
    summary(report, made),
    renderFindings(report.findings, colour),
  ];
  return parts.join('\n\n');
}

function cells({ kind, injected, detected, signal }: FaultKindResult, colour: Colour): string[] {
  return [kind, String(injected), String(detected), tint(`${percent(detected, injected)}%`, detected < injected ? 'red' : 'green', colour), signal];
}

/** Rounded down, so that only all of them are 100. */
function percent(detected: number, injected: number): number {
  return injected === 0 ? 100 : Math.floor((detected * 100) / injected);
}

function summary(report: FaultReport, made: readonly FaultKindResult[]): string {
  const sum = (of: (kind: FaultKindResult) => number): number => made.reduce((total, kind) => total + of(kind), 0);
  const [injected, detected] = [sum((kind) => kind.injected), sum((kind) => kind.detected)];
  const period = showInTerminal(report.period);
  const few = injected < enough.faults || made.length < enough.kinds ? ` That is fewer than ${enough.faults} faults of ${enough.kinds} kinds.` : '';
  return `${period}: ${detected} of ${injected} faults of ${made.length} kinds showed (${percent(detected, injected)}%), seed ${report.seed}, ${report.plainRequests} plain requests, ${report.runs} runs on a copy.${few}`;
}

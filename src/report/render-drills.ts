/** What came of drills, for a terminal: one line each, what they prove, then every finding. */
import type { DrillOutcome } from '../model/drill.ts';
import type { Finding } from '../model/finding.ts';
import { renderFindings } from './render-findings.ts';
import { alignColumns, type Colour, showInTerminal, type Tint, tint } from './terminal-style.ts';

const states: Readonly<Record<DrillOutcome['state'], readonly [word: string, as: Tint]>> = {
  held: ['held', 'green'],
  differs: ['differs', 'red'],
  'not-judged': ['not judged', 'red'],
};

/** Ends with a newline. */
export function renderDrills(outcomes: readonly DrillOutcome[], findings: readonly Finding[], colour: Colour): string {
  const parts = [
    outcomes.length === 0
      ? 'No drill was run.'
      : alignColumns(
          outcomes.map((outcome) => cells(outcome, colour)),
          [],
        ),
    ...outcomes.filter(({ state }) => state === 'held').flatMap(proofOf),
    renderFindings(findings, colour),
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

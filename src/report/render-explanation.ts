/** One request through all layers, for a terminal: its rows, its prices, its formula and why its money stands where it stands. */
import { formatInstant } from '../model/instant.ts';
import type { Explanation, TracedUnit } from '../model/trace.ts';
import { attemptsSection } from './explanation/attempts-section.ts';
import { bridgeSection, summaryText } from './explanation/bridge-section.ts';
import { type Case, openCase, section, shown } from './explanation/case.ts';
import { expectedSection } from './explanation/expected-section.ts';
import { formatNames, formatsOf } from '../model/ledger.ts';
import { lineSection } from './explanation/line-section.ts';
import { rowsSection } from './explanation/rows-section.ts';
import { renderFindings } from './render-findings.ts';
import { type Colour, type Screen, tint } from './terminal-style.ts';

/** More lines than anybody reads, unless all of them are asked for; the line file has them all. */
const mostLines = 200;

/** Ends with a newline. What could not be read comes as findings, a request that nobody names as what to check. */
export function renderExplanation(explanation: Explanation, screen: Screen, most = mostLines): string {
  const { colour } = screen;
  const given = openCase(explanation);
  const head = headText(explanation, given, colour);
  if (given === null) return `${head}\n\n${renderFindings(explanation.findings, screen)}`;
  const parts = given.trace.rows.length === 0 ? [unknownText(given, colour)] : caseText(given, colour, most);
  const findings = explanation.findings.length === 0 ? '' : renderFindings(explanation.findings, screen).trimEnd();
  return `${[head, ...parts, findings].filter((part) => part !== '').join('\n\n')}\n`;
}

function headText({ requestId, period }: Explanation, given: Case | null, colour: Colour): string {
  const id = given?.trace.requestId ?? requestId;
  const named = id === requestId ? '' : `\n${shown(requestId)} is the provider's id of one of its rows.`;
  const when = period === null ? '' : ` in the period ${shown(period.id)}`;
  const lone = given !== null && given.trace.rows.length > 0 && given.trace.rows.every(({ values }) => values.request_id === null);
  return `${tint(`${lone ? "Provider's record" : 'Request'} ${shown(id)}`, 'bold', colour)}${when}${named}`;
}

function caseText(given: Case, colour: Colour, most: number): string[] {
  const { lines } = given.trace;
  const sections = lines.slice(0, most).map((line, index) => lineSection(given, line, index + 1, colour));
  const more = lines.length > most ? [`${lines.length - most} more lines are left out here; trueup reconcile --lines parquet writes them all.`] : [];
  // What a request of a bucket should cost stands in the bucket, with that of all others in it.
  if (given.trace.units !== undefined && given.trace.rows.some(({ layer }) => layer !== 'provider')) {
    return [rowsSection(given, colour), attemptsSection(given, colour), unitsSection(given, given.trace.units, colour), ...sections, ...more];
  }
  const none = lines.length === 0 ? [section('Lines', ['  none: none of its rows puts money into the bridge.'], colour)] : [];
  return [
    ...(lines.length === 0 ? [] : [summaryText(given)]),
    rowsSection(given, colour),
    attemptsSection(given, colour),
    expectedSection(given, colour),
    ...sections,
    ...more,
    ...none,
    ...(lines.length === 0 ? [] : [bridgeSection(given, colour)]),
  ];
}

/** The buckets of the provider that its attempts are held against. */
function unitsSection({ period }: Case, units: readonly TracedUnit[], colour: Colour): string {
  const lines = units.map(
    ({ at, cell, expected }) =>
      `    the attempt of ${formatInstant(at)}, expected at ${expected} ${shown(period.currency)}, is counted in ${shown(cell)}: trueup explain ${shown(period.id)} ${shown(cell)}`,
  );
  const none = ['    none: no attempt of it is counted in this period, or none is billable.'];
  return section('Buckets of the provider, which tell no single request', units.length === 0 ? none : lines, colour);
}

/** A request that no layer names. */
function unknownText({ period, ledger, judgedEnd }: Case, colour: Colour): string {
  const read = period.evidence.flatMap((evidence) =>
    formatNames(evidence).map((format) => {
      const files = [...formatsOf(evidence)].flatMap(([pattern, of]) => (of === format ? [shown(pattern)] : []));
      return `    ${evidence.layer}: ${files.join(', ')} in the format ${shown(format)}`;
    }),
  );
  const others = ledger.periods.filter(({ id }) => id !== period.id).map(({ id }) => shown(id));
  const checks = [
    'whether the id is written as in the logs: upper and lower case differ, and blanks count',
    `whether it belongs to this period, ${formatInstant(period.start)} to ${formatInstant(judgedEnd)}${others.length === 0 ? '' : `; the ledger also has ${others.join(', ')}`}`,
    'whether the format takes the request_id from the right column, and whether its filter leaves the row out',
    'whether the exports are complete',
  ];
  return section(
    'No layer names it: no row carries it as request_id or as provider_request_id.',
    ['  Read were:', ...read, '  Check', ...checks.map((check) => `    - ${check}`)],
    colour,
  );
}

/** The attempts in order: what each layer knows of them, side by side. */
import { layers } from '../../model/evidence.ts';
import type { TraceRow } from '../../model/trace.ts';
import { alignColumns, showInTerminal, type Colour } from '../terminal-style.ts';
import { type Case, rowName, section } from './case.ts';

export function attemptsSection(given: Case, colour: Colour): string {
  const present = layers.filter((layer) => given.trace.rows.some((row) => row.layer === layer));
  const numbers = [...new Set(given.trace.rows.map(({ values }) => values.attempt))].sort(byNumber);
  const table = numbers.map((number) => [
    number ?? 'none',
    ...present.map((layer) =>
      given.trace.rows
        .filter((row) => row.layer === layer && row.values.attempt === number)
        .map((row) => `${row.values.status ?? 'no status'} (${rowName(given, row)}${short(row)})`)
        .join(', '),
    ),
  ]);
  if (table.length === 0) return '';
  const text = alignColumns([['attempt', ...present], ...table], []);
  return section('Attempts', [...text.split('\n').map((line) => `  ${line}`), ...loggedText(given)], colour);
}

function byNumber(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return BigInt(a) < BigInt(b) ? -1 : 1;
}

function short({ roles }: TraceRow): string {
  const said = roles.filter((role) => role !== 'logged' && role !== 'charge' && role !== 'first' && role !== 'final');
  return said.length === 0 ? '' : `, ${said.map(showInTerminal).join(', ')}`;
}

/** How many charges our logs can stand behind, and which layer says so. */
function loggedText(given: Case): string[] {
  const logged = loggedAttempts(given);
  if (logged === null) return [];
  const numbers = logged.numbers.length === 0 ? '' : ` (${logged.numbers.join(', ')})`;
  return [
    `  ${logged.count === 1 ? '1 attempt was logged' : `${logged.count} attempts were logged`}${numbers}, by ${logged.by}: at most so many charges are backed.`,
  ];
}

export interface LoggedAttempts {
  readonly count: number;
  readonly numbers: readonly string[];
  readonly by: string;
}

/** SPEC §3: the gateway's rows of the request if it has any, else its application attempts; null when no log knows the request. */
export function loggedAttempts({ trace, period }: Case): LoggedAttempts | null {
  const kept = (layer: 'application' | 'gateway'): readonly TraceRow[] => trace.rows.filter((row) => row.layer === layer && row.roles.includes('logged'));
  const gateway = kept('gateway');
  const application = kept('application');
  const rows = gateway.length > 0 ? gateway : application;
  if (rows.length === 0) return null;
  if (gateway.length === 0 && period.evidence.find(({ layer }) => layer === 'application')?.rows === 'final-only') {
    const most = application.map(({ values }) => Number(values.attempt ?? 1)).reduce((a, b) => Math.max(a, b));
    return { count: most, numbers: most === 1 ? ['1'] : [`1 to ${most}`], by: 'the attempt of the application, which exports final rows only' };
  }
  const numbers = rows.flatMap(({ values }) => (values.attempt === null ? [] : [values.attempt]));
  return { count: rows.length, numbers, by: gateway.length > 0 ? 'the gateway' : 'the application' };
}

/** Findings as annotations on the lines they speak of: data, for whoever posts them. */
import type { Finding, Severity, Source } from '../model/finding.ts';
import type { GateLedger, GatePeriod, GateReport } from '../model/gate.ts';
import { ledgerMark, periodFolder, periodPath } from '../model/layout.ts';
import { orderFindings } from '../model/order-findings.ts';
import { visibleText } from './escape-markdown.ts';
import { sortFindings } from './gate-sections/finding-rows.ts';
import { isRestricted, type Visibility } from './gate-sections/gate-view.ts';
import { showInTerminal } from './terminal-style.ts';
import { remedyOf, sentenceOf, wording } from './wording.ts';

export type AnnotationLevel = 'error' | 'warning' | 'notice';

export interface Annotation {
  readonly level: AnnotationLevel;
  /** POSIX path relative to the repository. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1; null = the whole line. */
  readonly column: number | null;
  readonly title: string;
  /** One line of plain text without commands; a runner's own escaping is for the caller. */
  readonly message: string;
}

/**
 * The runner shows ten per level and step and drops the others in silence: one more says how many these are.
 * What a channel could not do is said afterwards, as a warning or a notice, and finds the room that is left.
 */
const mostOf: Readonly<Record<AnnotationLevel, number>> = { error: 9, warning: 6, notice: 6 };
const longestMessage = 900;
const longestPath = 1000;

const levels: Readonly<Record<Severity, AnnotationLevel>> = { inconclusive: 'error', fail: 'error', quarantine: 'warning', warn: 'warning', info: 'notice' };

/** A finding with the ledger and the period that it is about. */
interface Placed extends Finding {
  readonly ledger: GateLedger;
  readonly period: GatePeriod | null;
}

/** Errors, then warnings, then notices; in each the gravest and dearest first. */
export function annotationsOf(report: GateReport, { visibility }: { readonly visibility: Visibility }): readonly Annotation[] {
  const placed = distinct(orderFindings(report.ledgers.flatMap(placedFindings)), visibility);
  return (['error', 'warning', 'notice'] as const).flatMap((level) => {
    const all = placed.filter((found) => levelOf(found) === level);
    const shown = all.slice(0, mostOf[level]).map((found) => annotationOf(found, visibility));
    const [first] = all;
    return all.length <= mostOf[level] || first === undefined ? shown : [...shown, rollUp(level, all.length - mostOf[level], first.ledger)];
  });
}

function placedFindings(ledger: GateLedger): Placed[] {
  const sorted = sortFindings(ledger);
  const of =
    (period: GatePeriod | null) =>
    (found: Finding): Placed => ({ ...found, ledger, period });
  return [...sorted.ledger.map(of(null)), ...[...sorted.periods].flatMap(([period, findings]) => findings.map(of(period)))];
}

/** What is shown for information only does not look like an error. */
function levelOf({ severity, period }: Placed): AnnotationLevel {
  return period !== null && !period.decides ? 'notice' : levels[severity];
}

/** Where only the kind of a finding is said, one of a kind and place is enough. */
function distinct(placed: readonly Placed[], visibility: Visibility): Placed[] {
  const said = new Set<string>();
  return placed.filter((found) => {
    if (!isRestricted(found.ledger, visibility)) return true;
    const key = JSON.stringify(annotationOf(found, visibility));
    return !said.has(key) && said.add(key);
  });
}

function annotationOf(found: Placed, visibility: Visibility): Annotation {
  const restricted = isRestricted(found.ledger, visibility);
  const { title, remedy } = wording[found.code];
  return {
    level: levelOf(found),
    ...placeOf(found, restricted),
    title: `${found.code}: ${title}`,
    message: restricted ? `${title}.${remedy.includes('{') ? '' : ` ${remedy}`}` : visibleText(messageOf(found), longestMessage),
  };
}

function messageOf(found: Placed): string {
  const row = found.source !== null && found.source.column === 0 && found.source.line > 0 ? `Row ${found.source.line}: ` : '';
  const period = found.period === null ? '' : `[${showInTerminal(found.period.result.period.id)}] `;
  const samples = found.samples.length === 0 ? '' : ` Samples: ${found.samples.slice(0, 3).map(showInTerminal).join(' ')}.`;
  return `${period}${row}${sentenceOf(found, showInTerminal)}. ${remedyOf(found, showInTerminal)}${samples}`;
}

/** In a ledger file the exact place; in evidence the row; else the file that the finding is about as a whole. */
function placeOf({ source, ledger, period }: Placed, restricted: boolean): Pick<Annotation, 'file' | 'line' | 'column'> {
  const whole = {
    file: pathIn(ledger, period === null ? ledgerMark : periodPath({ folder: periodFolder(period.result.period.id) }, 'period')),
    line: 1,
    column: null,
  };
  if (source === null || !staysInside(source.file)) return whole;
  if (isLedgerFile(source))
    return { file: pathIn(ledger, source.file), line: bounded(source.line), column: source.column === 0 ? null : bounded(source.column) };
  return restricted ? whole : { file: pathIn(ledger, source.file), line: lineOf(source), column: null };
}

function isLedgerFile({ file, column }: Source): boolean {
  return column > 0 || /\.ya?ml$/i.test(file);
}

/** A data row as a line of its file: below the header of a CSV. Rows of packed files have no lines; the message names the row. */
function lineOf({ file, line }: Source): number {
  return bounded(line === 0 ? 1 : line + (/\.csv$/i.test(file) ? 1 : 0));
}

/** What GitHub takes for a line. */
function bounded(line: number): number {
  return Math.min(Math.max(1, line), 1_000_000_000);
}

function staysInside(file: string): boolean {
  return file !== '' && !file.startsWith('/') && !file.includes('\\') && !file.split('/').includes('..');
}

/** Relative to the repository; what cannot be seen or is a secret does not leave in a path either. */
function pathIn({ path }: GateLedger, file: string): string {
  const inside = staysInside(path) && path !== '.' ? `${path.replace(/\/+$/, '')}/` : '';
  return visibleText(`${inside}${staysInside(file) ? file : ledgerMark}`, longestPath);
}

function rollUp(level: AnnotationLevel, more: number, ledger: GateLedger): Annotation {
  const named = { error: 'errors', warning: 'warnings', notice: 'notices' }[level];
  return {
    level,
    file: pathIn(ledger, ledgerMark),
    line: 1,
    column: null,
    title: `${more} more ${named}`,
    message: `${more} more ${named} are not shown as annotations. The job summary lists them, the gravest and dearest first.`,
  };
}

/** The months of a ledger side by side: an open one is judged as it stands, a closed one as of its close and out of the files that its close names. */
import { type Close, closeInForce } from '../model/close.ts';
import type { Finding } from '../model/finding.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import { gapOf, type Month, monthOfClose, monthOfResult } from '../model/month.ts';
import type { Result } from '../model/result.ts';
import { type RunSettings, withFacts } from './period-facts.ts';
import { judgePeriod, validateLedger } from './reconcile.ts';
import { isNoRerun, type ReadBlob, rerunResult } from './rerun-close.ts';

export interface MonthsOptions extends RunSettings {
  readonly ledgerRoot: string;
  /** For files that have moved on since a close; null = the tree alone. */
  readonly readBlob: ReadBlob | null;
}

export interface LedgerMonths {
  /** null when the ledger could not be read. */
  readonly ledger: Ledger | null;
  readonly findings: readonly Finding[];
  /** In the order of time. */
  readonly months: readonly JudgedMonth[];
  /** Ids of periods of which a file cannot be read: where they lie in time is not known. */
  readonly unread: readonly string[];
}
export interface JudgedMonth extends Month {
  readonly period: Period;
  /** null where there is none. */
  readonly result: Result | null;
}

export async function monthsOf(options: MonthsOptions): Promise<LedgerMonths> {
  const { ledger, findings } = await validateLedger(options.ledgerRoot, options.asOf);
  if (ledger === null) return { ledger, findings, months: [], unread: [] };
  const months: JudgedMonth[] = [];
  for (const period of ledger.periods) {
    const close = closeInForce(period);
    months.push(close === null ? await openMonth(ledger, findings, period, options) : await closedMonth(ledger, period, close, options));
  }
  return { ledger, findings, months, unread: ledger.unreadPeriods.map(({ id }) => id) };
}

/** A period whose close cannot be trusted is closed, and nothing is known of it. */
async function openMonth(ledger: Ledger, findings: readonly Finding[], period: Period, settings: RunSettings): Promise<JudgedMonth> {
  if (period.closed) return { ...gapOf(period, 'closed', 'its close cannot be trusted'), period, result: null };
  const task = { ledger, findings, period, settings };
  const { result } = await withFacts(task, null, async (facts) => judgePeriod(task, facts));
  return { ...monthOfResult(period, result, 'open'), period, result };
}

async function closedMonth({ root }: Ledger, period: Period, close: Close, options: MonthsOptions): Promise<JudgedMonth> {
  const rerun = await rerunResult({ root, period: period.id, asOf: close.asOf, files: close.files, settings: options, readBlob: options.readBlob });
  if (isNoRerun(rerun)) {
    const gap = rerun.file === null ? 'the files of its close cannot be read' : `a file of its close is not here: ${rerun.file}`;
    return { ...monthOfClose(period, close, gap), period, result: null };
  }
  if (rerun.digests.inputs !== close.digests.inputs)
    return { ...monthOfClose(period, close, 'its evidence is not here as it was closed'), period, result: null };
  const month = monthOfResult(period, rerun, 'closed');
  const { detail = null, forecast = null } = month.figures ?? {};
  // The approved figures hold, whatever a later program makes of the same files; `trueup verify --rerun` says so.
  return { ...month, figures: { verdict: close.verdict, totals: close.totals, detail, forecast }, period, result: rerun };
}

/** Adds to a judged ledger what its past says: history that was not kept, closes that a recomputation does not confirm, approvals that are not there. */
import { posix } from 'node:path';
import { type BaseState, type LedgerPlace, readBaseLedger } from './base-ledgers.ts';
import { evidenceFolder, type PastOptions } from './gate-options.ts';
import { checkHistory } from './history/check-history.ts';
import type { LedgerTask } from './run-periods.ts';
import { chainOf } from '../ledger/lock/close-rules.ts';
import type { ApprovalPlaces } from '../model/approval.ts';
import { type Close, closeInForce } from '../model/close.ts';
import type { Finding } from '../model/finding.ts';
import type { GateLedger, GateVerdict } from '../model/gate.ts';
import { pathIn } from '../model/layout.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import { checkLock } from '../period/frozen-set.ts';
import { validateLedger } from '../period/reconcile.ts';
import { recomputeClose } from '../period/verify-ledger.ts';
import { judgeApproval } from '../policy/judge-approval.ts';
import { settledFindings, verdictOver, worstGateVerdict } from '../policy/weigh-ledger.ts';

/** The state before, and where it has the ledger; `base` is null for a ledger that is new. */
export interface Before {
  readonly base: LedgerPlace | null;
  readonly state: BaseState;
}
interface Said {
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}
interface ClosedPeriod {
  readonly period: Period;
  readonly close: Close;
}

/** Places of evidence that are looked up one by one; of more, the whole folder of the period. */
const mostPlaces = 50;

/** `before` is null where there is nothing to hold the ledger against. */
export async function holdPast(judged: GateLedger, task: LedgerTask, before: Before | null): Promise<GateLedger> {
  const { past: options } = task.options;
  if (options === undefined) return judged;
  const baseLedger = await readBefore(task, before);
  const added = before === null ? [] : inForce(task.ledger).filter(({ close }) => !isKnown(close, before));
  const parts: Said[] = [
    await keepHistory(task, before, baseLedger, options),
    await recompute(task, added, options),
    await approve(task, added, options),
    { findings: [], notes: options.notes },
  ];
  const findings = settledFindings(
    parts.flatMap((part) => part.findings),
    (baseLedger ?? task.ledger).settings.policy.rules,
  );
  return {
    ...judged,
    verdict: findings.length === 0 ? judged.verdict : worstGateVerdict([judged.verdict, verdictOver(findings, [], [])] satisfies GateVerdict[]),
    findings: [...judged.findings, ...findings],
    notes: [...judged.notes, ...parts.flatMap(({ notes }) => notes)],
  };
}

async function readBefore({ options: { temporaryRoot, asOf } }: LedgerTask, before: Before | null): Promise<Ledger | null> {
  if (before === null || before.base === null) return null;
  return (await readBaseLedger(before.state, before.base, temporaryRoot, (root) => validateLedger(root, asOf))).ledger;
}

function inForce({ periods }: Ledger): ClosedPeriod[] {
  return periods.flatMap((period) => {
    const close = closeInForce(period);
    return close === null ? [] : [{ period, close }];
  });
}

/** By its name: one that was changed under its name is a breach of history. */
function isKnown({ name }: Close, { base, state }: Before): boolean {
  return base !== null && state.files.some(({ path }) => path === pathIn(base.folder, name));
}

async function keepHistory({ options, folder, ledger }: LedgerTask, before: Before | null, baseLedger: Ledger | null, { past }: PastOptions): Promise<Said> {
  if (before === null || before.base === null) return { findings: [], notes: [] };
  const findings = await checkHistory({
    base: before.state.tree,
    baseFolder: before.base.folder,
    baseLedger,
    checkout: options.checkout,
    folder,
    ledger,
    evidenceFolder: evidenceFolder(options),
    past,
  });
  return { findings, notes: [] };
}

/** A close that base has rests on older files, which a shallow clone need not hold: that is said. One that is new must be confirmed. */
async function recompute({ ledger, options }: LedgerTask, added: readonly ClosedPeriod[], { past, recompute: which }: PastOptions): Promise<Said> {
  const findings: Finding[] = [];
  const notes: string[] = [];
  for (const { period, close } of which === 'newest' ? union(added, newest(ledger)) : added) {
    const frozen = await checkLock(ledger.root, options.evidenceRoot, period, new Map());
    const found = await recomputeClose(ledger, close, frozen, { settings: options, readBlob: (id) => past.readBlob(id) });
    const absent = found.some(({ code, args }) => code === 'close-not-rerun' && args['problem'] === 'blob-missing');
    if (absent && !added.some((each) => each.close === close)) notes.push(`${close.name} was not computed again: a file that it names is not in this clone`);
    else if (found.length === 0) notes.push(`${close.name} was computed again to the result that it states`);
    else findings.push(...found);
  }
  return { findings, notes };
}

function union(one: readonly ClosedPeriod[], other: readonly ClosedPeriod[]): ClosedPeriod[] {
  return [...one, ...other.filter(({ close }) => !one.some((each) => each.close === close))];
}

/** The last period of each chain that is closed. */
function newest(ledger: Ledger): ClosedPeriod[] {
  const last = new Map<string, ClosedPeriod>();
  for (const each of inForce(ledger)) {
    const known = last.get(chainOf(each.close));
    if (known === undefined || known.period.end < each.period.end) last.set(chainOf(each.close), each);
  }
  return [...last.values()];
}

async function approve(task: LedgerTask, added: readonly ClosedPeriod[], { readApproval }: PastOptions): Promise<Said> {
  if (added.length === 0) return { findings: [], notes: [] };
  if (readApproval === null) {
    return { findings: [], notes: added.map(({ close }) => `who approved ${close.name} was not checked: there is no pull request or no API to ask`) };
  }
  const findings: Finding[] = [];
  for (const each of added) findings.push(...judgeApproval(each.close, await readApproval(placesOf(task, each))));
  return { findings, notes: [] };
}

/** The folders of the frozen evidence, as the repository has them. */
function placesOf({ folder, options }: LedgerTask, { period, close }: ClosedPeriod): ApprovalPlaces {
  const elsewhere = evidenceFolder(options);
  const own = elsewhere === null ? pathIn(folder, period.folder) : pathIn(elsewhere, period.id);
  const files = (period.controls.lock?.files ?? [])
    .filter(({ role }) => role !== 'invoice' && role !== 'statement' && role !== 'reference')
    .map(({ file }) => file);
  const places = new Set(files.map((file) => (posix.dirname(file) === '.' ? file : posix.dirname(file))));
  return { close: pathIn(folder, close.name), evidence: places.size > mostPlaces ? [own] : [...places].map((place) => `${own}/${place}`) };
}

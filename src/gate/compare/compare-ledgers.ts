/** What a change does to a ledger: the periods whose inputs it touches, the rules that it edits, and what it takes away. Pure. */
import { closeInForce } from '../../model/close.ts';
import type { Ledger, Period } from '../../model/ledger.ts';
import { documentOf, isSame } from './documents.ts';
import { newMappings } from './mappings-in-force.ts';
import { periodDataDiffers, type MovedFiles } from './period-rules.ts';
import { ruleEdits, type RuleEdit } from './rule-edits.ts';
import { isInvoice, isKind, periodPath, rowOf } from '../../model/layout.ts';

export interface LedgerChange {
  /** Ids of the periods of head whose inputs differ from base's, in the ledger's order. */
  readonly touched: readonly string[];
  /** By file. */
  readonly edits: readonly RuleEdit[];
  /** Ids that base has and head lacks. */
  readonly removed: readonly string[];
}

/** What is known of the files of both states, as paths relative to the ledger. */
export interface FileChanges {
  /** Those whose bytes differ: evidence is compared by them alone. */
  readonly changedPaths: readonly string[];
  readonly moved: MovedFiles;
}

/** Compares two readings of one ledger. */
export function compareLedgers(base: Ledger, head: Ledger, { changedPaths, moved }: FileChanges): LedgerChange {
  const shared = { models: newMappings(base, head).length > 0, prices: changedSnapshots(base, head), data: sharedData(base, head) };
  const touched = head.periods.filter((period) => {
    const before = base.periods.find(({ id }) => id === period.id);
    if (before === undefined || ownFilesDiffer(base, before, head, period, changedPaths)) return true;
    // What several periods share concerns those that are still open; a close or reopen is a file of its period.
    return (
      !period.closed &&
      (shared.models || shared.data || carriedDiffers(base, head, period) || period.prices.some(({ snapshot }) => shared.prices.has(snapshot)))
    );
  });
  return {
    touched: touched.map(({ id }) => id),
    edits: ruleEdits(base, head, moved),
    removed: base.periods.filter(({ id }) => ![...head.periods, ...head.unreadPeriods].some((period) => period.id === id)).map(({ id }) => id),
  };
}

/** Whether a file of all periods differs that holds no rules. */
function sharedData(base: Ledger, head: Ledger): boolean {
  const isData = (name: string): boolean => rowOf(name)?.of === 'ledger' && rowOf(name)?.rules === 'none';
  return [...base.files, ...head.files].some(({ name }) => isData(name) && !isSame(documentOf(base, name), documentOf(head, name)));
}

function ownFilesDiffer(base: Ledger, before: Period, head: Ledger, period: Period, changedPaths: readonly string[]): boolean {
  if (periodDataDiffers(documentOf(base, periodPath(before, 'period')), documentOf(head, periodPath(period, 'period')))) return true;
  const documents = [...base.files, ...head.files]
    .map(({ name }) => name)
    .filter((name) => (isInvoice(name) || isKind(name, 'statement')) && isBelow(name, period.folder));
  if (documents.some((name) => !isSame(documentOf(base, name), documentOf(head, name)))) return true;
  const apart = [periodPath(period, 'period'), periodPath(period, 'exceptions'), ...documents];
  // A link above or at the folder brings in what it leads to.
  return changedPaths.some((path) => !apart.includes(path) && (isBelow(path, period.folder) || path === period.folder || isBelow(period.folder, path)));
}

/** What was in transit at the close of the period before is an input of this one. */
function carriedDiffers(base: Ledger, head: Ledger, period: Period): boolean {
  const [before, after] = [base, head].map(({ periods }) => {
    const previous = periods.find((each) => each.end === period.start && each.accountRef === period.accountRef);
    return previous === undefined ? null : (closeInForce(previous)?.sha256 ?? null);
  });
  return before !== after;
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}

function changedSnapshots(base: Ledger, head: Ledger): ReadonlySet<string> {
  const content = (ledger: Ledger, id: string): unknown =>
    ledger.snapshots.filter((each) => each.id === id).map(({ source }) => documentOf(ledger, source.file));
  return new Set([...base.snapshots, ...head.snapshots].map(({ id }) => id).filter((id) => !isSame(content(base, id), content(head, id))));
}

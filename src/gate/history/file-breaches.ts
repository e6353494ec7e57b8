/** Rules on files that may not change any more: price snapshots, frozen evidence, closed periods, and the records of closing. Pure. */
import { posix } from 'node:path';
import type { FindingCode } from '../../model/finding.ts';
import type { Ledger } from '../../model/ledger.ts';
import { memberOf } from '../compare/documents.ts';
import { type Difference, isRecord, type PastPeriod, type TreeView } from './past-period.ts';
import { isInvoice, isKind, periodFile } from '../../model/layout.ts';

/** A file that base has and the change does not keep. */
export interface FileBreach {
  readonly code: FindingCode;
  /** The stable word for what happened. */
  readonly problem: 'history-added' | 'history-changed' | 'history-removed' | 'history-renamed';
  /** POSIX path relative to the ledger; in base, but for what was added. */
  readonly file: string;
  /** How many files it stands for. */
  readonly count: number;
  readonly words: Readonly<Record<string, string>>;
}

export interface FileHistory {
  readonly base: TreeView;
  readonly head: TreeView;
  readonly differences: readonly Difference[];
  /** null when base cannot be read: then the names alone speak. */
  readonly baseLedger: Ledger | null;
  readonly periods: readonly PastPeriod[];
}

type Rule = (history: FileHistory) => FileBreach[];

/** In the order in which they are asked; a file is said once, by the first that has something against it. */
const rules: readonly Rule[] = [keepFolders, keepRecords, keepClosed, keepFrozen, keepSnapshots];

export function fileBreaches(history: FileHistory): FileBreach[] {
  const seen = new Set<string>();
  return rules.flatMap((rule) =>
    rule(history).filter(({ file }) => {
      const first = !seen.has(file);
      seen.add(file);
      return first;
    }),
  );
}

/** A closed period that is gone as a whole is said once. */
function keepFolders({ base, head, periods }: FileHistory): FileBreach[] {
  return periods
    .filter((period) => period.state === 'closed' && isGone(period, head))
    .map(({ folder, id }) => {
      const count = [...base.keys()].filter((name) => isBelow(name, folder)).length;
      return { code: 'closed-file-changed', problem: 'history-removed', file: folder, count, words: { period: id } };
    });
}

function isGone({ folder }: PastPeriod, head: TreeView): boolean {
  return ![...head.keys()].some((name) => isBelow(name, folder));
}

/** Closes and reopenings stay, whatever is reopened, and so do the results that were kept of a close. */
function keepRecords({ differences, periods, head }: FileHistory): FileBreach[] {
  const there = periods.filter((period) => period.state !== 'closed' || !isGone(period, head));
  return differences.flatMap((difference) => {
    const { name, how } = difference;
    const period = there.find(({ folder }) =>
      isKind(name, 'kept') ? isBelow(name, folder) : posix.dirname(name) === folder && isRecord(posix.basename(name)),
    );
    if (period === undefined || how === 'added') return [];
    return [breach('closed-file-changed', difference, { period: period.id })];
  });
}

function keepClosed({ head, periods, differences }: FileHistory): FileBreach[] {
  const closed = periods.filter((period) => period.state === 'closed' && !period.reopened && !isGone(period, head));
  return closed.flatMap((period) => {
    const { folder, id } = period;
    return differences
      .filter((difference) => isBelow(difference.name, folder) && (difference.how !== 'added' || isExtra(difference.name, period)))
      .map((difference) => breach('closed-file-changed', difference, { period: id }));
  });
}

/** What may be put beside a closed period is a new record, or what no run reads. */
function isExtra(name: string, period: PastPeriod): boolean {
  const file = name.slice(period.folder.length + 1);
  return isInvoice(name) || isKind(name, 'statement', 'exceptions', 'lock') || isEvidence(file, period);
}

function keepFrozen({ differences, periods }: FileHistory): FileBreach[] {
  const frozen = periods.filter(({ state, reopened }) => state === 'frozen' && !reopened);
  return frozen.flatMap((period) =>
    differences
      .filter(({ name }) => isBelow(name, period.folder) && isEvidence(name.slice(period.folder.length + 1), period))
      .map((difference) => {
        const file = difference.name.slice(period.folder.length + 1);
        const role = file === periodFile('lock') ? 'lock' : (period.period?.controls.lock?.files.find((each) => each.file === file)?.role ?? 'other');
        return breach('evidence-changed', difference, { layer: role, file: difference.name });
      }),
  );
}

/** The lock, what it lists, and what lies beside that. */
function isEvidence(file: string, { period }: PastPeriod): boolean {
  const listed = (period?.controls.lock?.files ?? []).map((each) => each.file);
  const folders = new Set(['evidence', ...listed.map((each) => posix.dirname(each)).filter((folder) => folder !== '.')]);
  return file === periodFile('lock') || listed.includes(file) || [...folders].some((folder) => isBelow(file, folder));
}

/** A snapshot, and the saved page that it names. */
function keepSnapshots({ base, head, differences, baseLedger }: FileHistory): FileBreach[] {
  const pages = new Set((baseLedger?.files ?? []).flatMap(({ name, document }) => pageOf(name, document)));
  const kept = differences.filter(({ name, how }) => how !== 'added' && (isKind(name, 'prices') || pages.has(name)));
  return kept.map((difference) => {
    const content = base.get(difference.name);
    const moved = differences.find(({ name, how }) => how === 'added' && content !== null && head.get(name) === content)?.name;
    if (difference.how !== 'removed' || moved === undefined) return breach('snapshot-changed', difference, {});
    return { ...breach('snapshot-changed', difference, { to: moved }), problem: 'history-renamed' };
  });
}

function pageOf(name: string, document: unknown): string[] {
  const page = memberOf(memberOf(document, 'evidence'), 'file');
  return isKind(name, 'prices') && typeof page === 'string' ? [posix.join(posix.dirname(name), page)] : [];
}

function breach(code: FindingCode, { name, how }: Difference, words: Readonly<Record<string, string>>): FileBreach {
  return { code, problem: `history-${how}`, file: name, count: 1, words };
}

function isBelow(name: string, folder: string): boolean {
  return name.startsWith(`${folder}/`);
}

/** What a change does to a ledger: the periods whose inputs it touches, the rules that it edits, and what it takes away. Pure. */
import { closeInForce } from '../../model/close.ts';
import type { PolicyEdit } from '../../model/gate.ts';
import type { Ledger, Period } from '../../model/ledger.ts';
import { documentOf, elementsOf, isSame, isSameSet, memberOf, without } from './documents.ts';
import { editedRules, periodData } from './period-rules.ts';

export interface LedgerChange {
  /** Ids of the periods of head whose inputs differ from base's, in the ledger's order. */
  readonly touched: readonly string[];
  /** By file. */
  readonly edits: readonly PolicyEdit[];
  /** Ids that base has and head lacks. */
  readonly removed: readonly string[];
}

/** Compares two readings of one ledger. `changedPaths` are the files, relative to the ledger, whose bytes differ: evidence is compared by them alone. */
export function compareLedgers(base: Ledger, head: Ledger, changedPaths: readonly string[]): LedgerChange {
  const shared = { models: !isSameSet(mappingsOf(base, 'primary'), mappingsOf(head, 'primary')), prices: changedSnapshots(base, head) };
  const touched = head.periods.filter((period) => {
    const before = base.periods.find(({ id }) => id === period.id);
    if (before === undefined || ownFilesDiffer(base, before, head, period, changedPaths)) return true;
    // What several periods share concerns those that are still open; a close or reopen is a file of its period.
    return (
      !period.closed &&
      (shared.models ||
        carriedDiffers(base, head, period) ||
        period.prices.some(({ snapshot }) => shared.prices.has(snapshot)) ||
        formatsDiffer(base, head, period))
    );
  });
  return {
    touched: touched.map(({ id }) => id),
    edits: mergeByFile([...ledgerEdits(base, head), ...periodEdits(base, head), ...exceptionEdits(base, head)]),
    removed: base.periods.filter(({ id }) => !head.periods.some((period) => period.id === id)).map(({ id }) => id),
  };
}

/** The elements of models.yaml with this role. */
export function mappingsOf(ledger: Ledger, role: 'primary' | 'fallback'): readonly unknown[] {
  return elementsOf(memberOf(documentOf(ledger, 'models.yaml'), 'models')).filter((mapping) => (memberOf(mapping, 'role') ?? 'primary') === role);
}

function ownFilesDiffer(base: Ledger, before: Period, head: Ledger, period: Period, changedPaths: readonly string[]): boolean {
  const named = (name: string, of: Period): string => `${of.folder}/${name}`;
  if (!isSame(periodData(documentOf(base, named('period.yaml', before))), periodData(documentOf(head, named('period.yaml', period))))) return true;
  if (!isSame(documentOf(base, named('invoice.yaml', before)), documentOf(head, named('invoice.yaml', period)))) return true;
  const apart = ['period.yaml', 'invoice.yaml', 'exceptions.yaml'].map((name) => named(name, period));
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

/** The filter of a format is a rule; the rest of it says how data is read. */
function formatsDiffer(base: Ledger, head: Ledger, period: Period): boolean {
  return period.evidence.some(({ format }) => {
    const name = `formats/${format}.yaml`;
    return !isSame(without(documentOf(base, name), ['filter']), without(documentOf(head, name), ['filter']));
  });
}

function ledgerEdits(base: Ledger, head: Ledger): PolicyEdit[] {
  const member = (ledger: Ledger, file: string, key: string): unknown => memberOf(documentOf(ledger, file), key);
  const settings = ['trueup.yaml', 'contract.yaml'].map((file) => ({ file, base: documentOf(base, file), head: documentOf(head, file) }));
  const [own, contract] = settings;
  const what = {
    'trueup.yaml': [
      ...(isSame(member(base, 'trueup.yaml', 'policy'), member(head, 'trueup.yaml', 'policy')) ? [] : ['policy']),
      ...(isSame(without(own?.base, ['policy']), without(own?.head, ['policy'])) ? [] : ['settings']),
    ],
    'contract.yaml': [
      ...(isSame(member(base, 'contract.yaml', 'billing'), member(head, 'contract.yaml', 'billing')) ? [] : ['billing rules']),
      ...(isSame(without(contract?.base, ['billing']), without(contract?.head, ['billing'])) ? [] : ['contract items']),
    ],
    'models.yaml': isSameSet(mappingsOf(base, 'fallback'), mappingsOf(head, 'fallback')) ? [] : ['fallback mappings'],
  };
  return Object.entries(what).map(([file, words]) => ({ file, what: words }));
}

function periodEdits(base: Ledger, head: Ledger): PolicyEdit[] {
  return head.periods.flatMap((period) => {
    const before = base.periods.find(({ id }) => id === period.id);
    if (before === undefined) return [];
    const file = `${period.folder}/period.yaml`;
    const what = editedRules(documentOf(head, file), documentOf(base, `${before.folder}/period.yaml`));
    return [{ file, what }, ...filterEdits(base, before, head, period)];
  });
}

/** A filter is edited in its format's file, or by naming another format. */
function filterEdits(base: Ledger, before: Period, head: Ledger, period: Period): PolicyEdit[] {
  return period.evidence.flatMap(({ layer, format }) => {
    const known = before.evidence.find((each) => each.layer === layer);
    if (known === undefined || isSame(filterOf(base, known.format), filterOf(head, format))) return [];
    return [{ file: known.format === format ? `formats/${format}.yaml` : `${period.folder}/period.yaml`, what: ['format filter'] }];
  });
}

function filterOf(ledger: Ledger, format: string): unknown {
  return ledger.formats.find(({ name }) => name === format)?.filter;
}

/** Also those of a period that base does not have: they are in force once they are merged. */
function exceptionEdits(base: Ledger, head: Ledger): PolicyEdit[] {
  const files = new Set([...base.periods, ...head.periods].map(({ folder }) => `${folder}/exceptions.yaml`));
  return [...files].filter((file) => !isSame(documentOf(base, file), documentOf(head, file))).map((file) => ({ file, what: ['exceptions'] }));
}

function mergeByFile(edits: readonly PolicyEdit[]): PolicyEdit[] {
  const byFile = new Map<string, Set<string>>();
  for (const { file, what } of edits) byFile.set(file, new Set([...(byFile.get(file) ?? []), ...what]));
  return [...byFile]
    .filter(([, what]) => what.size > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, what]) => ({ file, what: [...what] }));
}

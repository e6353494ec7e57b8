/** Which mappings hold for a change: all that base has, and of head's own those that speak of models which base does not know. Pure. */
import { elementsOf, memberOf, withMember, withoutPlaces } from './documents.ts';
import { isKind } from '../../model/layout.ts';
import type { Ledger, LedgerFile, Mapping } from '../../model/ledger.ts';

/** A mapping, and its element of `models.yaml`. */
interface Row {
  readonly mapping: Mapping;
  readonly element: unknown;
}

/** The elements of head's `models.yaml` that are data: nothing in base says otherwise about their models. */
export function newMappings(base: Ledger, head: Ledger): unknown[] {
  return newRows(base, head).map(({ element }) => element);
}

/** The elements of head's `models.yaml` that are rules: what base has too, and what says something else about the same models. */
export function ruledMappings(base: Ledger, head: Ledger): unknown[] {
  const news = new Set(newRows(base, head).map(({ mapping }) => mapping));
  return rowsOf(head).flatMap(({ mapping, element }) => (news.has(mapping) ? [] : [element]));
}

/** Base's mappings and head's new ones; head's own list, places and all, where that is the same. */
export function mappingsInForce(base: Ledger, head: Ledger): readonly Mapping[] {
  return inForce(base, head)?.map(({ mapping }) => mapping) ?? head.mappings;
}

/** `models.yaml` of head with the mappings in force. */
export function mappingFileInForce(base: Ledger, head: Ledger, file: LedgerFile): LedgerFile {
  const rows = inForce(base, head);
  if (rows === null) return file;
  return {
    ...file,
    document: withMember(
      file.document,
      'models',
      rows.map(({ element }) => element),
    ),
  };
}

/** null where head's list is in force as it stands. */
function inForce(base: Ledger, head: Ledger): Row[] | null {
  const [ours, theirs] = [rowsOf(head), rowsOf(base)];
  const known = new Set(theirs.map(keyOf));
  const kept = [...ours.filter((row) => known.has(keyOf(row))), ...newRows(base, head)];
  const names = new Set(kept.map(keyOf));
  const restored = theirs.filter((row) => !names.has(keyOf(row)));
  if (restored.length === 0 && kept.length === ours.length) return null;
  return [...kept, ...restored.map(({ mapping, element }) => ({ mapping: withoutPlaces(mapping), element }))];
}

function newRows(base: Ledger, head: Ledger): Row[] {
  const known = new Set(rowsOf(base).map(keyOf));
  return rowsOf(head).filter((row) => !known.has(keyOf(row)) && isNews(row.mapping, base));
}

/**
 * A primary is news when base maps its requested model to nothing, or gives another internal name the very same model for it. A fallback explains charges away,
 * so that base may know nothing of its models at all, neither by a mapping nor by a price.
 */
function isNews({ internalName, requestedModel, billableModel, role }: Mapping, base: Ledger): boolean {
  const same = base.mappings.filter((each) => each.requestedModel === requestedModel);
  if (role === 'primary') {
    const isAlike = same.some((each) => each.role === 'primary' && each.billableModel === billableModel);
    return same.length === 0 || (isAlike && !same.some((each) => each.internalName === internalName));
  }
  const models = new Set(base.mappings.flatMap((each) => [each.requestedModel, each.billableModel]));
  const priced = base.snapshots.some(({ prices }) => prices.some((row) => row.billableModel === billableModel || row.billableModel === requestedModel));
  return !models.has(requestedModel) && !models.has(billableModel) && !priced;
}

function rowsOf(ledger: Ledger): Row[] {
  const elements = elementsOf(memberOf(ledger.files.find(({ name }) => isKind(name, 'models'))?.document, 'models'));
  return ledger.mappings.map((mapping, index) => ({ mapping, element: elements[index] }));
}

/** What a mapping says, wherever it stands. */
function keyOf({ mapping: { source: _source, ...said } }: Row): string {
  return JSON.stringify(said, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

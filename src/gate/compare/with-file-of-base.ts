/** Head's ledger with one of its shared files as base has it: the state before the edit of that file, all other edits done. Pure. */
import type { Ledger } from '../../model/ledger.ts';
import { documentOf, fileOf, isSame, memberOf } from './documents.ts';
import { withoutPlaces } from './without-places.ts';
import { isKind, rowOf } from '../../model/layout.ts';

/** The files of head that periods share and base has otherwise, or not at all; by name. */
export function editedFiles(base: Ledger, head: Ledger): readonly string[] {
  const names = head.files.map(({ name }) => name).filter((name) => ['ledger', 'naming'].includes(rowOf(name)?.of ?? ''));
  return names.filter((name) => !isSame(documentOf(base, name), documentOf(head, name)));
}

/** The name of the format that a file of the ledger describes. */
export function formatNameOf(ledger: Ledger, file: string): string {
  return String(memberOf(documentOf(ledger, file), 'name'));
}

/** null when base has no such file. */
export function withFileOfBase(head: Ledger, base: Ledger, name: string): Ledger | null {
  const file = fileOf(base, name);
  if (file === undefined) return null;
  const files = head.files.map((each) => (each.name === name ? file : each));
  if (isKind(name, 'settings')) return { ...head, files, settings: withoutPlaces(base.settings) };
  if (isKind(name, 'contract')) return { ...head, files, contract: withoutPlaces(base.contract) };
  if (isKind(name, 'models')) return { ...head, files, mappings: withoutPlaces(base.mappings) };
  if (isKind(name, 'format')) {
    const [own, old] = [formatNameOf(head, name), formatNameOf(base, name)];
    return { ...head, files, formats: [...head.formats.filter((format) => format.name !== own), ...base.formats.filter((format) => format.name === old)] };
  }
  const before = withoutPlaces(base.snapshots.filter(({ source }) => source.file === name));
  return { ...head, files, snapshots: [...head.snapshots.filter(({ source }) => source.file !== name), ...before] };
}

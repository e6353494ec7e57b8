/** Hashes the files that a ledger names with their hash: saved price pages, invoice documents, references. */
import { posix } from 'node:path';
import type { NamedFile, Part, PeriodPart } from './draft.ts';
import { hashFile } from './ledger-files.ts';
import { type LedgerDocument, placeOf, valueAt, type YamlPath } from './yaml-document.ts';
import type { Snapshot } from '../model/ledger.ts';

interface Naming {
  readonly snapshots: readonly Part<Snapshot>[];
  readonly periods: readonly PeriodPart[];
}

/** Looks at every named file, in the order of the parts. Paths are relative to the folder of the file that names them. */
export async function findNamedFiles(root: string, { snapshots, periods }: Naming): Promise<NamedFile[]> {
  const named: NamedFile[] = [];
  for (const { document } of snapshots) named.push(...(await lookAt(root, document, ['evidence'])));
  for (const { value, document, invoiceDocument } of periods) {
    if (invoiceDocument !== null) named.push(...(await lookAt(root, invoiceDocument, ['document'])));
    for (const index of value.references.keys()) named.push(...(await lookAt(root, document, ['references', index])));
  }
  return named;
}

async function lookAt(root: string, document: LedgerDocument, path: YamlPath): Promise<NamedFile[]> {
  const file = valueAt(document, [...path, 'file']);
  const declared = valueAt(document, [...path, 'sha256']);
  if (typeof file !== 'string' || typeof declared !== 'string') return [];
  const name = posix.join(posix.dirname(document.name), file);
  const opened = await hashFile(root, name);
  const found = opened.state === 'read' ? opened.content : opened.state;
  return [{ name, declared, source: placeOf(document, [...path, typeof found === 'string' ? 'file' : 'sha256']), found }];
}

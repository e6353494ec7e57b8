/** Rules on names: what is found by its name has one of its own. */
import type { LedgerDraft } from '../draft.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import { finding, type Finding, type Source } from '../../model/finding.ts';
import { type Day, startOfDay } from '../../model/instant.ts';
import { drillFolder, ledgerPath, periodFolder } from '../../model/layout.ts';
import type { ContractItem } from '../../model/ledger.ts';

interface Named {
  readonly id: string;
  readonly source: Source;
}

/** Each kind of name, inside what it must be unique in. */
export function idsUnique(draft: LedgerDraft): Finding[] {
  const { snapshots, periods, formats, contract } = draft;
  return [
    ...repeated(
      'snapshot',
      snapshots.map(({ value }) => ({ id: value.id, source: value.source })),
    ),
    ...snapshots.flatMap(({ value }) =>
      repeated(
        'price row',
        value.prices.map((row) => ({ id: row.billableModel, source: row.source })),
      ),
    ),
    ...repeated(
      'period',
      periods.map(({ value }) => ({ id: value.id, source: value.source })),
    ),
    ...periods.flatMap(({ value, document }) =>
      repeated(
        'incident',
        value.incidents.map(({ id }, index) => ({ id, source: placeOf(document, ['incidents', index, 'id']) })),
      ),
    ),
    ...periods.flatMap(({ value }) => repeated('exception', value.exceptions)),
    ...periods.flatMap(({ value }) =>
      repeated(
        'invoice',
        value.invoices.map(({ invoiceId: id, source }) => ({ id, source })),
      ),
    ),
    ...repeated(
      'format',
      formats.map(({ value, document }) => ({ id: value.name, source: placeOf(document, ['name']) })),
      draft.builtInFormats.map((format) => format.name),
    ),
    ...repeated(
      'contract area',
      (contract?.value.items ?? []).filter((item) => isCurrent(item, draft.asOf)).map((item) => ({ id: item.area, source: item.source })),
    ),
  ];
}

/** What has expired stays as a record beside what holds now. */
function isCurrent({ expiresOn }: ContractItem, asOf: Day): boolean {
  return expiresOn === null || startOfDay(expiresOn) >= startOfDay(asOf);
}

/** A format is found by its file's name, a period and a drill by that of their folder; another id would make two names for one thing. */
export function namedByPlace({ formats, periods, drills }: LedgerDraft): Finding[] {
  const folders = [
    ...periods.map(({ value, document }) => ({ id: value.id, folder: value.folder, own: periodFolder(value.id), document })),
    ...drills.map(({ value, document }) => ({ id: value.id, folder: value.period.folder, own: drillFolder(value.id), document })),
  ];
  return [
    ...formats
      .filter(({ value, document }) => document.name !== ledgerPath('format', value.name))
      .map(({ value, document }) => misnamed(document, 'name', value.name, `the name of its file; this is ${document.name}`)),
    ...folders
      .filter(({ folder, own }) => folder !== own)
      .map(({ id, folder, document }) => misnamed(document, 'id', id, `the name of its folder, ${folder.slice(folder.indexOf('/') + 1)}`)),
  ];
}

function misnamed(document: LedgerDocument, key: 'id' | 'name', value: string, expected: string): Finding {
  return finding('invalid-value', 'inconclusive', { args: { key, value, expected }, source: placeOf(document, [key]) });
}

function repeated(kind: string, named: readonly Named[], taken: readonly string[] = []): Finding[] {
  const seen = new Set(taken);
  return named.flatMap(({ id, source }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [finding('duplicate-id', 'fail', { args: { kind, id }, source })];
  });
}

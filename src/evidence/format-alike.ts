/** Which other formats a file looks like, whose columns or rows its own format does not find. */
import { checkNames, usedNames } from './check-names.ts';
import type { EvidenceLimits } from './evidence-limits.ts';
import type { FileKind } from './file-kind.ts';
import { readCsvHeader } from './read-csv-header.ts';
import { linesOf, readJsonKeys } from './read-json-keys.ts';
import { RecordScan } from './record-scan.ts';
import type { Format, EvidenceLayer, RecordPlace } from '../model/evidence.ts';

/** The start of a file as it is written: decoded from what packs it, and nothing taken out of it. */
export interface FileStart {
  readonly kind: FileKind;
  readonly layer: EvidenceLayer;
  readonly head: Buffer;
  readonly isWhole: boolean;
  readonly limits: EvidenceLimits;
}

/** Fewer names in common say nothing: `id` and `model` are everywhere. */
const leastNames = 3;
const elements: RecordPlace = { path: '$[*]', keyAs: null, with: {} };

/** The formats that find everything they need: those that know the most of its names, and of these those that miss the fewest of their own. */
export function formatsAlike(start: FileStart, formats: readonly Format[]): string[] {
  const scored = formats.flatMap((format) => {
    const names = namesUnder(start, format);
    // What no file of the format has, the period gives it.
    const lacks = checkNames(names, format, start.layer).some(({ severity, problem }) => severity === 'inconclusive' && problem !== 'unmapped-column');
    const used = usedNames(format);
    const known = names.filter((name) => used.has(name)).length;
    return lacks || known < leastNames ? [] : [{ name: format.name, known, missed: used.size - known }];
  });
  const most = Math.max(...scored.map(({ known }) => known));
  const best = scored.filter(({ known }) => known === most);
  const fewest = Math.min(...best.map(({ missed }) => missed));
  return best.filter(({ missed }) => missed === fewest).map(({ name }) => name);
}

/** The format whose export the file is, but with its amounts rounded; null = none. */
export function roundedExport({ kind, head, isWhole }: FileStart, formats: readonly Format[]): string | null {
  if (kind.container !== 'csv') return null;
  const reading = readCsvHeader(new TextDecoder().decode(head), isWhole, ',');
  if ('problem' in reading) return null;
  return formats.find(({ rounded }) => rounded?.every((name) => reading.names.includes(name)) === true)?.name ?? null;
}

/** The columns or keys that a format would see in the file; none where it sees no rows. */
function namesUnder(start: FileStart, format: Format): readonly string[] {
  const { kind, head, isWhole, limits } = start;
  const text = new TextDecoder().decode(head);
  if (kind.container === 'csv') {
    const reading = format.records === undefined ? readCsvHeader(text, isWhole, format.file?.delimiter ?? ',') : null;
    return reading === null || 'problem' in reading ? [] : reading.names;
  }
  const place = format.records ?? (kind.container === 'json' ? elements : null);
  const rows = place === null ? linesOf(text, isWhole) : rowsAt(place, start);
  return readJsonKeys(rows, limits.headLines, isWhole).keys;
}

function rowsAt(place: RecordPlace, { head, limits }: FileStart): string[] {
  const rows: string[] = [];
  const scan = new RecordScan(place, limits, (row) => void rows.push(row.toString('utf8')));
  scan.accept(head);
  return rows;
}

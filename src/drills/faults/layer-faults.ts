/** Faults of whole layers and files: a clock in another zone, files cut, emptied, gone, or changed after they were frozen. */
import { type FaultKind, wholeFault } from './fault-kind.ts';
import { timeOf } from './plain-requests.ts';
import { newFinding, together, unreadable } from './signal.ts';
import { rewriteRow, valueOf, writeTime } from './source-table.ts';
import { type Layer, layers } from '../../model/evidence.ts';
import { periodFile, periodPath } from '../../model/layout.ts';

const zoneShift = 8n * 3_600_000_000n;
function shiftedClock(layer: Layer): FaultKind {
  return wholeFault(`clock-of-the-${layer}-in-another-zone`, ({ tables, requests }) => {
    const own = tables.filter((table) => table.layer === layer);
    if (own.length === 0) return layer === 'gateway' ? 'a gateway layer' : `${layer} rows as CSV or JSON lines`;
    if (requests.length === 0) return 'plain requests that link the layers';
    const rows = own
      .flatMap((table) => table.rows.map((row) => ({ row, text: shifted(row) })))
      .flatMap(({ row, text }) => (text === null ? [] : [{ row, text }]));
    return { rows, signal: newFinding('clock-shift') };
  });
}

function shifted(row: Parameters<typeof timeOf>[0]): string | null {
  const time = timeOf(row);
  if (time === null) return null;
  return rewriteRow(row, { timestamp_utc: writeTime(time + zoneShift, valueOf(row, 'timestamp_utc') ?? '', row.table.format) });
}

/** What the engine finds in one layer it may not look for in the next, so that each layer has a run of its own. */
function truncated(layer: Layer): FaultKind {
  return wholeFault(`${layer}-file-truncated`, ({ files }) => {
    const file = files.filter((one) => one.layer === layer).at(-1);
    if (file === undefined) return `a ${layer} layer`;
    return { files: [{ name: file.name, change: cut }], signal: unreadable(file.name) };
  });
}

/** Inside the last row, whatever the format and the encoding: a cut at a line's end would be a dropped row, and one behind the bracket of an array none at all. */
function cut(bytes: Buffer): Buffer {
  const end = bytes.subarray(0, -1).lastIndexOf(0x0a);
  const last = bytes.findLastIndex((byte) => byte > 0x20);
  return bytes.subarray(0, Math.min(Math.max(end + 3, 3, bytes.length - 200), last));
}

const emptied = wholeFault('file-emptied', ({ files }) => {
  const chosen = layers.flatMap((layer) => files.filter((file) => file.layer === layer).slice(0, 1));
  const signal = together(
    'an inconclusive finding on each file',
    chosen.map(({ name }) => unreadable(name)),
  );
  return { injected: chosen.length, files: chosen.map(({ name }) => ({ name, change: () => Buffer.alloc(0) })), signal };
});

const removed = wholeFault('file-gone', ({ files }) => {
  const alone = files.find(({ layer }) => files.filter((file) => file.layer === layer).length === 1);
  if (alone === undefined) return 'a layer of one file, or a lock (`trueup freeze`)';
  return { files: [{ name: alone.name, change: () => null }], signal: unreadable(alone.name) };
});

const lockEdited = wholeFault('lock-edited', ({ texts, period }) => {
  const text = texts.get(periodFile('lock'));
  const digest = text === undefined ? null : /[0-9a-f]{64}/.exec(text);
  if (text === undefined || digest === null) return 'a lock (`trueup freeze`)';
  const other = digest[0].startsWith('0') ? '1' : '0';
  const edited = text.slice(0, digest.index) + other + text.slice(digest.index + 1);
  return { texts: [{ name: periodPath(period, 'lock'), text: edited }], signal: newFinding('lock-broken') };
});

const frozenChanged = wholeFault('frozen-evidence-changed', ({ texts, period, requests }) => {
  const text = texts.get(periodFile('lock'));
  const [request] = requests;
  if (text === undefined) return 'a lock (`trueup freeze`)';
  if (request === undefined) return 'plain requests';
  const rows = [{ row: request.provider, text: '' }];
  return { rows, texts: [{ name: periodPath(period, 'lock'), text }], signal: newFinding('evidence-changed') };
});

export const layerFaults: readonly FaultKind[] = [...layers.map(shiftedClock), ...layers.map(truncated), emptied, removed, lockEdited, frozenChanged];

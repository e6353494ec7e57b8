/** Faults of whole layers and files: a clock in another zone, files cut, emptied, gone, or changed after they were frozen. */
import type { FaultKind } from './fault-kind.ts';
import { timeOf } from './plain-requests.ts';
import { newFinding, together, unreadable } from './signal.ts';
import { rewriteRow, valueOf } from './source-table.ts';
import { writeTime } from './source-time.ts';
import { type Layer, layers } from '../../model/evidence.ts';
import { periodFile, periodPath } from '../../model/layout.ts';

const zoneShift = 8n * 3_600_000_000n;
const nothing = { rows: [], files: [], texts: [], requests: [], disturbs: 'everything' } as const;

function shiftedClock(layer: Layer): FaultKind {
  const kind = `clock-of-the-${layer}-in-another-zone`;
  return {
    kind,
    plan: ({ tables, requests }) => {
      const own = tables.filter((table) => table.layer === layer);
      if (own.length === 0) return { kind, needs: layer === 'gateway' ? 'a gateway layer' : `${layer} rows as CSV or JSON lines` };
      if (requests.length === 0) return { kind, needs: 'plain requests that link the layers' };
      const rows = own
        .flatMap((table) => table.rows.map((row) => ({ row, text: shifted(row) })))
        .flatMap(({ row, text }) => (text === null ? [] : [{ row, text }]));
      return { ...nothing, kind, injected: 1, rows, signal: newFinding('clock-shift') };
    },
  };
}

function shifted(row: Parameters<typeof timeOf>[0]): string | null {
  const time = timeOf(row);
  if (time === null) return null;
  return rewriteRow(row, { timestamp_utc: writeTime(time + zoneShift, valueOf(row, 'timestamp_utc') ?? '', row.table.format) });
}

/** What the engine finds in one layer it may not look for in the next, so that each layer has a run of its own. */
function truncated(layer: Layer): FaultKind {
  const kind = `${layer}-file-truncated`;
  return {
    kind,
    plan: ({ files }) => {
      const file = files.filter((one) => one.layer === layer).at(-1);
      if (file === undefined) return { kind, needs: `a ${layer} layer` };
      return { ...nothing, kind, injected: 1, files: [{ name: file.name, change: cut }], signal: unreadable(file.name) };
    },
  };
}

/** Inside the last row, whatever the format: a cut at a line's end would be a dropped row. */
function cut(bytes: Buffer): Buffer {
  const end = bytes.subarray(0, -1).lastIndexOf(0x0a);
  return bytes.subarray(0, Math.max(end + 2, 2, bytes.length - 200));
}

const emptied: FaultKind = {
  kind: 'file-emptied',
  plan: ({ files }) => {
    const chosen = layers.flatMap((layer) => files.filter((file) => file.layer === layer).slice(0, 1));
    const signal = together(
      'an inconclusive finding on each file',
      chosen.map(({ name }) => unreadable(name)),
    );
    return { ...nothing, kind: 'file-emptied', injected: chosen.length, files: chosen.map(({ name }) => ({ name, change: () => Buffer.alloc(0) })), signal };
  },
};

const removed: FaultKind = {
  kind: 'file-gone',
  plan: (context) => {
    const alone = context.files.find(({ layer }) => context.files.filter((file) => file.layer === layer).length === 1);
    if (alone === undefined) return { kind: 'file-gone', needs: 'a layer of one file, or a lock (`trueup freeze`)' };
    return { ...nothing, kind: 'file-gone', injected: 1, files: [{ name: alone.name, change: () => null }], signal: unreadable(alone.name) };
  },
};

const lockEdited: FaultKind = {
  kind: 'lock-edited',
  plan: ({ texts, period }) => {
    const text = texts.get(periodFile('lock'));
    const digest = text === undefined ? null : /[0-9a-f]{64}/.exec(text);
    if (text === undefined || digest === null) return { kind: 'lock-edited', needs: 'a lock (`trueup freeze`)' };
    const other = digest[0].startsWith('0') ? '1' : '0';
    const edited = text.slice(0, digest.index) + other + text.slice(digest.index + 1);
    return { ...nothing, kind: 'lock-edited', injected: 1, texts: [{ name: periodPath(period, 'lock'), text: edited }], signal: newFinding('lock-broken') };
  },
};

const frozenChanged: FaultKind = {
  kind: 'frozen-evidence-changed',
  plan: ({ texts, period, requests }) => {
    const text = texts.get(periodFile('lock'));
    const [request] = requests;
    if (text === undefined) return { kind: 'frozen-evidence-changed', needs: 'a lock (`trueup freeze`)' };
    if (request === undefined) return { kind: 'frozen-evidence-changed', needs: 'plain requests' };
    const rows = [{ row: request.provider, text: '' }];
    return {
      ...nothing,
      kind: 'frozen-evidence-changed',
      injected: 1,
      rows,
      texts: [{ name: periodPath(period, 'lock'), text }],
      signal: newFinding('evidence-changed'),
    };
  },
};

export const layerFaults: readonly FaultKind[] = [...layers.map(shiftedClock), ...layers.map(truncated), emptied, removed, lockEdited, frozenChanged];

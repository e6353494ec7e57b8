/** A CSV file that takes rows in nearly any order and writes them in time order, with only a window of them in memory. */
import { open } from 'node:fs/promises';

export interface RowLog {
  /** `time` in milliseconds since 1970. */
  readonly add: (time: number, row: string) => void;
  /** Writes the rows up to a time; rows that come later with an earlier time are written out of order. */
  readonly release: (upTo: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openRowLog(file: string, header: string): Promise<RowLog> {
  const handle = await open(file, 'w');
  let waiting: { time: number; row: string }[] = [];
  await handle.write(`${header}\n`);
  const release = async (upTo: number): Promise<void> => {
    waiting.sort((a, b) => a.time - b.time);
    const later = waiting.findIndex((entry) => entry.time > upTo);
    const ready = later === -1 ? waiting : waiting.slice(0, later);
    waiting = later === -1 ? [] : waiting.slice(later);
    if (ready.length > 0) await handle.write(`${ready.map((entry) => entry.row).join('\n')}\n`);
  };
  return {
    add: (time, row) => void waiting.push({ time, row }),
    release,
    close: async () => {
      await release(Number.POSITIVE_INFINITY);
      await handle.close();
    },
  };
}

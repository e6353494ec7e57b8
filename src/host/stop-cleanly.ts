/** How both entries end early: on a signal, when memory runs out, and when nobody reads any more. What was begun is taken back first. */
import process from 'node:process';
import { getHeapStatistics } from 'node:v8';
import { takeAllBack } from '../model/interruption.ts';
import { reasonOf, systemFailure } from '../model/system-failure.ts';

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** With less than this left of what the language may use, the next step may be its last, and it would end with a stack. */
const leastHeapLeft = 56 * 1024 * 1024;
const leastShareLeft = 0.08;
/** Young values have so much of their own. Of what old ones may take, V8 gives up above four fifths when collecting costs more time than it frees memory. */
const youngBytes = 48 * 1024 * 1024;
const fullestOldShare = 0.78;
const lookEveryMilliseconds = 10;

/** Writes at once, on the channel for complaints. */
type Say = (sentence: string, remedy: string) => void;

export function stopCleanly(say: Say): void {
  for (const [name, number] of Object.entries(signals)) {
    process.on(name, () => {
      takeAllBack();
      say(`Stopped by ${name}.`, 'What it had begun is removed, and what stood there before is as it was; start it again.');
      process.exit(128 + number);
    });
  }
  // A limit on the size of files would end the process; so the writing fails instead, which has words.
  process.on('SIGXFSZ', () => undefined);
  const { heap_size_limit: most } = getHeapStatistics();
  const fullest = Math.max(most / 2, Math.min(most - Math.max(leastHeapLeft, most * leastShareLeft), (most - youngBytes) * fullestOldShare));
  setInterval(() => {
    if (getHeapStatistics().used_heap_size < fullest) return;
    takeAllBack();
    say('The memory is used up.', 'Give the run more of it: NODE_OPTIONS=--max-old-space-size=<MB>.');
    process.exit(2);
  }, lookEveryMilliseconds).unref();
}

/** A reader that has seen enough (`head`) is no error: the run goes on and ends as it would have. What cannot be written otherwise ends it. */
export function bearClosedPipes(say: Say): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return;
      takeAllBack();
      const known = systemFailure(error);
      say(known?.message ?? `What was to be said could not be written (${reasonOf(error)}).`, known?.remedy ?? 'Send the output to another place.');
      process.exit(2);
    });
  }
}

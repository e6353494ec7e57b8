/** What every command gets from the entry: where its text goes, how it ends, and the values that only an entry may read. */
import type { Day } from '../model/instant.ts';
import type { Colour } from '../report/terminal-style.ts';

export interface CommandContext {
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Sets the exit code: 0 pass or warn, 1 fail, 2 inconclusive. */
  readonly finish: (code: number) => void;
  readonly today: () => Day;
  readonly colour: Colour;
  readonly toolVersion: string;
  /** Existing folder for temporary files. */
  readonly temporaryRoot: string;
  /** Memory limit of the engine in bytes, unless the command line names one. */
  readonly memoryBytes: () => bigint;
  /** The environment, for what is handed to git; nothing else reads it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Where the packages of the native engine are, or why they are nowhere: what an entry finds out and the engine's door asks for. */
import { UserError } from './user-error.ts';

/** A folder from which the engine's packages resolve as Node resolves them. */
export interface EnginePlace {
  /**
   * `program`: npm put them where the program lies, and may have chosen a later detect-libc. `runner`: other jobs may have written there, so every
   * file that runs is held against its pin.
   */
  readonly from: 'program' | 'runner';
  /** Absolute. */
  readonly folder: string;
}

export const engineProblems = ['absent', 'altered', 'not-loadable', 'no-tool-cache', 'no-npm', 'npm-failed', 'npm-timeout', 'not-writable'] as const;
export type EngineProblem = (typeof engineProblems)[number];

/** Why there is no engine. */
export interface EngineAbsence {
  readonly from: 'nowhere';
  readonly problem: EngineProblem;
  /** Text of others, such as the last words of npm; may be empty. */
  readonly detail: string;
  /** The folder in which the packages are missing or wrong, or where they would have been put; may be empty. */
  readonly folder: string;
}

export type EngineChoice = EnginePlace | EngineAbsence;

/** Asked once, when rows are to be read for the first time: a run without rows needs no engine. */
export type FindEngine = () => Promise<EngineChoice>;

/** Thrown by the engine's door; a run turns it into the finding `engine-missing`. */
export class EngineMissing extends UserError {
  readonly absence: EngineAbsence;

  constructor(absence: EngineAbsence, options?: ErrorOptions) {
    const { problem, detail, folder } = absence;
    super(
      `The native engine could not be loaded: ${problem}${detail === '' ? '' : ` (${detail})`}${folder === '' ? '' : `, in ${folder}`}`,
      'Run `npm ci --omit=dev` where Trueup is installed, on a platform for which @duckdb/node-api has a binary.',
      options,
    );
    this.name = 'EngineMissing';
    this.absence = absence;
  }
}

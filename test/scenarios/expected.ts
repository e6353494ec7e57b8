/** What `expected.json` of a scenario may say; README.md explains the keys. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineProblem } from '../../src/model/engine-place.ts';
import type { Verdict } from '../../src/model/verdict.ts';

export interface ExpectedFinding {
  readonly code: string;
  readonly severity: string;
  /** Sentence and remedy, as people read them. */
  readonly says: string;
  readonly at?: string;
  readonly amount?: string;
  readonly count?: number;
  readonly args?: Readonly<Record<string, string>>;
  readonly samples?: readonly string[];
}

/** A file made from a text file of the scenario, which it replaces: no binary file is kept here. */
export interface MadeFile {
  readonly from: string;
  readonly path: string;
  readonly as: 'copy' | 'gzip' | 'zstd' | 'utf-16be' | 'utf-16le' | 'parquet';
  /** What the Parquet file holds, over the text columns of `evidence`. */
  readonly query?: string;
  /** Bytes taken away at the end. */
  readonly cut?: number;
  /** The byte at this place is inverted; negative counts from the end. */
  readonly flip?: number;
}

export const scenarioCommands = ['validate', 'reconcile', 'import', 'drill', 'faults'] as const;

export interface Expected {
  readonly command: (typeof scenarioCommands)[number];
  /** Neither for `import`, which reads the scenario's runbook.json alone. */
  readonly asOf: string;
  readonly period: string;
  readonly through?: string;
  readonly exit: 0 | 1 | 2;
  readonly verdict?: Verdict;
  /** The scenario's files are the whole ledger: nothing of the base lies below them. */
  readonly alone?: true;
  readonly remove?: readonly string[];
  readonly edit?: readonly { readonly path: string; readonly find: string; readonly put: string }[];
  readonly append?: readonly { readonly path: string; readonly text: string }[];
  readonly pad?: readonly { readonly path: string; readonly bytes: number }[];
  readonly link?: readonly { readonly path: string; readonly outside: string }[];
  readonly make?: readonly MadeFile[];
  readonly whileMatching?: readonly { readonly path: string; readonly text: string }[];
  /** The relations lie on a cluster that does not answer. */
  readonly cluster?: 'away';
  /** Why the native engine cannot be had. */
  readonly engine?: EngineProblem;
  /** The figures, worked out by hand. */
  readonly facts?: string;
  readonly findings: readonly ExpectedFinding[];
  readonly bridge?: Readonly<Record<string, string>>;
  /** What exceptions cover of steps of the bridge. */
  readonly excepted?: Readonly<Record<string, string>>;
  readonly counts?: Readonly<Record<string, number>>;
  /** The keys of the cut by day. */
  readonly days?: readonly string[];
  /** What is charged under each key of the cut by key. */
  readonly keys?: Readonly<Record<string, string>>;
  /** The same of the cut by account. */
  readonly accounts?: Readonly<Record<string, string>>;
}

/** The base without a change. */
export const baseAlone: Expected = { command: 'reconcile', asOf: '2026-06-15', period: '2026-05', exit: 0, verdict: 'pass', findings: [] };

export const scenarios = new URL('.', import.meta.url).pathname;

/** The names of the scenarios of a command, and what each expects. */
export function scenariosOf(command: Expected['command']): [string, Expected][] {
  return readdirSync(scenarios)
    .filter((name) => name !== '_base' && statSync(join(scenarios, name)).isDirectory())
    .map((name): [string, Expected] => [name, JSON.parse(readFileSync(join(scenarios, name, 'expected.json'), 'utf8')) as Expected])
    .filter(([, expected]) => expected.command === command);
}

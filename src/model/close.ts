/** What `close` and `reopen` write: the approved result of a period, everything it rests on, and its place in the chain of closes. */
import type { Day, Instant } from './instant.ts';
import type { Assurance, Totals } from './judgement.ts';
import type { Lock } from './lock.ts';
import type { Digests } from './result.ts';
import type { Source } from './finding.ts';
import type { Amount } from './money.ts';
import type { Stage } from './stage.ts';

/** A file of the ledger and its content. */
export interface FileReference {
  /** POSIX path relative to the ledger. */
  readonly name: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

export const closeFileRoles = [
  'policy',
  'mappings',
  'contract',
  'format',
  'period',
  'invoice',
  'statement',
  'document',
  'reference',
  'exceptions',
  'lock',
  'evidence',
  'snapshot',
  'price-page',
  'carried',
  'other',
] as const;
export type CloseFileRole = (typeof closeFileRoles)[number];

/** Roles that stay in the tree as they were; the others live on, and a rerun takes them from git as the close used them. */
export const pinnedRoles: readonly CloseFileRole[] = closeFileRoles.filter((role) => !['policy', 'mappings', 'contract', 'format', 'other'].includes(role));

export interface CloseFile extends FileReference {
  readonly role: CloseFileRole;
  /** The id that git gives this content: SHA-1 of `blob <bytes>\0` and the content, lower-case hex. */
  readonly blob: string;
  readonly bytes: number;
}

/** What was left of a prepaid balance at one moment. */
export interface BalanceReading {
  readonly at: Instant;
  readonly balance: Amount;
}

/** Requests that were in transit at the close, in a file beside it. */
export interface OpenItems extends FileReference {
  readonly count: number;
  /** Σ E, exact plain decimal text. */
  readonly amount: Amount;
}

/** The fields of a close that a person approves and a rerun must reach again. */
export interface CloseBody {
  readonly period: string;
  readonly number: number;
  readonly accountRef: string;
  readonly environment: string | null;
  readonly approvedBy: string;
  readonly note: string | null;
  readonly verdict: 'pass' | 'warn';
  readonly stage: Stage;
  /** What the verdict rests on; null = rows of single calls. */
  readonly assurance: Assurance | null;
  readonly asOf: Day;
  readonly judgedEnd: Instant;
  readonly toolVersion: string;
  /** Of the program that computed it, as one file: the bundle that ran; null in closes of 0.1.0, and where nobody says. */
  readonly programSha256: string | null;
  readonly digests: Digests;
  readonly totals: Totals;
  /** The last reading of the prepaid balance, which the next period's first is held against; null where none was compared. */
  readonly closingBalance: BalanceReading | null;
  /** The close before in the chain of this account and environment; null for the first. */
  readonly previous: FileReference | null;
  /** The reopening that made this close necessary; null for the first of a period. */
  readonly reopened: FileReference | null;
  /** The close whose open items this run took over; null when there was none. */
  readonly carriedFrom: FileReference | null;
  /** null when nothing was in transit. */
  readonly openItems: OpenItems | null;
  /** Result and report, where policy keeps them in the ledger. */
  readonly results: readonly FileReference[];
  /** Everything that the run read, by name. */
  readonly files: readonly CloseFile[];
}
export interface Close extends CloseBody, FileReference {
  /** Where each entry of `files` stands, in the same order. */
  readonly fileSources: readonly Source[];
  readonly source: Source;
}

export interface ReopenBody {
  readonly period: string;
  readonly number: number;
  readonly reason: string;
  /** The close that it takes back; null when the period was frozen and never closed. */
  readonly close: FileReference | null;
  /** The lock that may be written anew. */
  readonly lock: FileReference | null;
}
export interface Reopen extends ReopenBody, FileReference {
  readonly source: Source;
}

/** Everything that freezing, closing and reopening left in a period's folder. */
export interface Controls {
  /** null when the period is not frozen, or when its lock cannot be trusted. */
  readonly lock: Lock | null;
  /** Those that can be trusted, by number. */
  readonly closes: readonly Close[];
  readonly reopens: readonly Reopen[];
  /** Names of locks, closes and reopenings that cannot be trusted; each has a finding that says why. */
  readonly broken: readonly string[];
}
export const noControls: Controls = { lock: null, closes: [], reopens: [], broken: [] };

/** The close in force; null when the period was never closed, or is open again. */
export function closeInForce({ closed, controls }: { readonly closed: boolean; readonly controls: Controls }): Close | null {
  return closed ? (controls.closes.at(-1) ?? null) : null;
}

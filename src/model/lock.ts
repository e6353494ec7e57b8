/** A frozen set of evidence, as `evidence.lock` states it, and the marks that freezing, closing and reopening leave in a period's folder. */
import type { Instant } from './instant.ts';
import type { Source } from './finding.ts';
import type { Amount } from './money.ts';

/** What a frozen file is to its period; `other` lies in the evidence folder and no layer reads it. */
export const frozenRoles = ['application', 'gateway', 'provider', 'usage_buckets', 'invoice', 'statement', 'reference', 'other'] as const;
export type FrozenRole = (typeof frozenRoles)[number];

/** What a file's rows add up to, read through the format of its layer. Counts and sums are exact plain text. */
export interface FrozenSums {
  /** Rows that the format reads. */
  readonly rows: string;
  /** Rows that its filter leaves out. */
  readonly filtered: string;
  /** null without rows. */
  readonly first: Instant | null;
  readonly last: Instant | null;
  /** Σ of each token column that has a value. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Σ of the reported amounts, by currency. */
  readonly amounts: readonly { readonly currency: string; readonly sum: Amount }[];
}

export interface FrozenFile {
  /** POSIX path relative to the period's folder. */
  readonly file: string;
  readonly role: FrozenRole;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
  /** null where rows are not a notion of the file. */
  readonly sums: FrozenSums | null;
}

export interface Lock {
  /** POSIX path relative to the ledger. */
  readonly name: string;
  /** SHA-256 of the lock file itself, lower-case hex. */
  readonly sha256: string;
  readonly period: string;
  readonly toolVersion: string;
  /** What `sha256sum <files> | LC_ALL=C sort | sha256sum` says in the period's folder. */
  readonly setSha256: string;
  /** By name, code points. */
  readonly files: readonly (FrozenFile & { readonly source: Source })[];
  readonly source: Source;
}

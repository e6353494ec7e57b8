/** A ledger on its way in: the parts that could be read, each with its document, for the rules to judge. */
import type { LedgerDocument } from './yaml-document.ts';
import type { Format } from '../model/evidence.ts';
import type { Finding, Source } from '../model/finding.ts';
import type { Day } from '../model/instant.ts';
import type { Contract, Drill, Mapping, Period, Settings, Snapshot, UnreadPeriod } from '../model/ledger.ts';

export interface Part<Value> {
  readonly value: Value;
  readonly document: LedgerDocument;
}

export interface PeriodPart extends Part<Period> {
  /** One for each of `invoices`, in their order. */
  readonly invoiceDocuments: readonly LedgerDocument[];
  readonly statementDocument: LedgerDocument | null;
  /** Names of files in the period's folder that look like an invoice and are not read. */
  readonly unreadInvoices: readonly string[];
  /** The same of statements. */
  readonly unreadStatements: readonly string[];
}

/** A file that the ledger names together with its hash: where it says so, and what stands there. */
export interface NamedFile {
  /** POSIX path relative to the ledger. */
  readonly name: string;
  readonly declared: string;
  readonly source: Source;
  readonly found: 'missing' | 'escape' | 'too-large' | 'not-a-file' | { readonly sha256: string; readonly pointer: boolean };
}

export interface LedgerDraft {
  readonly asOf: Day;
  readonly settings: Part<Settings> | null;
  readonly mappings: Part<readonly Mapping[]> | null;
  readonly contract: Part<Contract> | null;
  readonly snapshots: readonly Part<Snapshot>[];
  readonly formats: readonly Part<Format>[];
  readonly builtInFormats: readonly Format[];
  /** By start, then id. */
  readonly periods: readonly PeriodPart[];
  /** By folder name; those of which another file than period.yaml could not be read are among `periods` too, so that rules speak of them. */
  readonly unreadPeriods: readonly UnreadPeriod[];
  /** By folder name. */
  readonly drills: readonly Part<Drill>[];
  readonly namedFiles: readonly NamedFile[];
  /** Names of files that are there but could not be read: rules do not complain that their content is missing. */
  readonly unread: ReadonlySet<string>;
}

/** Judges one subject; pure, complains about everything it finds. */
export type LedgerRule = (draft: LedgerDraft) => Finding[];

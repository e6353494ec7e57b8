/** The trail of a period: every commit that touched what its result rests on, who stood behind it, and what about its closes a reviewer should look at. */
import type { Review } from './approval.ts';
import type { Person } from './person.ts';

export const auditSchemaId = 'trueup.audit/1';

export interface AuditCommit {
  /** Lower-case hex. */
  readonly commit: string;
  readonly author: Person;
  readonly committer: Person;
  /** ISO 8601 with offset, as git records it. */
  readonly authored: string;
  readonly committed: string;
  /** First line of the message. */
  readonly subject: string;
  /** Whom `Reviewed-by` and `Approved-by` name, in this commit or in the merge that brought it. */
  readonly reviewers: readonly Person[];
  /** The commit of the main line that brought it: itself, or a merge. */
  readonly change: string;
  /** The pull request, where a merge or squash commit names it. */
  readonly pull: number | null;
}

export interface AuditTouch {
  readonly commit: string;
  readonly how: 'added' | 'changed' | 'removed';
}
export interface AuditFile {
  /** POSIX path relative to the repository. */
  readonly file: string;
  /** `own`: in the folder of the period. `shared`: policy, mappings, contract, snapshots and formats that it uses. */
  readonly kind: 'own' | 'shared';
  /** Newest first. */
  readonly touches: readonly AuditTouch[];
}

export const auditRemarks = [
  'policy-with-close',
  'preparer-approves',
  'approval-older',
  'approval-missing',
  'approval-refused',
  'close-changed',
  'close-not-committed',
] as const;
/** Something about a close that a reviewer should look at; its sentence is in report/wording. */
export interface AuditRemark {
  readonly code: (typeof auditRemarks)[number];
  readonly words: Readonly<Record<string, string>>;
}
export interface AuditClose {
  /** POSIX path relative to the ledger. */
  readonly name: string;
  readonly approved_by: string;
  readonly verdict: string;
  readonly result_digest: string;
  /** false: taken back by a reopening. */
  readonly in_force: boolean;
  /** The commit that added it; null when it is not committed, or beyond what was read. */
  readonly commit: string | null;
  readonly pull: number | null;
  /** The head that was merged, and the last word of each reviewer; null when the API was not asked or did not answer. */
  readonly head: string | null;
  readonly reviews: readonly Review[] | null;
  readonly remarks: readonly AuditRemark[];
}

export interface AuditPeriod {
  readonly id: string;
  readonly state: 'open' | 'frozen' | 'closed';
  readonly closes: readonly AuditClose[];
  /** Newest first. */
  readonly commits: readonly AuditCommit[];
  readonly files: readonly AuditFile[];
}

export interface Audit {
  readonly schema: typeof auditSchemaId;
  readonly tool_version: string;
  readonly ledger: string;
  /** What is checked out; null before the first commit. */
  readonly head: string | null;
  readonly source: 'git' | 'git and API';
  readonly periods: readonly AuditPeriod[];
  /** What was not read, as sentences of our own without a full stop. */
  readonly notes: readonly string[];
}

/** What the host knows of the approval of a close: the reviews of its pull request, and who wrote what it rests on. */
import type { Person } from './person.ts';

export type ReviewState = 'approved' | 'changes-requested' | 'dismissed';

/** The last word of one reviewer; comments are none. */
export interface Review {
  readonly login: string;
  readonly state: ReviewState;
  /** The commit that was looked at; null when the host has forgotten it. */
  readonly commit: string | null;
}

/** A person and the commit by which they had a part in a file. */
export interface Contribution {
  readonly person: Person;
  readonly commit: string;
}

export interface ApprovalFacts {
  /** The head of the pull request. */
  readonly head: string;
  /** One per reviewer. */
  readonly reviews: readonly Review[];
  readonly closeWriters: readonly Contribution[];
  readonly evidenceWriters: readonly Contribution[];
}

/** Where a close and the evidence behind it lie: POSIX paths of files or folders, relative to the repository. */
export interface ApprovalPlaces {
  readonly close: string;
  readonly evidence: readonly string[];
}

/** The host was asked and gave no answer that can be used. */
export interface NoApprovalFacts {
  readonly unreadable: string;
}
export type ReadApproval = (places: ApprovalPlaces) => Promise<ApprovalFacts | NoApprovalFacts>;

/** A pull request that was merged, as the host knows it. */
export interface MergedPull {
  /** The head at the merge. */
  readonly head: string;
  readonly reviews: readonly Review[];
}

/** What an audit asks the host. */
export interface AuditHost {
  readPull(pull: number): Promise<MergedPull | NoApprovalFacts>;
  /** Commit → login of its author, for the commits before and at `commit` that touched a path (POSIX, relative to the repository). */
  readLogins(commit: string, path: string): Promise<ReadonlyMap<string, string> | NoApprovalFacts>;
}

/** What the stand-in of GitHub knows: one repository with its pull requests, comments, issues and files. */

export interface StoredComment {
  readonly id: number;
  readonly issue: number;
  body: string;
  readonly user: { readonly login: string };
}
export interface StoredPull {
  readonly number: number;
  state: 'open' | 'closed';
  head: { sha: string; readonly label: string };
  readonly base: { readonly sha: string; readonly ref: string };
}
export interface StoredReview {
  readonly pull: number;
  /** null = the account is gone. */
  readonly user: { readonly login: string } | null;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  readonly commit_id: string | null;
}
/** A commit as the list of a path shows it. */
export interface StoredWriting {
  readonly path: string;
  readonly sha: string;
  /** null = no account has the address. */
  readonly author: { readonly login: string } | null;
  readonly commit: { readonly message: string; readonly author: { readonly name: string; readonly email: string } };
}
export interface StoredIssue {
  readonly number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  readonly user: { readonly login: string };
  readonly pull_request?: object;
}
export interface StoredTree {
  readonly sha: string;
  /** As `?recursive=1` shows it. */
  readonly all: { readonly truncated: boolean; readonly tree: readonly TreeEntry[] };
  readonly one: readonly TreeEntry[];
}
export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
}

export interface GitHubState {
  readonly repository: string;
  visibility: 'public' | 'private' | 'internal';
  readonly token: string;
  /** Whom the token stands for. */
  viewer: string;
  /** `read`: a token of a pull request from a fork. */
  permission: 'write' | 'read';
  readonly comments: StoredComment[];
  readonly pulls: StoredPull[];
  /** Oldest first. */
  readonly reviews: StoredReview[];
  /** Newest first. */
  readonly writings: StoredWriting[];
  readonly issues: StoredIssue[];
  readonly checkRuns: { readonly name: string; readonly head_sha: string; readonly conclusion: string }[];
  readonly commits: Map<string, readonly string[]>;
  readonly trees: Map<string, StoredTree>;
  readonly blobs: Map<string, Buffer>;
  mergeBase: string | null;
  /** Bodies longer than this are refused; GitHub's own limit unless a test sets a lower one. */
  longestBody: number;
  nextId: number;
}

export const testToken = 'token-of-the-test-server';

export function newState(): GitHubState {
  return {
    repository: 'acme/ledger',
    visibility: 'private',
    token: testToken,
    viewer: 'github-actions[bot]',
    permission: 'write',
    comments: [],
    pulls: [],
    reviews: [],
    writings: [],
    issues: [],
    checkRuns: [],
    commits: new Map(),
    trees: new Map(),
    blobs: new Map(),
    mergeBase: null,
    longestBody: 65_536,
    nextId: 1000,
  };
}

/** Whether a close was approved by whom it names, by somebody who prepared nothing of it; and what about a close a reviewer should look at in the commits around it. Pure. */
import { type ApprovalFacts, type Contribution, isPerson, type MergedPull, type NoApprovalFacts, peopleNamed, type Person } from '../model/approval.ts';
import type { Close } from '../model/close.ts';
import { defaultSeverities, finding, type Finding } from '../model/finding.ts';
import type { AuditCommit, AuditRemark } from '../model/audit.ts';
import { pathIn, pathsFor } from '../model/layout.ts';

type ApprovedClose = Pick<Close, 'name' | 'approvedBy' | 'source'>;

export function judgeApproval(close: ApprovedClose, facts: ApprovalFacts | NoApprovalFacts): Finding[] {
  if ('unreadable' in facts) return [missing(close, 'approval-unreadable', { detail: facts.unreadable })];
  const problem = problemOf(close.approvedBy, facts);
  return [...(problem === null ? [] : [missing(close, problem, {})]), ...preparer(close, 'close', facts), ...preparer(close, 'evidence', facts)];
}

/** The last review of the login counts, and only if it is about the head. */
function problemOf(login: string, { head, reviews }: ApprovalFacts): string | null {
  const review = reviews.find((each) => each.login.toLowerCase() === login.toLowerCase());
  if (review === undefined) return 'approval-none';
  if (review.state === 'dismissed') return 'approval-dismissed';
  if (review.state === 'changes-requested') return 'approval-refused';
  return review.commit === head ? null : 'approval-older';
}

function missing(close: ApprovedClose, problem: string, words: Readonly<Record<string, string>>): Finding {
  const args = { close: close.name, login: close.approvedBy, problem, ...words };
  return finding('approval-not-found', defaultSeverities['approval-not-found'], { args, source: close.source });
}

function preparer({ name, approvedBy, source }: ApprovedClose, part: 'close' | 'evidence', facts: ApprovalFacts): Finding[] {
  const writers: readonly Contribution[] = part === 'close' ? facts.closeWriters : facts.evidenceWriters;
  const own = writers.find(({ person }) => isPerson(approvedBy, person));
  if (own === undefined) return [];
  const args = { close: name, login: approvedBy, problem: `wrote-${part}`, commit: own.commit.slice(0, 12) };
  return [finding('segregation', defaultSeverities.segregation, { args, source })];
}

interface Commit {
  readonly commit: string;
  readonly author: Person;
  readonly message: string;
  /** Path in the repository → what happened to it. */
  readonly touches: ReadonlyMap<string, string>;
}

export interface ClosedChange {
  readonly close: Pick<Close, 'name' | 'approvedBy'>;
  /** null = the close is in no commit that was read. */
  readonly added: AuditCommit | null;
  /** Commits that touched the close afterwards. */
  readonly changedLater: number;
  /** Every commit of the change that added the close. */
  readonly change: readonly Commit[];
  /** Every commit that touched evidence of the period. */
  readonly evidence: readonly Commit[];
  /** Of the ledger in the repository, and of the period in the ledger; POSIX. */
  readonly folder: string;
  readonly period: string;
  readonly logins: ReadonlyMap<string, string>;
  /** null = not read. */
  readonly pull: MergedPull | null;
}

type Rule = (facts: ClosedChange, added: AuditCommit) => AuditRemark[];
const rules: readonly Rule[] = [policyWithClose, preparerApproves, approval];

export function auditRemarksOf(facts: ClosedChange): AuditRemark[] {
  const { added, close, changedLater } = facts;
  if (added === null) return [{ code: 'close-not-committed', words: { close: close.name } }];
  const changed: AuditRemark[] = changedLater === 0 ? [] : [{ code: 'close-changed', words: { close: close.name, commits: String(changedLater) } }];
  return [...changed, ...rules.flatMap((rule) => rule(facts, added))];
}

/** Rules that were edited together with the numbers that they let pass. */
function policyWithClose({ close, change, folder, period }: ClosedChange): AuditRemark[] {
  const rulesOfLedger = pathsFor({ folder: period, prices: [], evidence: [] }, ({ lenient }) => lenient).map((name) => pathIn(folder, name));
  const edited = new Map<string, Commit>();
  for (const commit of change) for (const file of rulesOfLedger) if (commit.touches.has(file) && !edited.has(file)) edited.set(file, commit);
  return [...edited].map(([file, { commit, author }]) => ({
    code: 'policy-with-close',
    words: { close: close.name, file, commit: commit.slice(0, 12), author: author.name },
  }));
}

function preparerApproves(facts: ClosedChange, added: AuditCommit): AuditRemark[] {
  const { close, change, evidence } = facts;
  const own = change.filter(({ commit }) => commit === added.commit);
  return [...wrote(own.length === 0 ? [{ ...added, message: '', touches: new Map() }] : own, 'close', facts), ...wrote(evidence, 'evidence', facts)].map(
    ({ commit, part }) => ({ code: 'preparer-approves', words: { close: close.name, login: close.approvedBy, part, commit: commit.slice(0, 12) } }),
  );
}

function wrote(commits: readonly Commit[], part: 'close' | 'evidence', { close, logins }: ClosedChange): { commit: string; part: string }[] {
  const found = commits.find(({ commit, author, message }) => {
    const people = [{ ...author, login: logins.get(commit) ?? author.login }, ...peopleNamed(message, ['Co-authored-by'])];
    return people.some((person) => isPerson(close.approvedBy, person));
  });
  return found === undefined ? [] : [{ commit: found.commit, part }];
}

/** A review where reviews are known; else what the commits say. */
function approval({ close, pull }: ClosedChange, added: AuditCommit): AuditRemark[] {
  const words = { close: close.name, login: close.approvedBy };
  const review = pull?.reviews.find(({ login }) => login.toLowerCase() === close.approvedBy.toLowerCase());
  if (pull === null || review === undefined) {
    const named = added.reviewers.some((person) => isPerson(close.approvedBy, person));
    return named ? [] : [{ code: 'approval-missing', words }];
  }
  if (review.state !== 'approved') return [{ code: 'approval-refused', words: { ...words, state: review.state } }];
  if (review.commit === pull.head) return [];
  return [{ code: 'approval-older', words: { ...words, commit: (review.commit ?? 'unknown').slice(0, 12), head: pull.head.slice(0, 12) } }];
}

/** Whether a close was approved by whom it names, at the head of its pull request, by somebody who prepared nothing of it. Pure. */
import { type ApprovalFacts, type Contribution, isPerson, type NoApprovalFacts } from '../model/approval.ts';
import type { Close } from '../model/close.ts';
import { defaultSeverities, finding, type Finding } from '../model/finding.ts';

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

/** Which reviews approve a close, and whom they may not come from. */
import { describe, expect, it } from 'vitest';
import type { ApprovalFacts, Contribution, Person, Review } from '../../../src/model/approval.ts';
import { judgeApproval } from '../../../src/policy/judge-approval.ts';
import { settle } from '../../../src/policy/severities.ts';

const close = { name: 'periods/2026-05/close-1.yaml', approvedBy: 'Jane', source: { file: 'periods/2026-05/close-1.yaml', line: 2, column: 1 } };
const head = 'a'.repeat(40);
const by = (login: string | null, name = 'x', email = 'x@example.org'): Contribution => ({ person: { login, name, email }, commit: 'c'.repeat(40) });
const facts = (over: Partial<ApprovalFacts>): ApprovalFacts => ({
  head,
  reviews: [{ login: 'jane', state: 'approved', commit: head }],
  closeWriters: [by('bob')],
  evidenceWriters: [by('bob')],
  ...over,
});
const said = (over: Partial<ApprovalFacts>): string[] =>
  judgeApproval(close, facts(over)).map(({ code, severity, args }) => `${code} ${severity} ${args['problem']}`);

describe('approval', () => {
  it('is the review of the head by the login, in whatever case', () => {
    expect(said({})).toEqual([]);
  });

  it.each<[string, readonly Review[], string]>([
    ['by nobody', [], 'approval-none'],
    ['by somebody else', [{ login: 'joe', state: 'approved', commit: head }], 'approval-none'],
    ['of an older commit', [{ login: 'jane', state: 'approved', commit: 'b'.repeat(40) }], 'approval-older'],
    ['of a forgotten commit', [{ login: 'jane', state: 'approved', commit: null }], 'approval-older'],
    ['that was dismissed', [{ login: 'jane', state: 'dismissed', commit: head }], 'approval-dismissed'],
    ['that asks for changes', [{ login: 'jane', state: 'changes-requested', commit: head }], 'approval-refused'],
  ])('is not one %s', (_, reviews, problem) => {
    expect(said({ reviews })).toEqual([`approval-not-found fail ${problem}`]);
  });

  it('is missing when it cannot be read', () => {
    const [found, ...others] = judgeApproval(close, { unreadable: 'status 403' });
    expect([found?.code, found?.severity, found?.args, others]).toEqual([
      'approval-not-found',
      'fail',
      { close: close.name, login: 'Jane', problem: 'approval-unreadable', detail: 'status 403' },
      [],
    ]);
  });
});

describe('segregation', () => {
  const person = (login: string | null, name: string, email: string): readonly Person[] => [{ login, name, email }];

  it.each<[string, readonly Person[], boolean]>([
    ['the login', person('JANE', 'x', 'x@example.org'), true],
    ['another login with the same name', person('bob', 'jane', 'jane@example.org'), false],
    ['no login and the name', person(null, 'Jane', 'x@example.org'), true],
    ['no login and the address', person(null, 'x', 'jane@example.org'), true],
    ['no login and the hidden address', person(null, 'x', '1234+jane@users.noreply.github.com'), true],
    ['no login and a longer address', person(null, 'x', 'janet@example.org'), false],
  ])('by %s', (_, people, same) => {
    const writers = people.map((each) => ({ person: each, commit: 'c'.repeat(40) }));
    expect(said({ closeWriters: writers })).toEqual(same ? ['segregation fail wrote-close'] : []);
    expect(said({ evidenceWriters: [by('bob'), ...writers] })).toEqual(same ? ['segregation fail wrote-evidence'] : []);
  });

  it('and approval may be lowered by the policy, unlike what else fails', () => {
    const [found] = judgeApproval(close, facts({ closeWriters: [by('jane')] }));
    expect(found?.code).toBe('segregation');
    expect(found && settle(found, 'warn')?.severity).toBe('warn');
    expect(found && settle(found, 'ignore')).toBe(null);
    expect(found && settle({ ...found, code: 'snapshot-changed' }, 'warn')?.severity).toBe('fail');
  });
});

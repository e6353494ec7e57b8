/** Sentences about what a reviewer should look at in the trail of a close. */
import type { AuditRemark } from '../../model/audit.ts';

export const auditWords: Readonly<Record<AuditRemark['code'], string>> = {
  'policy-with-close': 'The change that added {close} also edited {file} (commit {commit} by {author})',
  'preparer-approves': '{login} approved {close} and wrote its {part} (commit {commit})',
  'approval-older': '{login} approved {close} at commit {commit}; what was merged is {head}',
  'approval-missing': 'No review and no line of a commit shows that {login} approved {close}',
  'approval-refused': 'The last review of {close} by {login} is: {state}',
  'close-changed': '{close} was touched by {commits} more commits after it was added',
  'close-not-committed': '{close} is in no commit that was read',
};

/** The trail of a period: every commit that touched what its result rests on, who stood behind it, and what about its closes a reviewer should look at. */
import { z } from 'zod';
import type { DeepReadonly } from './result.ts';

export const auditSchemaId = 'trueup.audit/1';

const auditRemarks = [
  'policy-with-close',
  'preparer-approves',
  'approval-older',
  'approval-missing',
  'approval-refused',
  'close-changed',
  'close-not-committed',
] as const;

const commit = z.string().regex(/^[0-9a-f]{40,64}$/);
const person = z.strictObject({ login: z.string().nullable(), name: z.string(), email: z.string() });
const review = z.strictObject({ login: z.string(), state: z.enum(['approved', 'changes-requested', 'dismissed']), commit: z.string().nullable() });
const remark = z.strictObject({ code: z.enum(auditRemarks), words: z.record(z.string(), z.string()) });

const close = z.strictObject({
  // POSIX path relative to the ledger.
  name: z.string(),
  approved_by: z.string(),
  verdict: z.string(),
  result_digest: z.string(),
  // false: taken back by a reopening.
  in_force: z.boolean(),
  // The commit that added it; null when it is not committed, or beyond what was read.
  commit: commit.nullable(),
  pull: z.int().nullable(),
  // The head that was merged, and the last word of each reviewer; null when the API was not asked or did not answer.
  head: commit.nullable(),
  reviews: z.array(review).nullable(),
  remarks: z.array(remark),
});
const trailCommit = z.strictObject({
  commit,
  author: person,
  committer: person,
  // ISO 8601 with offset, as git records it.
  authored: z.string(),
  committed: z.string(),
  // First line of the message.
  subject: z.string(),
  // Whom Reviewed-by and Approved-by name, in this commit or in the merge that brought it.
  reviewers: z.array(person),
  // The commit of the main line that brought it: itself, or a merge; and the pull request, where that names it.
  change: commit,
  pull: z.int().nullable(),
});
const file = z.strictObject({
  // POSIX path relative to the repository.
  file: z.string(),
  // own: in the folder of the period; shared: policy, mappings, contract, snapshots and formats that it uses.
  kind: z.enum(['own', 'shared']),
  // Newest first.
  touches: z.array(z.strictObject({ commit, how: z.enum(['added', 'changed', 'removed']) })),
});
const period = z.strictObject({
  id: z.string(),
  state: z.enum(['open', 'frozen', 'closed']),
  closes: z.array(close),
  // Newest first.
  commits: z.array(trailCommit),
  files: z.array(file),
});

/** A whole `trueup.audit/1` document. */
export const auditSchema = z.strictObject({
  schema: z.literal(auditSchemaId),
  tool_version: z.string(),
  ledger: z.string(),
  // What is checked out; null before the first commit.
  head: commit.nullable(),
  source: z.enum(['git', 'git and API']),
  periods: z.array(period),
  // What was not read, as sentences of our own without a full stop.
  notes: z.array(z.string()),
});

export type Audit = DeepReadonly<z.infer<typeof auditSchema>>;
export type AuditPeriod = Audit['periods'][number];
export type AuditClose = AuditPeriod['closes'][number];
/** Something about a close that a reviewer should look at; its sentence is in report/wording. */
export type AuditRemark = AuditClose['remarks'][number];
export type AuditCommit = AuditPeriod['commits'][number];
export type AuditFile = AuditPeriod['files'][number];

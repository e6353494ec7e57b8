/** The schema of the audit as JSON. */
import { z } from 'zod';
import { auditRemarks, auditSchemaId, type Audit } from '../model/audit.ts';

const commit = z.string().regex(/^[0-9a-f]{40,64}$/);
const person = z.strictObject({ login: z.string().nullable(), name: z.string(), email: z.string() });
const review = z.strictObject({ login: z.string(), state: z.enum(['approved', 'changes-requested', 'dismissed']), commit: z.string().nullable() });
const remark = z.strictObject({ code: z.enum(auditRemarks), words: z.record(z.string(), z.string()) });

const close = z.strictObject({
  name: z.string(),
  approved_by: z.string(),
  verdict: z.string(),
  result_digest: z.string(),
  in_force: z.boolean(),
  commit: commit.nullable(),
  pull: z.int().nullable(),
  head: commit.nullable(),
  reviews: z.array(review).nullable(),
  remarks: z.array(remark),
});
const trailCommit = z.strictObject({
  commit,
  author: person,
  committer: person,
  authored: z.string(),
  committed: z.string(),
  subject: z.string(),
  reviewers: z.array(person),
  change: commit,
  pull: z.int().nullable(),
});
const file = z.strictObject({
  file: z.string(),
  kind: z.enum(['own', 'shared']),
  touches: z.array(z.strictObject({ commit, how: z.enum(['added', 'changed', 'removed']) })),
});
const period = z.strictObject({
  id: z.string(),
  state: z.enum(['open', 'frozen', 'closed']),
  closes: z.array(close),
  commits: z.array(trailCommit),
  files: z.array(file),
});

/** A whole `trueup.audit/1` document. */
export const auditSchema: z.ZodType<Audit> = z.strictObject({
  schema: z.literal(auditSchemaId),
  tool_version: z.string(),
  ledger: z.string(),
  head: commit.nullable(),
  source: z.enum(['git', 'git and API']),
  periods: z.array(period),
  notes: z.array(z.string()),
});

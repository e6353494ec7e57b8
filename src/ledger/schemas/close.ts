/** The shape of `periods/<id>/close-<n>.yaml`: an approved result and everything it rests on. */
import { z } from 'zod';
import { closeFileRoles } from '../../model/close.ts';
import { choice, count, day, decimal, insidePath, list, name, record, sha256, text, utc } from './scalars.ts';

const digest = z.string({ error: 'a digest' }).regex(/^sha256:[0-9a-f]{64}$/, { error: 'a digest, sha256: and 64 lower-case hex digits' });
const blob = z.string({ error: 'a blob id' }).regex(/^[0-9a-f]{40}$/, { error: 'a blob id of 40 lower-case hex digits' });
export const fileReference = record({ name: insidePath, sha256 });

const totals = record({
  expected: decimal.optional(),
  provider_at_snapshot: decimal.optional(),
  provider_charged: decimal.optional(),
  provider_reported: decimal.optional(),
  provider_computed: decimal.optional(),
  invoice_usage: decimal.optional(),
  invoice_total: decimal.optional(),
  explained: decimal.optional(),
  unexplained_net: decimal.optional(),
  unexplained_gross: decimal.optional(),
  quarantined: decimal.optional(),
});

export const closeSchema = record({
  version: choice('1'),
  period: name,
  number: count,
  account_ref: text,
  environment: text.optional(),
  approved_by: text,
  note: text.optional(),
  verdict: choice('pass', 'warn'),
  stage: choice('usage', 'final'),
  as_of: day,
  judged_end_utc: utc,
  tool_version: text,
  inputs_digest: digest,
  result_digest: digest,
  totals,
  previous: fileReference.optional(),
  reopened: fileReference.optional(),
  carried_from: fileReference.optional(),
  open_items: record({ name: insidePath, sha256, count, amount: decimal }).optional(),
  files: list(record({ name: insidePath, role: choice(...closeFileRoles), blob, sha256, bytes: count })),
  seal: sha256,
}).describe('periods/<id>/close-<n>.yaml: written by `trueup close`, never edited');
export type CloseDocument = z.output<typeof closeSchema>;

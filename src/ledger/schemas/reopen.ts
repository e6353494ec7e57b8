/** The shape of `periods/<id>/reopen-<n>.yaml`: why a close or a freeze is taken back. */
import type { z } from 'zod';
import { fileReference } from './close.ts';
import { choice, count, name, record, sha256, text } from './scalars.ts';

export const reopenSchema = record({
  version: choice('1'),
  period: name,
  number: count,
  reason: text,
  close: fileReference.optional(),
  lock: fileReference.optional(),
  seal: sha256,
}).describe('periods/<id>/reopen-<n>.yaml: written by `trueup reopen`, never edited');
export type ReopenFile = z.output<typeof reopenSchema>;

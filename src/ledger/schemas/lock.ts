/** The shape of `periods/<id>/evidence.lock`: the frozen files, their hashes and sums. */
import type { z } from 'zod';
import { frozenRoles } from '../../model/lock.ts';
import { choice, count, decimal, dictionary, insidePath, list, name, record, sha256, text, utc } from './scalars.ts';

const frozenFile = record({
  file: insidePath,
  role: choice(...frozenRoles),
  sha256,
  bytes: count,
  rows: count.optional(),
  filtered: count.optional(),
  first_utc: utc.optional(),
  last_utc: utc.optional(),
  tokens: dictionary(decimal).optional(),
  amounts: list(record({ currency: text, sum: decimal })).optional(),
});

export const lockSchema = record({
  version: choice('1'),
  period: name,
  tool_version: text,
  set_sha256: sha256,
  files: list(frozenFile),
  seal: sha256,
}).describe('periods/<id>/evidence.lock: written by `trueup freeze`, never edited');
export type LockFile = z.output<typeof lockSchema>;

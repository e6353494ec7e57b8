/** The shape of `periods/<id>/evidence.lock`: the frozen files, their hashes and sums. */
import type { z } from 'zod';
import { choice, count, decimal, dictionary, insidePath, list, name, record, sha256, text, utc } from './scalars.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import { frozenRoles, type Lock } from '../../model/lock.ts';
import { formatMoney } from '../../model/money.ts';

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
type LockFile = z.output<typeof lockSchema>;

export function parseLock(file: LockFile, document: LedgerDocument): Omit<Lock, 'sha256'> {
  return {
    name: document.name,
    period: file.period,
    toolVersion: file.tool_version,
    setSha256: file.set_sha256,
    files: file.files.map((entry, index) => ({
      file: entry.file,
      role: entry.role,
      sha256: entry.sha256,
      bytes: Number(entry.bytes),
      sums: entry.rows === undefined ? null : sumsOf(entry, entry.rows),
      source: placeOf(document, ['files', index]),
    })),
    source: placeOf(document, ['set_sha256']),
  };
}

function sumsOf({ filtered, first_utc: first, last_utc: last, tokens, amounts }: LockFile['files'][number], rows: bigint): Lock['files'][number]['sums'] {
  return {
    rows: rows.toString(),
    filtered: (filtered ?? 0n).toString(),
    first: first ?? null,
    last: last ?? null,
    tokens: Object.fromEntries(Object.entries(tokens ?? {}).map(([column, sum]) => [column, formatMoney(sum)])),
    amounts: (amounts ?? []).map(({ currency, sum }) => ({ currency, sum: formatMoney(sum) })),
  };
}

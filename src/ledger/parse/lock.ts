/** A lock file as model. */
import type { Lock } from '../../model/lock.ts';
import { formatMoney } from '../../model/money.ts';
import type { LockFile } from '../schemas/lock.ts';
import { placeOf } from '../yaml-document.ts';
import type { LedgerDocument } from '../yaml-document.ts';

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

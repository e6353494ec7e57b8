/** An exceptions file as model, in file order: the order in which exceptions apply. */
import type { Exception } from '../../model/exception.ts';
import type { ExceptionsFile } from '../schemas/exceptions.ts';
import { placeOf } from '../yaml-document.ts';
import type { LedgerDocument } from '../yaml-document.ts';

export function parseExceptions(file: ExceptionsFile, document: LedgerDocument): Exception[] {
  return file.exceptions.map((exception, index) => ({
    id: exception.id,
    category: exception.category,
    model: exception.model ?? null,
    service: exception.service ?? null,
    requestIds: exception.request_ids ?? null,
    from: exception.from_utc ?? null,
    to: exception.to_utc ?? null,
    maxAmount: exception.max_amount,
    maxCount: exception.max_count ?? null,
    reason: exception.reason,
    ticket: exception.ticket,
    owner: exception.owner,
    approvedBy: exception.approved_by,
    expiresOn: exception.expires_on,
    source: placeOf(document, ['exceptions', index]),
  }));
}

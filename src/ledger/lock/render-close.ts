/** Writes a close or a reopening as text, sealed. */
import type { CloseBody, FileReference, ReopenBody } from '../../model/close.ts';
import { formatInstant } from '../../model/instant.ts';
import { sealed } from './seal.ts';
import { yamlText, type YamlNode } from './yaml-text.ts';

const sealComment = 'The last line is the SHA-256 of every byte above it: head -n -1 <this file> | sha256sum';

export function renderClose(close: CloseBody): string {
  const { openItems } = close;
  const document: Readonly<Record<string, YamlNode | null>> = {
    version: '1',
    period: close.period,
    number: close.number.toString(),
    account_ref: close.accountRef,
    environment: close.environment,
    approved_by: close.approvedBy,
    note: close.note,
    verdict: close.verdict,
    stage: close.stage,
    as_of: close.asOf,
    judged_end_utc: formatInstant(close.judgedEnd),
    tool_version: close.toolVersion,
    inputs_digest: close.digests.inputs,
    result_digest: close.digests.result,
    totals: { ...close.totals },
    previous: referenceOf(close.previous),
    reopened: referenceOf(close.reopened),
    carried_from: referenceOf(close.carriedFrom),
    open_items: openItems === null ? null : { name: openItems.name, sha256: openItems.sha256, count: openItems.count.toString(), amount: openItems.amount },
    files: close.files.map(({ name, role, blob, sha256, bytes }) => ({ name, role, blob, sha256, bytes: bytes.toString() })),
  };
  return sealed(yamlText(['Written by `trueup close`. Never edit it: reopen the period and close again.', sealComment], document));
}

export function renderReopen({ period, number, reason, close, lock }: ReopenBody): string {
  const document = { version: '1', period, number: number.toString(), reason, close: referenceOf(close), lock: referenceOf(lock) };
  return sealed(yamlText(['Written by `trueup reopen`. Never edit it; what it takes back stays beside it.', sealComment], document));
}

function referenceOf(reference: FileReference | null): YamlNode | null {
  return reference === null ? null : { name: reference.name, sha256: reference.sha256 };
}

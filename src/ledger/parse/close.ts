/** A close or reopening as model. */
import type { CloseDocument } from '../schemas/close.ts';
import type { ReopenFile } from '../schemas/reopen.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import type { Close, Reopen } from '../../model/close.ts';
import type { Totals } from '../../model/judgement.ts';
import { type Amount, formatMoney, type Money } from '../../model/money.ts';

export function parseClose(file: CloseDocument, document: LedgerDocument): Omit<Close, 'sha256'> {
  const open = file.open_items;
  return {
    name: document.name,
    period: file.period,
    number: Number(file.number),
    accountRef: file.account_ref,
    environment: file.environment ?? null,
    approvedBy: file.approved_by,
    note: file.note ?? null,
    verdict: file.verdict,
    stage: file.stage,
    asOf: file.as_of,
    judgedEnd: file.judged_end_utc,
    toolVersion: file.tool_version,
    digests: { inputs: file.inputs_digest, result: file.result_digest },
    totals: totalsOf(file.totals),
    previous: file.previous ?? null,
    reopened: file.reopened ?? null,
    carriedFrom: file.carried_from ?? null,
    openItems: open === undefined ? null : { name: open.name, sha256: open.sha256, count: Number(open.count), amount: formatMoney(open.amount) },
    files: file.files.map(({ bytes, ...entry }) => ({ ...entry, bytes: Number(bytes) })),
    fileSources: file.files.map((_, index) => placeOf(document, ['files', index])),
    source: placeOf(document, ['period']),
  };
}

function totalsOf(totals: CloseDocument['totals']): Totals {
  const text = (amount: Money | undefined): Amount | null => (amount === undefined ? null : formatMoney(amount));
  return {
    expected: text(totals.expected),
    provider_at_snapshot: text(totals.provider_at_snapshot),
    provider_charged: text(totals.provider_charged),
    provider_reported: text(totals.provider_reported),
    provider_computed: text(totals.provider_computed),
    invoice_usage: text(totals.invoice_usage),
    invoice_total: text(totals.invoice_total),
    explained: text(totals.explained),
    unexplained_net: text(totals.unexplained_net),
    unexplained_gross: text(totals.unexplained_gross),
    quarantined: text(totals.quarantined),
  };
}

export function parseReopen(file: ReopenFile, document: LedgerDocument): Omit<Reopen, 'sha256'> {
  return {
    name: document.name,
    period: file.period,
    number: Number(file.number),
    reason: file.reason,
    close: file.close ?? null,
    lock: file.lock ?? null,
    source: placeOf(document, ['period']),
  };
}

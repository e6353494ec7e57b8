/** The shape of `periods/<id>/close-<n>.yaml`: an approved result and everything it rests on. */
import { z } from 'zod';
import { choice, count, day, decimal, insidePath, list, modelled, name, record, sha256, text, utc } from './scalars.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import { type Close, closeFileRoles, type Reopen } from '../../model/close.ts';
import { assurances, totalNames, type Totals } from '../../model/judgement.ts';
import { formatMoney } from '../../model/money.ts';
import { recordOf } from '../../model/record-of.ts';
import { stages } from '../../model/stage.ts';

const digest = z.string({ error: 'a digest' }).regex(/^sha256:[0-9a-f]{64}$/, { error: 'a digest, sha256: and 64 lower-case hex digits' });
const blob = z.string({ error: 'a blob id' }).regex(/^[0-9a-f]{40}$/, { error: 'a blob id of 40 lower-case hex digits' });
const fileReference = record({ name: insidePath, sha256 });

const totals = record({ ...recordOf(totalNames, () => decimal.optional()), balance_drawdown: decimal.optional(), charged_converted: decimal.optional() });

export const closeSchema = record({
  version: choice('1'),
  period: name,
  number: count,
  account_ref: text,
  environment: text.optional(),
  approved_by: text,
  note: text.optional(),
  verdict: choice('pass', 'warn'),
  stage: choice(...stages),
  assurance: choice(...assurances).optional(),
  as_of: day,
  judged_end_utc: utc,
  tool_version: text,
  program_sha256: sha256.optional(),
  inputs_digest: digest,
  result_digest: digest,
  totals,
  previous: fileReference.optional(),
  reopened: fileReference.optional(),
  carried_from: fileReference.optional(),
  closing_balance: record({ at_utc: utc, balance: decimal }).optional(),
  open_items: record({ name: insidePath, sha256, count, amount: decimal }).optional(),
  results: list(fileReference).optional(),
  files: list(record({ name: insidePath, role: choice(...closeFileRoles), blob, sha256, bytes: count })),
  seal: sha256,
}).describe('periods/<id>/close-<n>.yaml: written by `trueup close`, never edited');
type CloseDocument = z.output<typeof closeSchema>;

export const reopenSchema = record({
  version: choice('1'),
  period: name,
  number: count,
  reason: text,
  close: fileReference.optional(),
  lock: fileReference.optional(),
  seal: sha256,
}).describe('periods/<id>/reopen-<n>.yaml: written by `trueup reopen`, never edited');
type ReopenFile = z.output<typeof reopenSchema>;

export function parseClose(file: CloseDocument, document: LedgerDocument): Omit<Close, 'sha256'> {
  const { open_items: open, closing_balance: left } = file;
  return {
    name: document.name,
    ...modelled(closeSchema, file, 'version', 'inputs_digest', 'result_digest', 'closing_balance', 'open_items', 'results', 'seal'),
    number: Number(file.number),
    digests: { inputs: file.inputs_digest, result: file.result_digest },
    totals: totalsOf(file.totals),
    closingBalance: left === undefined ? null : { at: left.at_utc, balance: formatMoney(left.balance) },
    openItems: open === undefined ? null : { name: open.name, sha256: open.sha256, count: Number(open.count), amount: formatMoney(open.amount) },
    results: file.results ?? [],
    files: file.files.map(({ bytes, ...entry }) => ({ ...entry, bytes: Number(bytes) })),
    fileSources: file.files.map((_, index) => placeOf(document, ['files', index])),
    source: placeOf(document, ['period']),
  };
}

function totalsOf(totals: CloseDocument['totals']): Totals {
  const { balance_drawdown: drawdown, charged_converted: converted } = totals;
  return {
    ...recordOf(totalNames, (name) => (totals[name] === undefined ? null : formatMoney(totals[name]))),
    ...(drawdown === undefined ? {} : { balance_drawdown: formatMoney(drawdown) }),
    ...(converted === undefined ? {} : { charged_converted: formatMoney(converted) }),
  };
}

export function parseReopen(file: ReopenFile, document: LedgerDocument): Omit<Reopen, 'sha256'> {
  return {
    name: document.name,
    ...modelled(reopenSchema, file, 'version', 'seal'),
    number: Number(file.number),
    source: placeOf(document, ['period']),
  };
}

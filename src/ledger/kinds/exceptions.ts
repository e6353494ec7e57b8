/** The shape of `periods/<id>/exceptions.yaml`: known parts of a variance, each capped, expiring, owned and ticketed. */
import { z } from 'zod';
import { count, day, list, modelled, name, positive, record, text, utc } from './scalars.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import { type ExceptableStep, exceptableSteps, type Exception, isAboutBalance, isAboutRows } from '../../model/exception.ts';

/** Beyond this an exception is a rule of its own, and every row would be asked about every name. */
const mostExceptions = 500;
const mostRequestIds = 10_000;

const category = z.enum(exceptableSteps as [ExceptableStep, ...ExceptableStep[]], {
  error: `one of ${exceptableSteps.join(', ')}; never unpriced, missing_usage or residual`,
});
const filters = ['model', 'service', 'request_ids', 'from_utc', 'to_utc'] as const;

const exception = record({
  id: name,
  category,
  model: text.optional(),
  service: text.optional(),
  request_ids: list(text)
    .min(1, { error: 'at least one id' })
    .max(mostRequestIds, { error: `at most ${mostRequestIds} ids` })
    .optional(),
  from_utc: utc.optional(),
  to_utc: utc.optional(),
  max_amount: positive,
  max_count: count.optional(),
  reason: text,
  ticket: text,
  owner: text,
  approved_by: text,
  expires_on: day,
}).superRefine((value, context) => {
  if (value.from_utc !== undefined && value.to_utc !== undefined && value.to_utc <= value.from_utc)
    context.addIssue({ code: 'custom', path: ['to_utc'], message: 'a time after from_utc' });
  if (isAboutRows(value)) return;
  const whose = isAboutBalance(value) ? 'balance' : 'invoice';
  for (const filter of filters) {
    if (value[filter] === undefined) continue;
    context.addIssue({ code: 'custom', path: [filter], message: `no filter: ${value.category} is money of the ${whose}, which names no rows` });
  }
});

export const exceptionsSchema = record({
  exceptions: list(exception).max(mostExceptions, { error: `at most ${mostExceptions} exceptions` }),
}).describe('periods/<id>/exceptions.yaml: known parts of a variance');
type ExceptionsFile = z.output<typeof exceptionsSchema>;

export function parseExceptions(file: ExceptionsFile, document: LedgerDocument): Exception[] {
  return file.exceptions.map((each, index) => ({ ...modelled(exception, each), source: placeOf(document, ['exceptions', index]) }));
}

/** The shape of `models.yaml`: which billable model stands behind each name. */
import type { z } from 'zod';
import { choice, day, list, modelled, record, requireKeys, snapshotId, text } from './scalars.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import { endOfDay, startOfDay } from '../../model/instant.ts';
import type { Mapping } from '../../model/ledger.ts';

const mapping = record({
  internal_name: text,
  requested_model: text,
  billable_model: text,
  role: choice('primary', 'fallback').default('primary'),
  fallback_for: text.optional(),
  owner: text,
  price_snapshot: snapshotId.optional(),
  valid_from: day,
  valid_to: day.optional(),
}).superRefine((value, context) => {
  if (value.role === 'fallback') requireKeys(value, ['fallback_for'], context);
  else if (value.fallback_for !== undefined) context.addIssue({ code: 'custom', path: ['fallback_for'], message: 'no value, because the role is primary' });
  if (value.valid_to !== undefined && startOfDay(value.valid_to) < startOfDay(value.valid_from)) {
    context.addIssue({ code: 'custom', path: ['valid_to'], message: 'a day on or after valid_from' });
  }
});

export const modelsSchema = record({ models: list(mapping) }).describe('models.yaml: the model mapping table');
type ModelsFile = z.output<typeof modelsSchema>;

export function parseModels(file: ModelsFile, document: LedgerDocument): Mapping[] {
  return file.models.map((each, index) => ({
    ...modelled(mapping, each, 'valid_from', 'valid_to'),
    from: startOfDay(each.valid_from),
    to: each.valid_to === undefined ? null : endOfDay(each.valid_to),
    source: placeOf(document, ['models', index]),
  }));
}

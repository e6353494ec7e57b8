/** The shape of `contract.yaml`: what has been verified about the provider, and its billing rules. */
import { z } from 'zod';
import { choice, day, list, positive, record, requireKeys, text } from './scalars.ts';

const item = record({
  area: text,
  detail: text,
  status: choice('verified', 'unverified'),
  source: text.optional(),
  proved_by: text.optional(),
  verified_on: day.optional(),
  verified_by: text.optional(),
  expires_on: day.optional(),
});
const rule = choice('billable', 'not-billable', 'unverified').optional();
const rounding = record({
  level: choice('none', 'line'),
  quantum: positive.optional(),
  mode: choice('half-up', 'half-even', 'up', 'down').optional(),
  minimum: positive.optional(),
}).superRefine((value, context) => {
  if (value.level === 'line') requireKeys(value, ['quantum', 'mode'], context);
});

/** One word for both statuses, or one for each: each needs a proof of its own. */
const clientStopped = choice('unverified', 'provider-counts');
const clientStoppedRule = z.union([clientStopped, record({ timeout: clientStopped.optional(), canceled: clientStopped.optional() })], {
  error: 'unverified, provider-counts, or one of them for each of timeout and canceled',
});

export const contractSchema = record({
  items: list(item).optional(),
  billing: record({
    statuses: record({ success: rule, error: rule, timeout: rule, canceled: rule }).optional(),
    rounding: rounding.optional(),
    client_stopped: clientStoppedRule.optional(),
  }).optional(),
}).describe('contract.yaml: what has been verified about the provider');
export type ContractFile = z.output<typeof contractSchema>;

/** The shape of `drills/<id>/drill.yaml`: a validation test with its small evidence and what it should come to. */
import type { z } from 'zod';
import { periodSchema } from './period.ts';
import { choice, count, day, decimal, insidePath, list, name, record, requireKeys, text, utc } from './scalars.ts';
import { rowSteps } from '../../model/bridge.ts';
import { contractAreas } from '../../model/contract-area.ts';
import { layers } from '../../model/evidence.ts';
import { findingCodes } from '../../model/finding-code.ts';
import { drillKinds } from '../../model/policy.ts';

const tokens = record({
  input_tokens: count.optional(),
  cached_input_tokens: count.optional(),
  cache_write_tokens: count.optional(),
  cache_write_1h_tokens: count.optional(),
  output_tokens: count.optional(),
  reasoning_tokens: count.optional(),
});
const amounts = record(
  Object.fromEntries(rowSteps.map((step) => [step, decimal.optional()])) as Record<(typeof rowSteps)[number], z.ZodOptional<typeof decimal>>,
);

const expectation = record({
  requests: count.optional(),
  provider_records: count.optional(),
  layers: list(choice(...layers)).optional(),
  billable_model: text.optional(),
  tokens: tokens.optional(),
  cost: decimal.optional(),
  expected_cost: decimal.optional(),
  steps: list(choice('serving', ...rowSteps)).optional(),
  amounts: amounts.optional(),
  findings: list(choice(...findingCodes)).optional(),
}).refine((value) => Object.keys(value).length > 0, { error: 'at least one thing that the rows should show' });

const { account_ref, environment, currency, models, prices, evidence, layers: absences } = periodSchema.shape;

/** What rows can prove: whether something was charged. */
const provable = contractAreas.map(({ area }) => area).filter((area) => area.startsWith('error-behavior.'));

export const drillSchema = record({
  id: name,
  kind: choice(...drillKinds),
  run_on: day,
  by: text,
  ticket: text.optional(),
  notes: text.optional(),
  start_utc: utc.optional(),
  end_utc: utc.optional(),
  account_ref,
  environment,
  currency,
  models,
  prices,
  evidence,
  layers: absences,
  response: insidePath.optional(),
  expect: expectation,
  concludes: record({ item: choice(...provable), status: choice('billable', 'not-billable') }).optional(),
})
  .superRefine((value, context) => {
    if (value.start_utc !== undefined || value.end_utc !== undefined) requireKeys(value, ['start_utc', 'end_utc'], context);
    if (value.start_utc !== undefined && value.end_utc !== undefined && value.end_utc <= value.start_utc) {
      context.addIssue({ code: 'custom', path: ['end_utc'], message: 'a time after start_utc' });
    }
    for (const layer of ['application', 'provider'] as const) {
      if (value.evidence[layer] === undefined)
        context.addIssue({ code: 'custom', path: ['evidence', layer], message: 'the rows of the layer', params: { finding: 'missing-key' } });
    }
  })
  .describe('drills/<id>/drill.yaml: a validation test, its small evidence and what it should come to');
export type DrillFile = z.output<typeof drillSchema>;

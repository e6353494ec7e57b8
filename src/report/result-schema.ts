/** The one schema of `result.json`: checks what is read back, and is published as schema/result.schema.json. */
import { z } from 'zod';
import { findingCodes } from '../model/finding-code.ts';
import { severities } from '../model/finding.ts';
import { resultSchemaId } from '../model/result.ts';
import type { Result } from '../model/result.ts';
import { verdicts } from '../model/verdict.ts';

const amount = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .max(100)
  .describe('exact decimal in plain notation');
const count = z.int();
const natural = z.int().min(0);
const text = z.string().max(10_000);
const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$/);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

const bridgeRow = z.strictObject({
  step: text,
  amount,
  increase: amount,
  decrease: amount,
  count: natural,
  excepted: amount,
});
const totals = z.strictObject({
  expected: amount.nullable(),
  provider_at_snapshot: amount.nullable(),
  provider_charged: amount.nullable(),
  provider_reported: amount.nullable(),
  provider_computed: amount.nullable(),
  invoice_usage: amount.nullable(),
  invoice_total: amount.nullable(),
  explained: amount.nullable(),
  unexplained_net: amount.nullable(),
  unexplained_gross: amount.nullable(),
  quarantined: amount.nullable(),
});
const cut = z.array(z.strictObject({ key: text, bridge: z.array(bridgeRow), totals }));
const counted = z.record(z.string(), natural);
const logCounts = z.strictObject({
  requests: natural,
  attempts: natural,
  duplicates: natural,
  export_duplicates: natural,
  by_status: counted,
});
const tokenPair = z.strictObject({ application: z.string().regex(/^\d+$/), provider: z.string().regex(/^\d+$/) });
const source = z.strictObject({ file: text, line: natural, column: natural });

/** A whole `trueup.result/1` document; unknown keys are refused. */
export const resultSchema = z.strictObject({
  schema: z.literal(resultSchemaId),
  tool_version: text,
  as_of: day,
  period: z.strictObject({
    id: text,
    start_utc: instant,
    end_utc: instant,
    judged_end_utc: instant,
    account_ref: text,
    environment: text.nullable(),
    currency: text,
    models: z.array(text).nullable(),
    stage: z.enum(['usage', 'final']),
    invoice_id: text.nullable(),
  }),
  verdict: z.enum(verdicts),
  digests: z.strictObject({ inputs: sha256, result: sha256 }),
  counts: z
    .strictObject({
      application: logCounts,
      gateway: logCounts.nullable(),
      provider: z.strictObject({
        charges: natural,
        duplicates: natural,
        export_duplicates: natural,
        refunds: natural,
        adjustments: natural,
        float_shift: amount.exactOptional(),
        set_aside: counted,
        by_status: counted,
      }),
      invoice: z.strictObject({ lines: natural, requests: natural.nullable() }).nullable(),
      linked_charges: natural,
      linked_anywhere: natural,
      requests_with_charge: natural,
      comparable: natural,
      provider_counted: z.strictObject({ count: natural, expected: amount }),
      free_charges: z.strictObject({ count: natural, cost: amount }),
      amplification: amount.nullable(),
    })
    .nullable(),
  tokens: z
    .strictObject({
      input: tokenPair,
      cached_input: tokenPair,
      cache_write: tokenPair,
      cache_write_1h: tokenPair,
      output: tokenPair,
      reasoning: tokenPair,
    })
    .nullable(),
  bridge: z.array(bridgeRow),
  count_bridge: z.array(z.strictObject({ step: text, count })),
  totals,
  set_aside_amounts: z.record(z.string(), amount),
  by_model: cut,
  by_service: cut,
  by_cost_center: cut,
  by_day: cut,
  by_role: cut,
  by_prompt_version: cut,
  by_retry_reason: cut,
  by_incident: cut,
  findings: z.array(
    z.strictObject({
      code: z.enum(findingCodes),
      severity: z.enum(severities),
      count: natural,
      amount: amount.nullable(),
      args: z.record(z.string(), text),
      source: source.nullable(),
      samples: z.array(text),
    }),
  ),
  decision: z.array(
    z.strictObject({
      scope: text,
      fact: z.enum(['unexplained_gross', 'unexplained_counts', 'step_amount', 'unlinked_charges', 'unlinked_requests', 'uncompared_charges', 'finding']),
      value: amount,
      threshold: amount,
      rule: text,
      level: z.enum(['warn', 'fail', 'inconclusive']),
      outcome: z.enum(verdicts),
      distance: amount,
      source: source.nullable(),
      default: z.boolean(),
      override: text.nullable(),
    }),
  ),
});

/** Reads a result document from outside (an artifact, a file of an earlier run); null when it is not one. The caller bounds the size of the text. */
export function parseResult(content: string): Result | null {
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch {
    return null;
  }
  const parsed = resultSchema.safeParse(document);
  return parsed.success ? (parsed.data as Result) : null;
}

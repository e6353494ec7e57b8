/** The result document, `result.json` (SPEC §6): its one shape, as schema and as type. The schema is published as schema/result.schema.json. */
import { z } from 'zod';
import { findingCodes, severities } from './finding.ts';
import type { Amount } from './money.ts';
import { schemaAddress } from './tool-version.ts';
import { verdicts } from './verdict.ts';
import { assurances, totalNames } from './judgement.ts';
import { type CutName, cutNames, type OptionalCut, optionalCuts } from './bridge.ts';
import { cellWidths } from './bucket-bounds.ts';
import { bucketDimensions, tokenClasses } from './evidence.ts';
import { recordOf } from './record-of.ts';
import { stages } from './stage.ts';

export const resultSchemaId = 'trueup.result/1';

/** Its own written form is an amount; the type says so, the pattern checks it. */
export const amountSchema = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .max(100)
  .describe('exact decimal in plain notation') as unknown as z.ZodType<Amount, Amount>;
const count = z.int();
const natural = z.int().min(0);
const text = z.string().max(10_000);
const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$/);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

const bridgeRow = z.strictObject({
  step: text,
  amount: amountSchema,
  increase: amountSchema,
  decrease: amountSchema,
  count: natural,
  excepted: amountSchema,
  // Only where the period has several invoices: whose line, or whose residual.
  invoice_id: text.exactOptional(),
  // Only where the invoices are in another currency than the period.
  currency: text.exactOptional(),
});
// charged_converted only where the invoices are in another currency, balance_drawdown only where a prepaid balance is compared.
const totals = z.strictObject({
  ...recordOf(totalNames, () => amountSchema.nullable()),
  balance_drawdown: amountSchema.exactOptional(),
  charged_converted: amountSchema.exactOptional(),
});
const reading = z.strictObject({ at_utc: instant, balance: amountSchema });
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

/** A member for each cut; those that may have no rows are left out then. */
export function cutMembers<Cut extends z.ZodType>(cut: Cut): Record<Exclude<CutName, OptionalCut>, Cut> & Record<OptionalCut, z.ZodExactOptional<Cut>> {
  return { ...recordOf(cutNames, () => cut), ...recordOf(optionalCuts, () => cut.exactOptional()) };
}

/** A whole `trueup.result/1` document; unknown keys are refused. */
export const resultSchema = z.strictObject({
  schema: z.literal(resultSchemaId),
  tool_version: text,
  as_of: day,
  period: z.strictObject({
    id: text,
    start_utc: instant,
    end_utc: instant,
    // Exclusive; earlier than end_utc when the period was judged in part.
    judged_end_utc: instant,
    account_ref: text,
    environment: text.nullable(),
    currency: text,
    models: z.array(text).nullable(),
    // Only where the period is of several; account_ref has all their names.
    accounts: z.array(text).exactOptional(),
    // Only where the period declares any.
    keys: z.array(text).exactOptional(),
    stage: z.enum(stages),
    // A list where the period names every one of them.
    invoice_id: z.union([text, z.array(text)]).nullable(),
  }),
  verdict: z.enum(verdicts),
  // What the verdict rests on where the provider has no row for each call; absent = rows.
  assurance: z.enum(assurances).exactOptional(),
  // By what buckets were told apart beside their time; only where they are what was compared.
  buckets: z.strictObject({ width: z.enum(cellWidths), by: z.array(z.enum(bucketDimensions)) }).exactOptional(),
  digests: z.strictObject({ inputs: sha256, result: sha256 }),
  // Counts and tokens are null when the rows could not be reconciled.
  counts: z
    .strictObject({
      application: logCounts,
      // Attempts of ours that buckets are held against; `charges` are then rows, and `requests_with_charge` units in cells that have one.
      units: natural.exactOptional(),
      // Of these, counted in the bucket after their own, as far as the declared lag and both counts let them.
      bucket_moved: natural.exactOptional(),
      gateway: logCounts.nullable(),
      provider: z.strictObject({
        charges: natural,
        duplicates: natural,
        export_duplicates: natural,
        refunds: natural,
        adjustments: natural,
        // Only where rows say that they correct an earlier period.
        corrections: natural.exactOptional(),
        // Only where the format rounds amounts that a program printed from binary floating point.
        float_shift: amountSchema.exactOptional(),
        set_aside: counted,
        by_status: counted,
      }),
      // The invoice as a witness counts lines; requests is what its usage lines state, null when none of them does.
      invoice: z.strictObject({ lines: natural, requests: natural.nullable() }).nullable(),
      linked_charges: natural,
      linked_anywhere: natural,
      requests_with_charge: natural,
      // The charges that could be held against counted requests: those of earlier periods and of other scopes are left out.
      comparable: natural,
      // Counted requests whose expected cost rests on the provider's token counts; charges valued 0 as not billable that carry tokens, and what they would cost.
      provider_counted: z.strictObject({ count: natural, expected: amountSchema }),
      free_charges: z.strictObject({ count: natural, cost: amountSchema }),
      amplification: amountSchema.nullable(),
    })
    .nullable(),
  tokens: z.strictObject(recordOf(tokenClasses, () => tokenPair)).nullable(),
  // What is counted beside tokens, and parts of a token class: of final rows of counted requests and of kept charges. Absent where no row counts anything so; no cut.
  by_meter: z.array(z.strictObject({ meter: text, application: amountSchema, provider: amountSchema })).exactOptional(),
  // Only where the invoices are in another currency: units of `to` for one of `from`, by the policy and on the invoices.
  fx: z.strictObject({ from: text, to: text, reference: amountSchema, rate: amountSchema, tolerated: z.boolean() }).exactOptional(),
  // Only where rows in other currencies are converted: units of the period's currency for one of `from`.
  evidence_fx: z.array(z.strictObject({ from: text, rate: amountSchema, on: text })).exactOptional(),
  bridge: z.array(bridgeRow),
  count_bridge: z.array(z.strictObject({ step: text, count })),
  totals,
  // What statement.yaml says of the prepaid balance; only where it is compared. `paid` is by currency: what was paid for the movements, fees included.
  balance: z
    .strictObject({
      opening: reading,
      closing: reading,
      movements: z.record(z.string(), amountSchema),
      not_counted: amountSchema,
      drawdown: amountSchema,
      paid: z.record(z.string(), z.strictObject({ amount: amountSchema, fee: amountSchema })),
    })
    .exactOptional(),
  set_aside_amounts: z.record(z.string(), amountSchema),
  ...cutMembers(cut),
  findings: z.array(
    z.strictObject({
      code: z.enum(findingCodes),
      severity: z.enum(severities),
      count: natural,
      amount: amountSchema.nullable(),
      args: z.record(z.string(), text),
      // Only places in ledger files; places in evidence are in the report and in the lines.
      source: source.nullable(),
      samples: z.array(text),
    }),
  ),
  decision: z.array(
    z.strictObject({
      scope: text,
      fact: z.enum(['unexplained_gross', 'unexplained_counts', 'step_amount', 'unlinked_charges', 'unlinked_requests', 'uncompared_charges', 'finding']),
      value: amountSchema,
      threshold: amountSchema,
      rule: text,
      level: z.enum(['warn', 'fail', 'inconclusive']),
      outcome: z.enum(verdicts),
      distance: amountSchema,
      source: source.nullable(),
      default: z.boolean(),
      override: text.nullable(),
    }),
  ),
});

export type DeepReadonly<Value> = Value extends string | number | boolean | null | undefined
  ? Value
  : { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> };

export type Result = DeepReadonly<z.infer<typeof resultSchema>>;
/** Everything that `digests.result` covers. */
export type ResultBody = Omit<Result, 'tool_version' | 'digests'>;
export type Digests = Result['digests'];
export type ResultBridgeRow = Result['bridge'][number];
export type ResultCut = Result['by_model'][number];
export type ResultCounts = NonNullable<Result['counts']>;
export type ResultFinding = Result['findings'][number];

/** What went in or came out, for the manifest and the report's evidence table. */
export interface ManifestFile {
  readonly name: string;
  readonly role: 'ledger' | 'application' | 'gateway' | 'provider' | 'usage_buckets' | 'pull' | 'output';
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** null where rows are not a notion of the file. */
  readonly rows: number | null;
}

/** As the bytes of schema/result.schema.json. */
export function resultJsonSchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(resultSchema, { target: 'draft-2020-12' });
  const title = 'Trueup result';
  const description = 'What a run of Trueup found for one period: counts, the bridge, every cut of it, findings and what decided.';
  return `${JSON.stringify({ $schema, $id: schemaAddress('result'), title, description, ...rest }, null, 2)}\n`;
}

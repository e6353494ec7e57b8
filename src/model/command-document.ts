/** What the commands say to programs: one shape for each document that `--json` prints, as schema and as type; published as schema/output.schema.json. */
import { z } from 'zod';
import { auditSchema } from './audit.ts';
import { canonicalColumns, layers } from './evidence.ts';
import { findingCodes, severities } from './finding.ts';
import { lineColumns, lineReasons } from './line.ts';
import { drillKinds } from './policy.ts';
import { pulledDay, pulledReading } from './pull.ts';
import { recordOf } from './record-of.ts';
import { amountSchema, type DeepReadonly } from './result.ts';
import { schemaAddress } from './tool-version.ts';
import { verdicts } from './verdict.ts';

const text = z.string();
const texts = z.array(text);
const natural = z.int().min(0);
const layer = z.enum(layers);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const verdict = z.enum(verdicts);

const finding = z.strictObject({
  code: z.enum(findingCodes),
  severity: z.enum(severities),
  count: natural,
  amount: amountSchema.nullable(),
  args: z.record(text, text),
  source: z.strictObject({ file: text, line: natural, column: natural }).nullable(),
  samples: texts,
  message: text.describe('the sentence about it, without a full stop'),
  remedy: text,
});
const findings = z.array(finding);

const verifiedPeriod = z.strictObject({
  id: text,
  state: z.enum(['open', 'frozen', 'closed', 'unread']),
  closes: natural,
  files: natural,
  rerun: z.enum(['not-asked', 'confirmed', 'not-confirmed']),
  // Whether the program that ran is the one that the close names.
  program: z.enum(['same', 'other', 'unknown']),
});
const amount = amountSchema.nullable();
/** One period of a trend. What is null is not known, which is not zero. */
const trendPeriod = z.strictObject({
  period: text,
  start_utc: text,
  account_ref: text,
  environment: text.nullable(),
  currency: text,
  state: z.enum(['closed', 'open']),
  verdict: verdict.nullable(),
  unexplained_basis_points: amount,
  expected: amount,
  provider_charged: amount,
  invoice_total: amount,
  unexplained_gross: amount,
  requests: natural.nullable(),
  retries: amount,
  amplification: amount,
  cost_per_request: amount,
  models: z.array(z.strictObject({ model: text, charged: amountSchema })).nullable(),
  // Where the period will end, of one that is judged in part.
  forecast: z.strictObject({ amount: amountSchema, low: amountSchema, high: amountSchema, known_days: natural, days_to_come: natural }).nullable(),
  gap: text.nullable(),
});
const drill = z.strictObject({
  id: text,
  kind: z.enum(drillKinds),
  run_on: text,
  by: text,
  state: z.enum(['held', 'differs', 'not-judged']),
  compared: natural,
  period_verdict: verdict,
  // What it proves about billing; null when it concludes nothing, or did not hold.
  proves: z.strictObject({ item: text, status: text }).nullable(),
});
const fault = z.strictObject({ kind: text, injected: natural, detected: natural, signal: text, needs: text.nullable() });
const traceRow = z.strictObject({
  layer,
  file: text,
  row: natural,
  roles: texts,
  joined_by: z.strictObject({ id: z.enum(canonicalColumns), layer }).nullable(),
  values: z.strictObject(recordOf(canonicalColumns, () => text.nullable())),
  // As the file has it, before its format read it; only of the columns that it has.
  original: z.partialRecord(z.enum(canonicalColumns), text),
});
const traceLine = z.strictObject({ ...recordOf(lineColumns, () => text.nullable()), reason: z.enum(lineReasons).nullable() });
const priceChange = z.strictObject({
  model: text,
  price: text,
  before: amountSchema.nullable(),
  after: amountSchema.nullable(),
  percent: amountSchema.nullable(),
});
const cost = z.strictObject({ expected: amountSchema, unpriced: natural }).nullable();
const priceEffect = z.strictObject({
  period: text,
  currency: text,
  before: cost,
  after: cost,
  difference: amountSchema.nullable(),
  percent: amountSchema.nullable(),
  models: z.array(z.strictObject({ model: text, before: amountSchema, after: amountSchema })),
});
const capturedModel = z.strictObject({
  billable_model: text,
  // Decimals, or VERIFY.
  stated: z.record(text, text),
  needs: texts.optional(),
  problems: texts,
  remarks: texts,
});
const oddity = z.strictObject({ source: text, model: text, says: text, since: text.nullable(), until: text.nullable(), reference: text });
const draftValue = z.union([text, texts, z.record(text, z.union([text, texts]))]);

/** `written` holds names as the text of the command says them; null or empty = nothing was written. */
const documents = [
  z.strictObject({ schema: z.literal('trueup.error/1'), error: z.strictObject({ message: text, remedy: text }) }),
  z.strictObject({ schema: z.literal('trueup.validate/1'), verdict, findings }),
  z.strictObject({
    schema: z.literal('trueup.explain/1'),
    period: text.nullable(),
    request_id: text,
    found: z.boolean(),
    rows: z.array(traceRow),
    lines: z.array(traceLine),
    findings,
  }),
  z.strictObject({ schema: z.literal('trueup.export/1'), period: text, kind: text, verdict, written: texts, findings }),
  z.strictObject({ schema: z.literal('trueup.freeze/1'), period: text, written: text.nullable(), files: natural, findings }),
  z.strictObject({
    schema: z.literal('trueup.close/1'),
    period: text,
    written: text.nullable(),
    refusals: texts,
    verdict,
    result_digest: text.nullable(),
    findings,
  }),
  z.strictObject({
    schema: z.literal('trueup.trend/1'),
    tool_version: text,
    as_of: text,
    ledger: text,
    // By account and environment, and there in the order of time.
    periods: z.array(trendPeriod),
    // Periods of which a file cannot be read.
    unread: texts,
  }),
  z.strictObject({ schema: z.literal('trueup.reopen/1'), period: text, written: text.nullable(), findings }),
  z.strictObject({ schema: z.literal('trueup.verify/1'), verdict, periods: z.array(verifiedPeriod), findings }),
  auditSchema,
  z.strictObject({ schema: z.literal('trueup.drill-run/1'), verdict, drills: z.array(drill), findings }),
  z.strictObject({ schema: z.literal('trueup.drill-new/1'), id: text, written: texts }),
  z.strictObject({
    schema: z.literal('trueup.drill-faults/1'),
    verdict,
    period: text,
    seed: natural,
    runs: natural,
    plain_requests: natural,
    kinds: z.array(fault),
    findings,
  }),
  z.strictObject({ schema: z.literal('trueup.init/1'), written: texts, to_add: z.array(z.strictObject({ name: text, text })) }),
  z.strictObject({ schema: z.literal('trueup.period-new/1'), period: text, after: text, written: texts, notes: texts }),
  z.strictObject({ schema: z.literal('trueup.import/1'), verdict, written: texts, findings }),
  z.strictObject({
    schema: z.literal('trueup.usage-pull/1'),
    period: text,
    record: text,
    parts: z.array(z.strictObject({ state: z.enum(['pulled', 'kept']), entry: z.union([pulledDay, pulledReading]) })),
    notes: texts,
  }),
  z.strictObject({
    schema: z.literal('trueup.prices-capture/1'),
    id: text.nullable(),
    before: text.nullable(),
    written: texts,
    source_url: text,
    sha256,
    models: z.array(capturedModel),
    missing: z.array(z.strictObject({ model: text, reason: z.enum(['not-there', 'several']), nearest: texts })),
    gone: texts,
    refused: texts,
    oddities: z.array(oddity),
    remarks: texts,
  }),
  z.strictObject({
    schema: z.literal('trueup.prices-diff/1'),
    before: text,
    after: text,
    currency: text,
    unit_basis: z.literal('per-1M-tokens'),
    percent_rounding: text,
    between: z.enum(['sources', 'times']),
    price_authority: text.nullable(),
    rates: z.array(priceChange),
    ratios: z.array(priceChange),
    gained: texts,
    lost: texts,
    same: natural,
    periods: z.array(priceEffect),
    untouched_periods: texts,
  }),
  z.strictObject({
    schema: z.literal('trueup.format-guess/1'),
    fits: z.strictObject({ format: text, layer }).nullable(),
    written: text.nullable(),
    layer,
    lines: z.array(z.strictObject({ key: texts, value: draftValue, ground: text, open: z.boolean() })),
    notes: texts,
    preview: z.strictObject({ columns: texts, rows: z.array(z.array(text.nullable())), count: natural }),
    findings,
  }),
  z.strictObject({ schema: z.literal('trueup.schema/1'), written: texts }),
] as const;

/** Any of them; unknown members are refused. */
export const documentSchema = z.discriminatedUnion('schema', documents);

export type CommandDocument = DeepReadonly<z.infer<typeof documentSchema>>;
export type FindingDocument = DeepReadonly<z.infer<typeof finding>>;

/** As the bytes of schema/output.schema.json. */
export function outputJsonSchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(documentSchema, { target: 'draft-2020-12', reused: 'ref' });
  const title = 'Trueup command output';
  const description = 'What a command prints with --json; the member `schema` says which command. `result.json` has a schema of its own.';
  return `${JSON.stringify({ $schema, $id: schemaAddress('output'), title, description, ...rest }, null, 2)}\n`;
}

/**
 * What a gate says about a change (or about the open periods): the judged document that every view of it is rendered from,
 * and that travels in the artifact to the fork publisher. Its one shape, as schema and as type.
 */
import { z } from 'zod';
import { bucketCountSteps, countSteps, steps, subtotals } from './bridge.ts';
import { findingCodes, severities } from './finding.ts';
import { cutMembers, type DeepReadonly, type Result, resultSchema } from './result.ts';
import { type Verdict, verdicts } from './verdict.ts';

export const gateSchemaId = 'trueup.gate/1';

/** `not-applicable`: nothing of the ledger was touched; a success, said as such. */
export type GateVerdict = Verdict | 'not-applicable';

/** One value of the rules that a change edits. */
export interface RuleDifference {
  /** The members that lead to it; an element of a list goes by its name. */
  readonly path: readonly string[];
  /** As parsed, every scalar as text; undefined = not there. */
  readonly was: unknown;
  readonly is: unknown;
  /** The same as text for a reader; null = not there. */
  readonly before: string | null;
  readonly after: string | null;
}

/** The longest text and the longest list of a report, which a run on a fork may have left behind. */
export const longestText = 20_000;
export const longestList = 100_000;

const text = z.string().max(longestText);
const amount = resultSchema.shape.totals.shape.expected.unwrap();
const sha256 = resultSchema.shape.digests.shape.result;
const commit = z.string().regex(/^[0-9a-f]{40,64}$/);
const natural = z.int().min(0);
const bridgeStep: z.ZodType<string, string> = z.enum([...steps, ...subtotals]);
const countStep: z.ZodType<string, string> = z.enum([
  ...new Set([...countSteps, ...bucketCountSteps]),
  'charges',
  'duplicate',
  'provider_rows',
  'provider_requests',
  'invoice_grouping',
  'invoice_requests',
]);

const words = z.record(text, text).refine((args) => Object.keys(args).length <= 50, { error: 'at most 50 words' });
const samples = z.array(text).max(100);

/** The result's own schema, with steps and currency from their lists, as they are shown without escape. */
const bridge = z.array(resultSchema.shape.bridge.element.extend({ step: bridgeStep })).max(10_000);
const cut = z.array(resultSchema.shape.by_model.element.extend({ key: text, bridge })).max(longestList);
const result = resultSchema.extend({
  period: resultSchema.shape.period.extend({ currency: z.string().regex(/^[A-Z]{3}$/) }),
  bridge,
  count_bridge: z.array(z.strictObject({ step: countStep, count: z.int() })).max(100),
  ...cutMembers(cut),
  findings: z.array(resultSchema.shape.findings.element.extend({ args: words, samples })).max(longestList),
  decision: z.array(resultSchema.shape.decision.element.extend({ scope: text })).max(longestList),
});

const finding = z.strictObject({
  code: z.enum(findingCodes),
  severity: z.enum(severities),
  count: natural,
  amount: amount.nullable(),
  args: words,
  source: z.strictObject({ file: text, line: natural, column: natural }).nullable(),
  excerpt: text.nullable(),
  samples,
});
const findings = z.array(finding).max(longestList);
const verdict = z.enum(verdicts);
const gateVerdict = z.enum([...verdicts, 'not-applicable']);
/** Steps and subtotals in bridge order. */
const state = z.strictObject({ verdict, amounts: z.array(z.strictObject({ step: bridgeStep, amount })).max(10_000) });

const ruleChange = z.strictObject({
  // The members that lead to it, joined by dots; before and after have at most 300 characters, null = not there.
  key: text,
  before: text.nullable(),
  after: text.nullable(),
  direction: z.enum(['loosened', 'changed', 'tightened', 'neutral']),
});
/** Per million tokens of a class (`input`, …; a tier adds ` above <n> input tokens`) or per `request`, with the ratio of its row; null = not priced. */
const priceMove = z.strictObject({ model: text, price: text, before: amount.nullable(), after: amount.nullable() });
/** A snapshot that comes into force for a period by the change. */
const priceArrival = z.strictObject({
  period: text,
  snapshot: text,
  // The snapshot whose place it takes; null = there was none.
  before: text.nullable(),
  // Base does not have the snapshot at all.
  added: z.boolean(),
  // What costs something else than before, models that the ledger maps first; how many are left out.
  prices: z.array(priceMove).max(200),
  more: natural,
});
/** The period right before one, as its close states it, or as the same run judged it. */
const periodBefore = z.strictObject({
  period: resultSchema.shape.period.pick({ id: true, start_utc: true, end_utc: true }),
  totals: resultSchema.shape.totals,
});
/** One judged period. */
const period = z.strictObject({
  // Under the rules in force (base's); decides.
  result,
  // The judgement's findings, with their places in evidence.
  findings,
  ignored: z.array(z.strictObject({ code: z.enum(findingCodes), count: natural })).max(1000),
  // The verdict as it will be after the merge, under head's own rules; null when the change edits none.
  afterMerge: verdict.nullable(),
  // false: shown for information only (a change of nothing but policy passes on validity).
  decides: z.boolean(),
  // null where there is none, or none of which anybody knows the totals.
  before: periodBefore.nullable(),
  // Path of the period's outputs relative to the workspace, POSIX; null when nothing was written.
  folder: text.nullable(),
});
/** A file whose edit takes effect only after it is merged: what of it was edited, in our own words, what is looser first, and how many are left out. */
const edit = z.strictObject({ file: text, what: z.array(text).max(30), changes: z.array(ruleChange).max(200), more: natural });
/** What the edit of one file does to one period: the bridge with the file as base has it, and as head has it; null where it could not be computed. */
const effect = z.strictObject({ file: text, period: text, before: state.nullable(), after: state.nullable() });
const ledger = z.strictObject({
  // POSIX, relative to the repository; `.` at its root.
  path: text,
  // null when trueup.yaml could not be read.
  id: text.nullable(),
  verdict: gateVerdict,
  // May amounts and ids be said where everybody can read? From base's trueup.yaml.
  publish: z.enum(['public', 'restricted']),
  // Of the ledger's own files and of its history.
  findings,
  periods: z.array(period).max(2000),
  edits: z.array(edit).max(5000),
  effects: z.array(effect).max(10_000),
  prices: z.array(priceArrival).max(10_000),
  // Facts about the run itself, as sentences of our own without a full stop.
  notes: z.array(text).max(100),
});

/** A whole `trueup.gate/1` document; unknown keys are refused. */
export const gateSchema = z.strictObject({
  schema: z.literal(gateSchemaId),
  tool_version: text,
  // change: a pull request or merge group, judged against its base; open: every open period; named: the periods that were asked for.
  mode: z.enum(['change', 'open', 'named']),
  as_of: resultSchema.shape.as_of,
  verdict: gateVerdict,
  // Lower-case hex; null where the notion does not apply. head is the pull request's head, checkout what was judged.
  commits: z.strictObject({ base: commit.nullable(), head: commit.nullable(), checkout: commit.nullable() }),
  ledgers: z.array(ledger).max(500),
  // Over the canonical JSON of the document without tool_version, digest and commits.
  digest: sha256,
});

export type GateReport = Omit<DeepReadonly<z.infer<typeof gateSchema>>, 'ledgers'> & { readonly ledgers: readonly GateLedger[] };
export type GateLedger = Omit<DeepReadonly<z.infer<typeof ledger>>, 'periods'> & { readonly periods: readonly GatePeriod[] };
export type GatePeriod = Omit<DeepReadonly<z.infer<typeof period>>, 'result'> & { readonly result: Result };
export type PeriodBefore = DeepReadonly<z.infer<typeof periodBefore>>;
export type GateMode = GateReport['mode'];
export type RuleChange = DeepReadonly<z.infer<typeof ruleChange>>;
/** Which way an edited rule goes. `changed`: nobody can tell; `neutral`: it bears on no verdict. */
export type RuleDirection = RuleChange['direction'];
export type PolicyEdit = DeepReadonly<z.infer<typeof edit>>;
export type FileEffect = DeepReadonly<z.infer<typeof effect>>;
export type BridgeState = DeepReadonly<z.infer<typeof state>>;
export type PriceArrival = DeepReadonly<z.infer<typeof priceArrival>>;
export type PriceMove = DeepReadonly<z.infer<typeof priceMove>>;

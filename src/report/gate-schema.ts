/** The one schema of the gate report: it reads the file that a run on a fork left behind, in which nothing can be trusted. */
import { z } from 'zod';
import { countSteps, steps } from '../model/bridge.ts';
import { findingCodes } from '../model/finding-code.ts';
import { severities } from '../model/finding.ts';
import type { GateReport } from '../model/gate.ts';
import { gateSchemaId } from '../model/gate.ts';
import { UserError } from '../model/user-error.ts';
import { verdicts } from '../model/verdict.ts';
import { gateDigestOf } from './assemble-gate.ts';
import { resultSchema } from '../model/result.ts';
import { showInTerminal } from './terminal-style.ts';

/** The longest gate report that is read, in UTF-8 bytes. */
export const maxGateBytes = 32 * 1024 * 1024;

const longestText = 20_000;
const longestList = 100_000;
const mostKeys = 5000;
const deepest = 12;

const text = z.string().max(longestText);
const amount = resultSchema.shape.totals.shape.expected.unwrap();
const sha256 = resultSchema.shape.digests.shape.result;
const commit = z.string().regex(/^[0-9a-f]{40,64}$/);
const natural = z.int().min(0);
const bridgeStep = z.enum([...steps, 'provider_at_snapshot', 'provider_charged', 'invoice_usage', 'invoice_total']);
const countStep = z.enum([...countSteps, 'charges', 'duplicate', 'provider_rows', 'invoice_grouping', 'invoice_requests']);

const words = z.record(text, text).refine((args) => Object.keys(args).length <= 50, { error: 'at most 50 words' });
const samples = z.array(text).max(100);

/** The result's own schema, with steps and currency from their lists, as they are shown without escape. */
const bridge = z.array(resultSchema.shape.bridge.element.extend({ step: bridgeStep })).max(10_000);
const cut = z.array(resultSchema.shape.by_model.element.extend({ key: text, bridge })).max(longestList);
const result = resultSchema.extend({
  period: resultSchema.shape.period.extend({ currency: z.string().regex(/^[A-Z]{3}$/) }),
  bridge,
  count_bridge: z.array(z.strictObject({ step: countStep, count: z.int() })).max(100),
  by_model: cut,
  by_service: cut,
  by_cost_center: cut,
  by_day: cut,
  by_role: cut,
  by_prompt_version: cut,
  by_retry_reason: cut,
  by_incident: cut,
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
const state = z.strictObject({ verdict, amounts: z.array(z.strictObject({ step: bridgeStep, amount })).max(10_000) });

const ruleChange = z.strictObject({
  key: text,
  before: text.nullable(),
  after: text.nullable(),
  direction: z.enum(['loosened', 'changed', 'tightened', 'neutral']),
});
const priceMove = z.strictObject({ model: text, price: text, before: amount.nullable(), after: amount.nullable() });
const priceArrival = z.strictObject({
  period: text,
  snapshot: text,
  before: text.nullable(),
  added: z.boolean(),
  prices: z.array(priceMove).max(200),
  more: natural,
});
const period = z.strictObject({
  result,
  findings,
  ignored: z.array(z.strictObject({ code: z.enum(findingCodes), count: natural })).max(1000),
  afterMerge: verdict.nullable(),
  decides: z.boolean(),
  folder: text.nullable(),
});
const ledger = z.strictObject({
  path: text,
  id: text.nullable(),
  verdict: gateVerdict,
  publish: z.enum(['public', 'restricted']),
  findings,
  periods: z.array(period).max(2000),
  edits: z.array(z.strictObject({ file: text, what: z.array(text).max(30), changes: z.array(ruleChange).max(200), more: natural })).max(5000),
  effects: z.array(z.strictObject({ file: text, period: text, before: state.nullable(), after: state.nullable() })).max(10_000),
  prices: z.array(priceArrival).max(10_000),
  notes: z.array(text).max(100),
});

/** A whole `trueup.gate/1` document; unknown keys are refused. */
const gateSchema = z.strictObject({
  schema: z.literal(gateSchemaId),
  tool_version: text,
  mode: z.enum(['change', 'open', 'named']),
  as_of: resultSchema.shape.as_of,
  verdict: gateVerdict,
  commits: z.strictObject({ base: commit.nullable(), head: commit.nullable(), checkout: commit.nullable() }),
  ledgers: z.array(ledger).max(500),
  digest: sha256,
});

const remedy = 'Run the gate again, with the same version of Trueup in both workflows.';

/** Reads a gate report from outside. Throws a `UserError` when it is too large, not JSON, not a gate report, or not the one that its digest names. */
export function parseGateReport(content: string): GateReport {
  if (Buffer.byteLength(content, 'utf8') > maxGateBytes) throw new UserError(`The gate report is longer than ${maxGateBytes} bytes.`, remedy);
  const document = parseJson(content);
  if (!isWithinLimits(document, 0)) throw new UserError('The gate report holds a text, a list or a depth beyond its limits.', remedy);
  const parsed = gateSchema.safeParse(document);
  if (!parsed.success) throw new UserError(`This is no gate report of this version: ${firstProblem(parsed.error)}.`, remedy);
  const report: GateReport = parsed.data;
  if (digestOrNull(report) !== report.digest) throw new UserError('The gate report is not the one that its digest names.', remedy);
  return report;
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new UserError('The gate report is not JSON.', remedy, { cause });
  }
}

/** Before any schema looks at it: nothing that is long, wide or deep. */
function isWithinLimits(node: unknown, depth: number): boolean {
  if (typeof node === 'string') return node.length <= longestText;
  if (typeof node !== 'object' || node === null) return true;
  if (depth > deepest) return false;
  if (Array.isArray(node)) return node.length <= longestList && node.every((member) => isWithinLimits(member, depth + 1));
  const members = Object.entries(node);
  return members.length <= mostKeys && members.every(([key, member]) => key.length <= longestText && isWithinLimits(member, depth + 1));
}

/** null for text that has no canonical form. */
function digestOrNull(report: GateReport): string | null {
  try {
    return gateDigestOf(report);
  } catch {
    return null;
  }
}

function firstProblem({ issues }: z.ZodError): string {
  const [issue] = issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the document' : showInTerminal(issue.path.map(String).join('.'));
  return `${place} is not as expected`;
}

/** Judged ledgers → the gate report with its digest, and back from what a run on a fork left behind, in which nothing can be trusted. Pure. */
import { type GateReport, gateSchema, gateSchemaId, longestList, longestText } from '../model/gate.ts';
import { canonicalJson } from './canonical-json.ts';
import { presentable } from './scrub-secrets.ts';
import type { z } from 'zod';
import { UserError } from '../model/user-error.ts';
import { showInTerminal } from './terminal-style.ts';
import { sha256Of } from '../model/sha256.ts';

/** The whole document, as it comes back from its written form. */
export function assembleGate(parts: Omit<GateReport, 'schema' | 'digest'>): GateReport {
  const body: Omit<GateReport, 'digest'> = presentable(JSON.parse(JSON.stringify({ schema: gateSchemaId, ...parts })) as Omit<GateReport, 'digest'>);
  return { ...body, digest: gateDigestOf(body) };
}

/** The written form: two blanks, one newline at the end. No text in it holds a secret: the document was made of presentable ones, and its digest names those bytes. */
export function serializeGateReport(report: GateReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** `sha256:` of the canonical JSON of everything but `digest`, `commits`, and `tool_version`, the gate's and that of each result. */
export function gateDigestOf(report: Omit<GateReport, 'digest'>): string {
  const { digest: _digest, commits: _commits, tool_version: _version, ...body } = { digest: '', ...report };
  const ledgers = body.ledgers.map((ledger) => ({
    ...ledger,
    periods: ledger.periods.map(({ result: { tool_version: _tool, ...result }, ...period }) => ({ ...period, result })),
  }));
  return `sha256:${sha256Of(canonicalJson({ ...body, ledgers }))}`;
}

/** The longest gate report that is read, in UTF-8 bytes. */
export const maxGateBytes = 32 * 1024 * 1024;

const mostKeys = 5000;
const deepest = 12;

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

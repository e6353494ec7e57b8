/** Reads a gate report that a run on a fork left behind, in which nothing can be trusted. */
import type { z } from 'zod';
import { gateSchema, longestList, longestText, type GateReport } from '../model/gate.ts';
import { UserError } from '../model/user-error.ts';
import { gateDigestOf } from './assemble-gate.ts';
import { showInTerminal } from './terminal-style.ts';

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

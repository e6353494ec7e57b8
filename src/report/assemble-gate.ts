/** Judged ledgers → the gate report with its digest. Pure. */
import { createHash } from 'node:crypto';
import { type GateReport, gateSchemaId } from '../model/gate.ts';
import { canonicalJson } from './canonical-json.ts';
import { presentable } from './presentable.ts';

/** The whole document, as it comes back from its written form. */
export function assembleGate(parts: Omit<GateReport, 'schema' | 'digest'>): GateReport {
  const body: Omit<GateReport, 'digest'> = presentable(JSON.parse(JSON.stringify({ schema: gateSchemaId, ...parts })) as Omit<GateReport, 'digest'>);
  return { ...body, digest: gateDigestOf(body) };
}

/** The written form: two blanks, one newline at the end. */
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
  return `sha256:${createHash('sha256')
    .update(canonicalJson({ ...body, ledgers }))
    .digest('hex')}`;
}

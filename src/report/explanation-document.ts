/** One request through all layers as a document: its rows and its lines, with the rule that placed each. */
import type { CommandDocument } from '../model/command-document.ts';
import type { Explanation, TraceRow } from '../model/trace.ts';
import { findingDocuments } from './render-document.ts';

type ExplanationDocument = Extract<CommandDocument, { readonly schema: 'trueup.explain/1' }>;

export function explanationDocument({ requestId, period, trace, originals, findings }: Explanation): ExplanationDocument {
  const rowOf = ({ layer, file, row, roles, joinedBy, values }: TraceRow, index: number): ExplanationDocument['rows'][number] => ({
    layer,
    file,
    row,
    roles,
    joined_by: joinedBy,
    values,
    original: originals[index] ?? {},
  });
  return {
    schema: 'trueup.explain/1',
    period: period?.id ?? null,
    request_id: trace?.requestId ?? requestId,
    found: trace !== null && trace.rows.length > 0,
    rows: (trace?.rows ?? []).map(rowOf),
    lines: trace?.lines ?? [],
    findings: findingDocuments(findings),
  };
}

/** What came of drills and of the self-test as documents. */
import type { CommandDocument } from '../model/command-document.ts';
import type { DrillOutcome, FaultReport } from '../model/drill.ts';
import type { Finding } from '../model/finding.ts';
import type { Verdict } from '../model/verdict.ts';
import { findingDocuments } from './render-document.ts';

type DrillsDocument = Extract<CommandDocument, { readonly schema: 'trueup.drill-run/1' }>;
type FaultsDocument = Extract<CommandDocument, { readonly schema: 'trueup.drill-faults/1' }>;

export function drillsDocument(outcomes: readonly DrillOutcome[], findings: readonly Finding[], verdict: Verdict): DrillsDocument {
  return { schema: 'trueup.drill-run/1', verdict, drills: outcomes.map(drillOf), findings: findingDocuments(findings) };
}

function drillOf({ drill, state, compared, verdict }: DrillOutcome): DrillsDocument['drills'][number] {
  const { id, kind, runOn, by, concludes } = drill;
  const proves = concludes === null || state !== 'held' ? null : { item: concludes.item, status: concludes.status };
  return { id, kind, run_on: runOn, by, state, compared, period_verdict: verdict, proves };
}

export function faultsDocument(report: FaultReport, verdict: Verdict): FaultsDocument {
  const { period, seed, runs, plainRequests, kinds, findings } = report;
  return {
    schema: 'trueup.drill-faults/1',
    verdict,
    period,
    seed,
    runs,
    plain_requests: plainRequests,
    kinds: kinds.map(({ kind, injected, detected, signal, needs }) => ({ kind, injected, detected, signal, needs })),
    findings: findingDocuments(findings),
  };
}

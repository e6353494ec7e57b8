/** Holds what a drill shows against what it should show; every difference is a finding on the expectation's line. */
import { contractAreas } from '../model/contract-area.ts';
import type { DrillResponse } from '../model/drill.ts';
import type { Status } from '../model/evidence.ts';
import { finding, type Finding, type Source } from '../model/finding.ts';
import type { BillingRule, Contract, Drill, DrillConclusion } from '../model/ledger.ts';
import type { Line } from '../model/line.ts';
import { parseMoney, zero } from '../model/money.ts';
import type { Result } from '../model/result.ts';
import { chargedFor, drillFacts, type DrillFacts, nothing, servingOf } from './drill-facts.ts';

export interface DrillCase {
  readonly drill: Drill;
  readonly contract: Contract;
  readonly result: Result;
  /** Codes of everything that the run found, whatever its severity. */
  readonly codes: readonly string[];
  readonly lines: readonly Line[];
  /** null = the drill names none; `unreadable` = it names one that cannot be read as an answer of an API. */
  readonly response: DrillResponse | 'unreadable' | null;
}

export interface DrillJudgement {
  readonly findings: readonly Finding[];
  readonly compared: number;
}

/** One thing that was compared. */
interface Comparison {
  readonly key: string;
  readonly expected: string;
  readonly found: string;
  readonly source: Source;
}

export function judgeDrill(drillCase: DrillCase): DrillJudgement {
  const { drill, result, lines, codes } = drillCase;
  const facts = drillFacts(result, lines);
  const comparisons = [
    ...drill.expectations.map(({ key, expected, source }) => ({ key, expected, found: facts[key] ?? nothing, source })),
    ...drill.findings.map(({ code, source }) => ({
      key: `finding ${code}`,
      expected: 'reported',
      found: codes.includes(code) ? 'reported' : 'not reported',
      source,
    })),
    ...responseComparisons(drillCase, facts),
    ...conclusionComparisons(drillCase),
  ];
  const differing = comparisons.filter(({ expected, found }) => expected !== found);
  const findings = differing.toSorted((a, b) => a.source.line - b.source.line).map((comparison) => failed(drill, comparison));
  return { findings, compared: comparisons.length };
}

function failed({ id }: Drill, { key, expected, found, source }: Comparison): Finding {
  return finding('drill-failed', 'fail', { args: { drill: id, key, expected, found }, source });
}

/** A drill whose small period could not be judged proves nothing. */
export function notJudged(drill: Drill): Finding {
  return finding('drill-failed', 'inconclusive', {
    args: { drill: drill.id, key: 'the run', expected: 'judged', found: 'inconclusive' },
    source: drill.source,
  });
}

/** The answer of the API against the provider's rows, and its tokens against the application's as well. */
function responseComparisons({ drill, lines, response }: DrillCase, facts: DrillFacts): Comparison[] {
  const source = drill.response?.source ?? drill.source;
  if (response === null) return [];
  if (response === 'unreadable') return [{ key: 'response', expected: 'an answer of the API as JSON', found: 'unreadable', source }];
  const ids = lines.flatMap((line) => [line.request_id, line.provider_request_id]).filter((id) => id !== null);
  const known = response.requestId !== null && ids.includes(response.requestId);
  return [
    ...(response.requestId === null ? [] : [{ key: 'response.id', expected: response.requestId, found: known ? response.requestId : namesOf(ids), source }]),
    ...(response.model === null ? [] : [{ key: 'response.model', expected: response.model, found: facts['billable_model'] ?? nothing, source }]),
    ...Object.entries(response.tokens).flatMap(([column, tokens]) => [
      { key: `provider ${column} against response.usage`, expected: String(tokens), found: facts[`tokens.${column}`] ?? nothing, source },
      { key: `application ${column} against response.usage`, expected: String(tokens), found: facts[`application.${column}`] ?? nothing, source },
    ]),
  ];
}

function namesOf(ids: readonly string[]): string {
  return ids.length === 0 ? nothing : [...new Set(ids)].slice(0, 5).join(', ');
}

/** The contract has the item, the rows show what is concluded, and no billing rule says the opposite. */
function conclusionComparisons(drillCase: DrillCase): Comparison[] {
  const { drill, contract } = drillCase;
  const { concludes } = drill;
  if (concludes === null) return [];
  const { item, status, source } = concludes;
  const known = contract.items.some(({ area }) => area === item);
  const rule = contractSays(contract, concludes);
  return [
    { key: 'concludes.item', expected: item, found: known ? item : `no item ${item} in contract.yaml`, source },
    { key: `what the rows show of ${item}`, expected: status, found: billedInRows(drillCase, item), source },
    ...(rule === null || rule === 'unverified' ? [] : [{ key: `the billing rule in contract.yaml for ${item}`, expected: status, found: rule, source }]),
  ];
}

/** The rule that `contract.yaml` has for the status which the conclusion speaks of. */
export function contractSays({ billing }: Contract, { item }: DrillConclusion): BillingRule | null {
  const status = statusOf(item);
  return status === null ? null : billing[status];
}

function statusOf(item: string): Status | null {
  return contractAreas.find(({ area }) => area === item)?.status ?? null;
}

/** Charged for a request that ended in the status, or else for the attempts that did not serve; of a stream, for the request as such. */
function billedInRows({ result, lines }: DrillCase, item: string): BillingRule {
  const status = statusOf(item);
  const charges = lines.filter(({ line }) => line === 'charge');
  const endedSo = status !== null && (result.counts?.application.by_status[status] ?? 0) > 0;
  const serving = servingOf(charges);
  const concerned = endedSo || item === 'error-behavior.streamed' ? charges : charges.filter((line) => !serving.includes(line));
  return (parseMoney(chargedFor(concerned)) ?? zero).greaterThan(zero) ? 'billable' : 'not-billable';
}

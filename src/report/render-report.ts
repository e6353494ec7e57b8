/** report.md: the result for people, top to bottom. Pure; same input, same bytes. */
import type { Finding } from '../model/finding.ts';
import type { IgnoredFinding } from '../model/judgement.ts';
import type { ContractItem } from '../model/ledger.ts';
import type { ManifestFile, Result } from '../model/result.ts';
import type { RequestTrace } from '../model/trace.ts';
import { escapeMarkdown, section } from './escape-markdown.ts';
import { balanceTable } from './sections/balance.ts';
import { bridgeTable } from './sections/bridge.ts';
import { countFunnel } from './sections/counts.ts';
import { cutTables } from './sections/cuts.ts';
import { contractTable, evidenceTable, notCheckedList } from './sections/evidence.ts';
import { findingTable } from './sections/findings.ts';
import { decisionTable, totalsTable, verdictLine } from './sections/headline.ts';
import { inOneCurrency } from './one-currency.ts';
import { currencyOf } from './show-money.ts';
import { traceSections } from './sections/traces.ts';

/** The report lies anywhere: places are named as they are in the ledger. */
const nowhere = { ledger: '.', links: null } as const;

/** The whole report as Markdown with one newline at the end. */
export function renderReport({ result: judged, findings, ignored, traces, notChecked, contract, inputs }: ReportInput): string {
  const result = inOneCurrency(judged);
  const parts = [
    verdictLine(result),
    scopeLine(result.period, result.as_of),
    totalsTable(result),
    section('What decided', decisionTable(result, nowhere)),
    section('Counts before costs', countFunnel(result)),
    section('The bridge', bridgeTable(result)),
    section('The prepaid balance', balanceTable(result)),
    section('Whom it belongs to', cutTables(result)),
    section('Findings', findingTable(findings, { ...nowhere, currency: currencyOf(result.period.currency) })),
    section('Sample requests', traceSections(traces)),
    section('What the contract says', contractTable(contract)),
    section('Not checked', notCheckedList(result, notChecked, ignored)),
    section('Evidence', evidenceTable(inputs)),
    section('Digests', digestLines(result)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function scopeLine(period: ReportInput['result']['period'], asOf: string): string {
  const environment = period.environment === null ? '' : `, environment ${escapeMarkdown(period.environment)}`;
  const end = period.judged_end_utc === period.end_utc ? period.end_utc : `${period.judged_end_utc} (the period ends at ${period.end_utc})`;
  return `From ${period.start_utc} to ${end}, account ${escapeMarkdown(period.account_ref)}${environment}, stage ${period.stage}, as of ${asOf}.`;
}

function digestLines({ digests, tool_version: version }: ReportInput['result']): string {
  return `- inputs \`${digests.inputs}\`\n- result \`${digests.result}\`\n- trueup ${escapeMarkdown(version)}`;
}

export interface ReportInput {
  readonly result: Result;
  /** The judgement's findings: those of the result with their places in evidence. */
  readonly findings: readonly Finding[];
  readonly ignored: readonly IgnoredFinding[];
  /** At most ten are shown. */
  readonly traces: readonly RequestTrace[];
  /** What the caller knows not to have been checked, as sentences of our own without a full stop. */
  readonly notChecked: readonly string[];
  /** The answers about the provider that the run rests on. */
  readonly contract: readonly ContractItem[];
  /** Ledger and evidence files that went in. */
  readonly inputs: readonly ManifestFile[];
}

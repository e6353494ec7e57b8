/** The outputs of the action as values, in the order of action.yml, which has their words: scalars and paths, nothing that could grow. */
import type { GatePeriod, GateReport } from '../../model/gate.ts';
import { formatMoney, moneyOf, sumMoney } from '../../model/money.ts';

/** What is known beside the report. */
export interface OutputFacts {
  readonly amounts: 'shown' | 'withheld';
  readonly report: string | null;
  readonly folder: string | null;
  readonly commentUrl: string | null;
  readonly artifactName: string | null;
}

export function outputsOf(report: GateReport, facts: OutputFacts): Readonly<Record<string, string>> {
  const periods = report.ledgers.flatMap((ledger) => ledger.periods);
  const findings = report.ledgers.reduce((sum, ledger) => sum + ledger.findings.length, 0) + periods.reduce((sum, period) => sum + period.findings.length, 0);
  const currencies = new Set(periods.map(({ result }) => result.period.currency));
  const summed = facts.amounts === 'shown' && currencies.size === 1 ? periods : [];
  return {
    verdict: report.verdict,
    periods: String(periods.length),
    findings: String(findings),
    currency: summed.length === 0 ? '' : ([...currencies][0] ?? ''),
    expected: total(summed, 'expected'),
    charged: total(summed, 'provider_charged'),
    invoice: total(summed, 'invoice_total'),
    unexplained: total(summed, 'unexplained_gross'),
    digest: report.digest,
    'base-sha': report.commits.base ?? '',
    'head-sha': report.commits.head ?? report.commits.checkout ?? '',
    report: facts.report ?? '',
    folder: facts.folder ?? '',
    'comment-url': facts.commentUrl ?? '',
    'artifact-name': facts.artifactName ?? '',
  };
}

/** What is in the currency of the invoices, where that is another one than of what was charged. */
const invoiced: readonly string[] = ['invoice_total', 'unexplained_gross'];

/** Empty as soon as one period does not know it, or has it in another currency: a sum of the rest would look like the whole. */
function total(periods: readonly GatePeriod[], name: 'expected' | 'provider_charged' | 'invoice_total' | 'unexplained_gross'): string {
  const amounts = periods.map(({ result }) => (result.fx !== undefined && invoiced.includes(name) ? null : result.totals[name]));
  const known = amounts.filter((amount) => amount !== null);
  if (known.length === 0 || known.length < amounts.length) return '';
  return formatMoney(sumMoney(known.map((amount) => moneyOf(amount))));
}

/** The outputs of the action, as data and as values: scalars and paths, nothing that could grow. */
import type { GatePeriod, GateReport } from '../../model/gate.ts';
import type { Totals } from '../../model/judgement.ts';
import { formatMoney, moneyOf, sumMoney } from '../../model/money.ts';

export interface OutputDescription {
  readonly name: OutputName;
  readonly description: string;
}

const outputNames = [
  'verdict',
  'periods',
  'findings',
  'currency',
  'expected',
  'charged',
  'invoice',
  'unexplained',
  'digest',
  'base-sha',
  'head-sha',
  'report',
  'folder',
  'comment-url',
  'artifact-name',
] as const;
export type OutputName = (typeof outputNames)[number];
export type Outputs = Readonly<Record<OutputName, string>>;

const words: Readonly<Record<OutputName, string>> = {
  verdict: 'pass, warn, fail, inconclusive or not-applicable: the worst of all ledgers.',
  periods: 'How many periods were judged.',
  findings: 'How many findings there are, those of single rows counted once per kind.',
  currency: 'The currency of the amounts; empty when periods differ in it or amounts are withheld.',
  expected:
    'What the contract makes of the requests, exact, over all judged periods; empty when not known, or when the repository is public and the ledger does not publish.',
  charged: 'What the provider charged; empty as expected.',
  invoice: 'What the invoices say in total; empty as expected.',
  unexplained: 'Unexplained money, gross; empty as expected.',
  digest: 'Digest of the judgement: the same for the same ledger and evidence.',
  'base-sha': 'The commit whose rules were in force; empty without one.',
  'head-sha': 'The commit that the report is about.',
  report: 'Path of gate.json, for mode publish; relative to the workspace.',
  folder: 'Folder with the results of each period, relative to the workspace.',
  'comment-url': 'Address of the comment on the pull request; empty without one.',
  'artifact-name': 'Name of the uploaded artifact; empty without one.',
};

export const outputDescriptions: readonly OutputDescription[] = outputNames.map((name) => ({ name, description: words[name] }));

/** What is known beside the report. */
export interface OutputFacts {
  readonly amounts: 'shown' | 'withheld';
  readonly report: string | null;
  readonly folder: string | null;
  readonly commentUrl: string | null;
  readonly artifactName: string | null;
}

export function outputsOf(report: GateReport, facts: OutputFacts): Outputs {
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

/** Empty as soon as one period does not know it: a sum of the rest would look like the whole. */
function total(periods: readonly GatePeriod[], name: keyof Totals): string {
  const amounts = periods.map(({ result }) => result.totals[name]);
  const known = amounts.filter((amount) => amount !== null);
  if (known.length === 0 || known.length < amounts.length) return '';
  return formatMoney(sumMoney(known.map((amount) => moneyOf(amount))));
}

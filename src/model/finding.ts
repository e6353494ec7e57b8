/** A finding: a fact that policy judges, as data; every one there is, and where in a file it stands. Every sentence about it is in report/wording. */
import type { Amount } from './money.ts';
import { recordOf } from './record-of.ts';

export const severities = ['info', 'warn', 'quarantine', 'fail', 'inconclusive'] as const;

/** `inconclusive`: could not be read or judged. `quarantine`: stays in every sum, verdict at best warn. */
export type Severity = (typeof severities)[number];

/**
 * How grave each finding is unless the policy says otherwise, and the words without which its sentence cannot be said (`amount` is the finding's own, the
 * others are its args; sentences may know more, and report/wording does not compile where one needs a word that is not named here).
 * Each has a sentence and a remedy in report/wording, a scenario in test/scenarios and a row in docs/findings.md.
 */
const findings = {
  // Ledger files: what could not be read.
  'file-missing': { severity: 'inconclusive', words: ['file'] },
  'file-too-large': { severity: 'inconclusive', words: ['file'] },
  'yaml-syntax': { severity: 'inconclusive', words: ['problem'] },
  'yaml-limit': { severity: 'inconclusive', words: ['problem'] },
  'unknown-key': { severity: 'inconclusive', words: ['key'] },
  'missing-key': { severity: 'inconclusive', words: ['key'] },
  'invalid-value': { severity: 'inconclusive', words: [] },
  'path-escape': { severity: 'inconclusive', words: [] },
  // Ledger files: what was read and is wrong.
  placeholder: { severity: 'fail', words: ['value', 'key'] },
  'hash-mismatch': { severity: 'fail', words: ['file', 'found', 'declared'] },
  'duplicate-id': { severity: 'fail', words: ['id'] },
  'policy-incomplete': { severity: 'fail', words: ['missing'] },
  'period-bounds': { severity: 'fail', words: ['key', 'period', 'value', 'reason'] },
  'period-future': { severity: 'fail', words: ['period'] },
  'period-gap': { severity: 'warn', words: ['from', 'to'] },
  'period-overlap': { severity: 'fail', words: ['first', 'second', 'from', 'to'] },
  'layer-missing': { severity: 'inconclusive', words: ['layer'] },
  'format-unknown': { severity: 'inconclusive', words: ['format'] },
  'snapshot-unknown': { severity: 'inconclusive', words: ['snapshot'] },
  'snapshot-id-path': { severity: 'fail', words: ['snapshot', 'file'] },
  'price-authority': { severity: 'fail', words: ['snapshot', 'authority'] },
  'snapshot-late': { severity: 'warn', words: [] },
  'price-cached-above-input': { severity: 'warn', words: ['billable_model'] },
  'price-jump': { severity: 'warn', words: ['key', 'billable_model', 'from', 'to'] },
  'price-vanished': { severity: 'warn', words: ['snapshot', 'before', 'billable_model'] },
  'price-not-terminating': { severity: 'fail', words: ['key', 'billable_model', 'limit'] },
  'price-sample': { severity: 'fail', words: ['billable_model', 'expected'] },
  'unverified-pricing': { severity: 'fail', words: ['snapshot'] },
  'meters-disagree': { severity: 'fail', words: ['meter', 'period', 'snapshot', 'other'] },
  'variants-overlap': { severity: 'fail', words: ['first', 'second', 'snapshot'] },
  'tier-incomplete': { severity: 'fail', words: ['billable_model', 'missing'] },
  'mapping-conflict': { severity: 'fail', words: ['requested_model', 'billable_model', 'other_billable_model'] },
  'mapping-fallback-unknown': { severity: 'fail', words: ['internal_name', 'fallback_for'] },
  'unverified-billing-rule': { severity: 'fail', words: ['status'] },
  'contract-missing': { severity: 'warn', words: ['area'] },
  'contract-unverified': { severity: 'warn', words: ['area'] },
  'contract-unproved': { severity: 'warn', words: ['area', 'missing'] },
  'contract-expired': { severity: 'warn', words: ['area', 'expires_on'] },
  'client-stopped-unproved': { severity: 'warn', words: ['status', 'problem', 'area'] },
  'currency-mismatch': { severity: 'fail', words: [] },
  'evidence-rate': { severity: 'fail', words: ['from', 'to', 'rate'] },
  'invoice-missing': { severity: 'fail', words: ['period', 'missing'] },
  'invoice-mismatch': { severity: 'fail', words: ['period', 'key'] },
  'invoice-top-up': { severity: 'fail', words: ['amount'] },
  'invoice-unread': { severity: 'inconclusive', words: ['file', 'period'] },
  'invoice-at-prepaid': { severity: 'fail', words: ['period', 'invoice', 'amount'] },
  'statement-missing': { severity: 'fail', words: ['period'] },
  'statement-unread': { severity: 'inconclusive', words: ['period', 'file', 'problem'] },
  'balance-gap': { severity: 'fail', words: ['opening', 'closing', 'close'] },
  'balance-reading': { severity: 'warn', words: ['reading', 'at', 'bound', 'by', 'delay'] },
  'movement-without-reference': { severity: 'warn', words: ['kind', 'amount'] },
  'movement-paid': { severity: 'fail', words: ['kind', 'paid', 'fee', 'amount'] },
  'adjustment-without-reference': { severity: 'warn', words: ['kind', 'amount'] },
  // Drills and the self-test.
  'drill-missing': { severity: 'warn', words: ['kind'] },
  'drill-stale': { severity: 'warn', words: ['kind', 'drill', 'run_on', 'days'] },
  'drill-failed': { severity: 'fail', words: ['drill', 'key', 'found', 'expected'] },
  'fault-undetected': { severity: 'fail', words: ['injected', 'kind', 'period', 'detected', 'signal', 'seed'] },
  // The runbook's JSON.
  'import-quotes': { severity: 'warn', words: [] },
  'import-unknown-model-control': { severity: 'warn', words: [] },
  // Evidence files.
  'evidence-missing': { severity: 'inconclusive', words: [] },
  'evidence-empty': { severity: 'inconclusive', words: ['layer'] },
  'evidence-pointer': { severity: 'inconclusive', words: ['file'] },
  'evidence-encoding': { severity: 'inconclusive', words: ['layer'] },
  'evidence-corrupt': { severity: 'inconclusive', words: ['layer'] },
  'evidence-header': { severity: 'inconclusive', words: ['layer'] },
  'evidence-limit': { severity: 'inconclusive', words: ['problem'] },
  'evidence-syntax': { severity: 'inconclusive', words: ['layer'] },
  'evidence-row': { severity: 'inconclusive', words: ['rows', 'layer', 'problem'] },
  'evidence-half-read': { severity: 'inconclusive', words: ['rows', 'layer', 'problem'] },
  'buckets-unjudged': { severity: 'inconclusive', words: ['layer', 'format', 'problem'] },
  'bucket-straddles': { severity: 'inconclusive', words: ['problem', 'width', 'zone'] },
  'bucket-restated': { severity: 'inconclusive', words: ['layer', 'bucket'] },
  'bucket-unvalued': { severity: 'inconclusive', words: ['layer'] },
  'tier-unknown': { severity: 'inconclusive', words: ['layer', 'model', 'base', 'top'] },
  'bucket-mismatch': { severity: 'warn', words: ['measure', 'layer'] },
  'bucket-uncompared': { severity: 'inconclusive', words: ['cells', 'measures', 'layer', 'problem'] },
  'requests-unreported': { severity: 'info', words: ['requests'] },
  'evidence-changed': { severity: 'inconclusive', words: ['layer'] },
  'evidence-unread': { severity: 'warn', words: [] },
  'evidence-ignored': { severity: 'info', words: ['ignored', 'because'] },
  'evidence-contains-secret': { severity: 'fail', words: ['file', 'problem'] },
  'rows-filtered': { severity: 'info', words: ['layer'] },
  'token-data-error': { severity: 'warn', words: [] },
  'float-shift': { severity: 'info', words: ['amount', 'gross'] },
  // What the rows say.
  'unknown-model': { severity: 'fail', words: [] },
  unpriced: { severity: 'fail', words: [] },
  'missing-token-usage': { severity: 'fail', words: [] },
  'client-stopped-usage': { severity: 'quarantine', words: [] },
  'meter-unreported': { severity: 'warn', words: ['meter'] },
  'unreported-class': { severity: 'info', words: ['layer', 'class'] },
  'export-duplicate': { severity: 'info', words: [] },
  'duplicate-charge': { severity: 'warn', words: [] },
  'conflicting-duplicate': { severity: 'warn', words: [] },
  'shared-provider-id': { severity: 'warn', words: [] },
  'set-aside': { severity: 'info', words: ['reason'] },
  'refund-repeated': { severity: 'warn', words: [] },
  'refund-without-amount': { severity: 'warn', words: [] },
  'period-corrected': { severity: 'info', words: ['amount', 'period'] },
  'clock-shift': { severity: 'warn', words: ['from', 'to', 'median_seconds', 'pairs'] },
  'stream-incomplete': { severity: 'warn', words: [] },
  'mapping-late': { severity: 'warn', words: ['model'] },
  'new-model': { severity: 'warn', words: ['model'] },
  'retry-amplification': { severity: 'warn', words: ['service', 'charges', 'requests'] },
  'volume-spike': { severity: 'warn', words: ['day', 'layer', 'value', 'measure', 'days', 'median', 'percent'] },
  'budget-threshold': { severity: 'warn', words: ['amount', 'budget', 'scope', 'percent'] },
  'budget-without-keys': { severity: 'warn', words: ['budget', 'scope'] },
  'likely-hidden-retry': { severity: 'info', words: ['amount'] },
  'likely-broken-join': { severity: 'info', words: ['amount', 'request_shape', 'charge_shape'] },
  'status-conflict': { severity: 'warn', words: ['amount'] },
  'free-charges': { severity: 'info', words: ['amount'] },
  'amount-unreported': { severity: 'warn', words: ['charged', 'amount', 'reason'] },
  'stated-amount': { severity: 'info', words: ['layer', 'stated', 'model', 'expected', 'charged'] },
  'period-partial': { severity: 'info', words: ['judged_end'] },
  'provider-not-final': { severity: 'info', words: ['period', 'end', 'judged_end'] },
  'finality-unstated': { severity: 'warn', words: ['end', 'period'] },
  'delay-capped': { severity: 'warn', words: ['period', 'delay', 'max_delay'] },
  'unexplained-step': { severity: 'info', words: ['step', 'amount', 'increase', 'decrease'] },
  // Exceptions: what they cover, and what is wrong with them.
  'exception-used': { severity: 'info', words: ['exception', 'amount', 'category', 'used', 'cap', 'left', 'owner', 'ticket', 'expires_on'] },
  'exception-unused': { severity: 'warn', words: ['exception', 'category', 'owner', 'expires_on', 'ticket'] },
  'exception-overdrawn': { severity: 'warn', words: ['exception', 'owner', 'expires_on', 'ticket'] },
  'exception-overlap': { severity: 'info', words: ['amount', 'exception', 'category', 'covered_by', 'owner', 'ticket', 'expires_on'] },
  'exception-expiring': { severity: 'warn', words: ['exception', 'category', 'expires_on', 'days_left', 'owner', 'ticket'] },
  'exception-expired': { severity: 'warn', words: ['exception', 'category', 'expires_on', 'owner', 'ticket'] },
  // Freeze and close.
  'lock-broken': { severity: 'inconclusive', words: ['file', 'problem'] },
  'close-broken': { severity: 'inconclusive', words: ['file', 'problem'] },
  'close-chain-broken': { severity: 'inconclusive', words: ['file', 'problem'] },
  'closed-file-changed': { severity: 'fail', words: ['file', 'period', 'problem'] },
  'close-not-rerun': { severity: 'inconclusive', words: ['close', 'problem'] },
  'result-changed': { severity: 'fail', words: ['close', 'closed', 'recomputed', 'problem'] },
  'in-transit-missing': { severity: 'warn', words: ['amount', 'days'] },
  // What a change does to a ledger.
  'ledger-removed': { severity: 'fail', words: ['ledger'] },
  'period-removed': { severity: 'fail', words: ['period'] },
  'base-unreadable': { severity: 'warn', words: ['ledger'] },
  'rules-loosened': { severity: 'warn', words: ['key', 'file', 'before', 'after'] },
  'rules-changed': { severity: 'warn', words: ['file', 'keys'] },
  'new-period-terms': { severity: 'warn', words: ['period', 'term', 'value', 'before'] },
  // What a change may not do to what was closed, and who may approve a close.
  'snapshot-changed': { severity: 'fail', words: ['file', 'problem'] },
  'mapping-removed': { severity: 'fail', words: ['name', 'model', 'period', 'problem'] },
  'contract-removed': { severity: 'fail', words: ['period', 'area', 'problem'] },
  'approval-not-found': { severity: 'fail', words: ['close', 'login', 'problem'] },
  segregation: { severity: 'fail', words: ['close', 'login', 'problem'] },
  // What the run could not do or does not accept.
  'nothing-to-reconcile': { severity: 'warn', words: ['period'] },
  'coverage-low': { severity: 'inconclusive', words: ['compared', 'charges', 'requests'] },
  'linkage-low': { severity: 'inconclusive', words: [] },
  leak: { severity: 'fail', words: ['amount', 'spent'] },
  'cross-foot': { severity: 'inconclusive', words: ['what', 'whole', 'parts'] },
  'engine-failure': { severity: 'inconclusive', words: [] },
  'cluster-failure': { severity: 'inconclusive', words: ['problem'] },
  'engine-missing': { severity: 'inconclusive', words: ['problem'] },
  'threshold-total': { severity: 'fail', words: ['scope', 'value', 'threshold', 'rule', 'distance'] },
  'threshold-model': { severity: 'fail', words: ['scope', 'value', 'threshold', 'rule', 'distance'] },
  'threshold-category': { severity: 'fail', words: ['scope', 'value', 'threshold', 'rule', 'distance'] },
  'threshold-counts': { severity: 'fail', words: ['scope', 'value', 'threshold', 'rule', 'distance'] },
  residual: { severity: 'fail', words: ['amount'] },
} as const satisfies Readonly<Record<string, { readonly severity: Severity; readonly words: readonly string[] }>>;

export type FindingCode = keyof typeof findings;
export type FindingWords = { readonly [Code in FindingCode]: (typeof findings)[Code]['words'][number] };
export const findingCodes = Object.keys(findings) as FindingCode[];

/** The severity a code has by itself. A room that knows more (a missing file that nothing needs) may hand in another. */
export const defaultSeverities: Readonly<Record<FindingCode, Severity>> = recordOf(findingCodes, (code) => findings[code].severity);

export const failClosedCodes: readonly FindingCode[] = [
  'unknown-model',
  'missing-token-usage',
  'client-stopped-usage',
  'unpriced',
  'unverified-pricing',
  'unverified-billing-rule',
  'placeholder',
];

/** `line` and `column` start at 1; for evidence `line` is the data row (header not counted) and `column` is 0. */
export interface Source {
  /** POSIX path relative to the ledger. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** How many rows, requests or places it speaks of. */
  readonly count: number;
  /** Money at stake as exact plain decimal text; null where money is not the subject. */
  readonly amount: Amount | null;
  /** The words of the sentence; text, never formatted. */
  readonly args: Readonly<Record<string, string>>;
  readonly source: Source | null;
  /** Source lines with a caret, for a terminal; null for evidence and sums. */
  readonly excerpt: string | null;
  /** Request ids (or row names), the dearest first. */
  readonly samples: readonly string[];
}

/** The args that the sentence about a finding of this code cannot do without, beside any others. */
type ArgsOf<Code extends FindingCode> = Readonly<Record<string, string> & Record<Exclude<FindingWords[Code], 'amount'>, string>>;

/** Of a code that is known only when the program runs, any code's facts will do: what holds for those, the tests see. */
type FactsOf<Code extends FindingCode> = Code extends FindingCode
  ? Partial<Omit<Finding, 'code' | 'severity' | 'args'>> &
      ([Exclude<FindingWords[Code], 'amount'>] extends [never] ? { readonly args?: ArgsOf<Code> } : { readonly args: ArgsOf<Code> }) &
      ('amount' extends FindingWords[Code] ? { readonly amount: Amount } : unknown)
  : never;

type Facts<Code extends FindingCode> = [FindingWords[Code]] extends [never] ? [facts?: FactsOf<Code>] : [facts: FactsOf<Code>];

/** A finding with everything optional left at its neutral value; what its sentence needs is not optional. */
export function finding<Code extends FindingCode>(code: Code, severity: Severity, ...[facts]: Facts<Code>): Finding {
  return { code, severity, count: 1, amount: null, args: {}, source: null, excerpt: null, samples: [], ...facts };
}

/** How grave each finding is unless the policy says otherwise, and how far `rules` may move it. */
import { failClosedCodes, type FindingCode } from '../model/finding-code.ts';
import { type Finding, severities, type Severity } from '../model/finding.ts';
import type { RuleSetting } from '../model/policy.ts';

/** The severity a code has by itself. A room that knows more (a missing file that nothing needs) may hand in another. */
export const defaultSeverities: Readonly<Record<FindingCode, Severity>> = {
  'file-missing': 'inconclusive',
  'file-too-large': 'inconclusive',
  'yaml-syntax': 'inconclusive',
  'yaml-limit': 'inconclusive',
  'unknown-key': 'inconclusive',
  'missing-key': 'inconclusive',
  'invalid-value': 'inconclusive',
  'path-escape': 'inconclusive',
  placeholder: 'fail',
  'hash-mismatch': 'fail',
  'duplicate-id': 'fail',
  'policy-incomplete': 'fail',
  'period-bounds': 'fail',
  'period-future': 'fail',
  'period-gap': 'warn',
  'period-overlap': 'fail',
  'layer-missing': 'inconclusive',
  'format-unknown': 'inconclusive',
  'snapshot-unknown': 'inconclusive',
  'snapshot-id-path': 'fail',
  'snapshot-late': 'warn',
  'price-cached-above-input': 'warn',
  'price-jump': 'warn',
  'price-vanished': 'warn',
  'price-not-terminating': 'fail',
  'price-sample': 'fail',
  'unverified-pricing': 'fail',
  'tier-incomplete': 'fail',
  'mapping-conflict': 'fail',
  'mapping-fallback-unknown': 'fail',
  'unverified-billing-rule': 'fail',
  'contract-missing': 'warn',
  'contract-unverified': 'warn',
  'contract-unproved': 'warn',
  'contract-expired': 'warn',
  'client-stopped-unproved': 'warn',
  'currency-mismatch': 'fail',
  'invoice-missing': 'fail',
  'invoice-mismatch': 'fail',
  'invoice-top-up': 'fail',
  'invoice-unread': 'inconclusive',
  'adjustment-without-reference': 'warn',
  'drill-missing': 'warn',
  'drill-stale': 'warn',
  'drill-failed': 'fail',
  'fault-undetected': 'fail',
  'import-quotes': 'warn',
  'import-unknown-model-control': 'warn',
  'evidence-missing': 'inconclusive',
  'evidence-empty': 'inconclusive',
  'evidence-pointer': 'inconclusive',
  'evidence-encoding': 'inconclusive',
  'evidence-corrupt': 'inconclusive',
  'evidence-header': 'inconclusive',
  'evidence-limit': 'inconclusive',
  'evidence-syntax': 'inconclusive',
  'evidence-row': 'inconclusive',
  'evidence-half-read': 'inconclusive',
  'evidence-changed': 'inconclusive',
  'evidence-unread': 'warn',
  'evidence-ignored': 'info',
  'evidence-contains-secret': 'fail',
  'rows-filtered': 'info',
  'token-data-error': 'warn',
  'float-shift': 'info',
  'unknown-model': 'fail',
  unpriced: 'fail',
  'missing-token-usage': 'fail',
  'client-stopped-usage': 'quarantine',
  'unreported-class': 'info',
  'export-duplicate': 'info',
  'duplicate-charge': 'warn',
  'conflicting-duplicate': 'warn',
  'shared-provider-id': 'warn',
  'set-aside': 'info',
  'refund-repeated': 'warn',
  'refund-without-amount': 'warn',
  'clock-shift': 'warn',
  'stream-incomplete': 'warn',
  'mapping-late': 'warn',
  'new-model': 'warn',
  'retry-amplification': 'warn',
  'volume-spike': 'warn',
  'status-conflict': 'warn',
  'free-charges': 'info',
  'amount-unreported': 'warn',
  'stated-amount': 'info',
  'period-partial': 'info',
  'provider-not-final': 'info',
  'finality-unstated': 'warn',
  'delay-capped': 'warn',
  'unexplained-step': 'info',
  'exception-used': 'info',
  'exception-unused': 'warn',
  'exception-overdrawn': 'warn',
  'exception-overlap': 'info',
  'exception-expiring': 'warn',
  'exception-expired': 'warn',
  'lock-broken': 'inconclusive',
  'close-broken': 'inconclusive',
  'close-chain-broken': 'inconclusive',
  'closed-file-changed': 'fail',
  'close-not-rerun': 'inconclusive',
  'result-changed': 'fail',
  'in-transit-missing': 'warn',
  'ledger-removed': 'fail',
  'period-removed': 'fail',
  'base-unreadable': 'warn',
  'rules-loosened': 'warn',
  'rules-changed': 'warn',
  'new-period-terms': 'warn',
  'snapshot-changed': 'fail',
  'mapping-removed': 'fail',
  'contract-removed': 'fail',
  'approval-not-found': 'fail',
  segregation: 'fail',
  'nothing-to-reconcile': 'warn',
  'coverage-low': 'inconclusive',
  'linkage-low': 'inconclusive',
  leak: 'fail',
  'cross-foot': 'inconclusive',
  'engine-failure': 'inconclusive',
  'engine-missing': 'inconclusive',
  'threshold-total': 'fail',
  'threshold-model': 'fail',
  'threshold-category': 'fail',
  'threshold-counts': 'fail',
  residual: 'fail',
};

/** Codes that follow from the policy's own thresholds: to move them, move the threshold. */
const thresholdCodes: readonly FindingCode[] = ['threshold-total', 'threshold-model', 'threshold-category', 'threshold-counts'];

/** Who approves is for the team to say: a team of one has nobody else. They fail unless the policy in force, which is base's, says otherwise. */
const approvalCodes: readonly FindingCode[] = ['approval-not-found', 'segregation'];

/** What a change does to the rules is never a silent green, whatever the rules say of it. */
const ruleCodes: readonly FindingCode[] = ['rules-loosened', 'rules-changed', 'new-period-terms'];

/** True when `rules` may say this of the code. Raising is always allowed; what fails by itself is never lowered, save to quarantine where the code fails closed. */
export function isAllowed(code: FindingCode, setting: RuleSetting): boolean {
  if (approvalCodes.includes(code)) return true;
  if (failClosedCodes.includes(code)) return setting === 'fail' || setting === 'quarantine';
  if (thresholdCodes.includes(code)) return setting === 'fail';
  if (ruleCodes.includes(code)) return gravityOf(setting) >= gravityOf('warn');
  return gravityOf(setting) >= gravityOf(defaultSeverities[code]) || gravityOf(defaultSeverities[code]) <= gravityOf('warn');
}

/** The finding under the policy's setting; null when it is ignored. A finding graver than its code's default is not lowered below it. */
export function settle(found: Finding, setting: RuleSetting | undefined): Finding | null {
  if (setting === undefined || !isAllowed(found.code, setting)) return found;
  const raised = gravityOf(setting) > gravityOf(found.severity);
  const yields = failClosedCodes.includes(found.code) || approvalCodes.includes(found.code);
  const movable = found.severity !== 'inconclusive' && (found.severity !== 'fail' || yields);
  if (!raised && !movable) return found;
  return setting === 'ignore' ? null : { ...found, severity: setting };
}

function gravityOf(severity: Severity | RuleSetting): number {
  return severity === 'ignore' ? -1 : severities.indexOf(severity);
}

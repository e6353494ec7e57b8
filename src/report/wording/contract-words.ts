/** Why each area of the contract register matters, in the runbook's words. docs/contract.md says the same. */

/** By the `reason` of a finding, `contract/<row of the table>`; clauses that follow "why it matters:", without a full stop. */
export const contractWords: Readonly<Record<string, string>> = {
  'contract/endpoint-paths': 'prevents the recon job from depending on guessed paths or deprecated routes',
  'contract/auth-headers': 'determines whether automation can pull usage safely and consistently',
  'contract/request-fields': 'needed to join app logs to provider records',
  'contract/response-fields': 'needed for request-level cost allocation',
  'contract/error-behavior': 'prevents over- or under-accrual for unreliable traffic',
  'contract/rate-limits': 'rate limits can create retry amplification and unexpected traffic patterns',
  'contract/billing-assumptions': 'determines whether calculated cost should equal invoice total or only usage subtotal',
  'contract/data-freshness': 'avoids false variance alerts for late-arriving records',
  'contract/historical-prices': 'required for backfills and audits',
};

/** The files of a new ledger, commented for the person who fills them in. What only that person can know is a placeholder. */
import { contractAreas } from '../../model/contract-area.ts';
import type { InitFacts, PulledProvider } from './init-facts.ts';

const open = 'REPLACE_ME';

/** POSIX name inside the ledger → text. */
export function ledgerFiles(facts: InitFacts): Record<string, string> {
  return {
    'trueup.yaml': settings(facts),
    'models.yaml': facts.from === null ? models(facts) : noModels,
    'contract.yaml': contract(),
    [`prices/${snapshotId(facts)}.yaml`]: facts.from === null ? prices(facts) : noPrices(facts),
    [`periods/${facts.month.id}/period.yaml`]: facts.from === null ? period(facts) : pulledPeriod(facts, facts.from),
    [`periods/${facts.month.id}/evidence/.gitkeep`]: '',
  };
}

function snapshotId({ day }: InitFacts): string {
  return `cometapi/${day}`;
}

function settings({ id }: InitFacts): string {
  return `# This file names the ledger, and says when money that does not add up becomes a warning or a failure.
version: 1
id: ${JSON.stringify(id)}
provider: cometapi
currency: USD
# publish: public # amounts and ids may be said where everybody can read: in comments and releases of a public repository
policy:
  # Amounts up to this are clearly trivial: they stay in every sum, but breach nothing.
  ignore_below: "0.01"
  # Gross unexplained money against the period's whole; opposite errors cannot cancel. Breached above the percent or above the amount.
  total: { warn: { percent: "0.5" }, fail: { percent: "2", amount: "50" } }
  model: { fail: { percent: "5" } }
  # Single steps of the bridge. Retries are explained money: only this line makes them a warning.
  categories:
    retry: { warn: { percent: "2" } }
    duplicate: { fail: { amount: "0" } }
  # Unexplained requests and charges against all counted requests.
  counts: { fail: { percent: "0.5" } }
  # Tests A to E. \`trueup drill new <kind> --id <name>\` scaffolds one; once they have been run, require them:
  # drills: { required: [known-response, streaming, retry-after-timeout, fallback, unknown-model], max_age_days: 90, missing: warn }
  # Charges per request.
  retry_cap: { default: "1.10" }
  # Below this share of linked charges or requests the join is wrong, not the bill.
  min_linked: "95"
`;
}

function models({ month }: InitFacts): string {
  return `# Which billable model stands behind each name. Rows are never edited away: a retired mapping gets a valid_to, so that old periods still add up.
models:
  - internal_name: ${open} # the name that your application logs, or a name of your own
    requested_model: ${open} # as the application asks for it
    billable_model: ${open} # as the provider's export names it
    role: primary
    owner: ${open}
    valid_from: ${month.start.slice(0, 10)}
  # A fallback names the primary that it stands in for:
  # - { internal_name: …, requested_model: …, billable_model: …, role: fallback, fallback_for: …, owner: …, valid_from: … }
`;
}

function contract(): string {
  const items = contractAreas.map(
    ({ area, detail, admissible }) =>
      `  - { area: ${area}, status: unverified, # what can support it: ${admissible}\n      detail: ${JSON.stringify(detail)} }\n`,
  );
  return `# What has been verified about the provider. Each detail says what to verify: replace it by the answer, set status: verified, and name source, proved_by,
# verified_on, verified_by and, where the answer may change, expires_on.
items:
${items.join('')}billing:
  # Whether a request that ended so is charged: billable, not-billable or unverified. What is unverified counts as billable, and its amount is at stake.
  statuses: { success: billable, error: unverified, timeout: unverified, canceled: unverified }
  # How one charge is rounded; level: none says that it is not.
  rounding: { level: none }
`;
}

function prices(facts: InitFacts): string {
  return `# Prices as they stood on one day. Never edit a snapshot that a period used: add a later one and name it in the period.
id: ${snapshotId(facts)}
source_url: https://apidoc.cometapi.com/about-pricing-873788m0
accessed_at: ${facts.day}
captured_by: ${open}
notes: ${open} # how you know that these prices held in ${facts.month.id}, which was over when they were read
price_kind: public-list # negotiated | promotional | credit-adjusted
currency: USD
unit_basis: per-1M-tokens # per-token | per-1K-tokens
verification: { status: unverified } # verified, against: contract, on: <day>, by: <who>
prices:
  - billable_model: ${open} # as the provider's export names it
    input_price: ${open} # the official rate
    output_price: ${open}
    # cached_input_price, cache_write_price, cache_write_1h_price, reasoning_price, request_price: a class that is absent is unknown, not free
    ratio: ${open} # the factor on every price of the row; "1" if there is none
# A known sample that must come out to the digit:
# samples:
#   - { billable_model: …, input_tokens: 1000, output_tokens: 500, expected_cost: "…" }
`;
}

function period(facts: InitFacts): string {
  const { month } = facts;
  return `# The month that ended last; \`trueup period new\` writes the next one after its pattern. The rows stand in evidence/, as they were exported; they are never edited.
id: ${month.id}
start_utc: ${month.start} # inclusive
end_utc: ${month.end} # exclusive
account_ref: ${open} # as the provider's export names the account, or a name of your own
currency: USD
models: all
stage: usage # final, with invoice_id and invoice.yaml, once the invoice is there
prices:
  - { snapshot: ${snapshotId(facts)} } # alone decides which prices are in force
evidence:
  # rows: attempts when each try of a request is a row, final-only when only the last one is
  application: { files: [evidence/application*.csv*], format: trueup, rows: attempts }
  # format: new-api for the log export of such a server; docs/formats.md lists all and says how to describe your own
  provider: { files: [evidence/provider*.csv*], format: trueup, delay: 24h }
  # finalized_through_utc: of the provider, until when its export is complete, as a UTC timestamp; a final period warns without it
  # gateway: { files: [evidence/gateway*.csv*], format: trueup }
layers: { gateway: { none: ${open} } } # why there is no gateway log; remove the line when there is one
`;
}

const noModels = `# Which billable model stands behind each name that the application asks for. Empty as long as there is no log of the application: the provider's rows name
# their billable model themselves. Rows are never edited away: a retired mapping gets a valid_to, so that old periods still add up.
models: []
# - { internal_name: …, requested_model: …, billable_model: …, role: primary, owner: …, valid_from: … }
`;

/** No price can be known without looking: charges stand unpriced, at the amount that the provider states. */
function noPrices(facts: InitFacts): string {
  return `# Prices as they stood on one day. Empty: every charge is unpriced and counts with the amount that the provider states, until a later snapshot with prices is
# named in the period. Never edit a snapshot that a period used.
id: ${snapshotId(facts)}
source_url: https://apidoc.cometapi.com/about-pricing-873788m0
accessed_at: ${facts.day}
captured_by: trueup init
notes: written without prices, which nobody had looked at
price_kind: public-list # negotiated | promotional | credit-adjusted
currency: USD
unit_basis: per-1M-tokens # per-token | per-1K-tokens
verification: { status: unverified } # verified, against: contract, on: <day>, by: <who>
prices: []
# - { billable_model: …, input_price: "…", output_price: "…", cached_input_price: "…", ratio: "…" } # a class that is absent is unknown, not free
`;
}

function pulledPeriod(facts: InitFacts, provider: PulledProvider): string {
  const { month } = facts;
  return `# The month that ended last, of which \`trueup usage pull ${provider}\` brings the provider's own log; \`trueup period new\` writes the next one after its pattern.
id: ${month.id}
start_utc: ${month.start} # inclusive
end_utc: ${month.end} # exclusive
account_ref: ${provider} # a name of your own; the rows name no account
currency: USD
models: all
stage: usage # final, with invoice_id and invoice.yaml, once the invoice is there
prices:
  - { snapshot: ${snapshotId(facts)} } # alone decides which prices are in force
evidence:
  # As the pages came, one a line; evidence/pull.json says what was asked and what was proved of them.
  provider: { files: [evidence/${provider}-log-*.jsonl], format: ${pageFormat}, delay: 24h }
  # finalized_through_utc: of the provider, until when its export is complete, as a UTC timestamp; a final period warns without it
  # application: { files: [evidence/application*.csv*], format: trueup, rows: attempts }
# Without a log of the application nothing is compared, and the period stays inconclusive: name one above, and take its entry away here.
layers: { application: { none: no log of it is exported yet }, gateway: { none: no log of one is exported } }
`;
}

/** The built-in format of pages as `/api/log/self` answers them. */
const pageFormat = 'new-api-pages';

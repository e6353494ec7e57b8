/** The files of a ledger whose evidence is pulled from the provider: complete but for what nobody can know without looking. */

/** What the files say of the ledger. */
interface PulledFacts {
  /** The day on which they are written. */
  readonly day: string;
  readonly month: { readonly id: string; readonly start: string; readonly end: string };
  /** Id of the first snapshot. */
  readonly snapshot: string;
}

export const noModels = `# Which billable model stands behind each name that the application asks for. Empty as long as there is no log of the application: the provider's rows name
# their billable model themselves. Rows are never edited away: a retired mapping gets a valid_to, so that old periods still add up.
models: []
# - { internal_name: …, requested_model: …, billable_model: …, role: primary, owner: …, valid_from: … }
`;

/** No price can be known without looking: charges stand unpriced, at the amount that the provider states. */
export function noPrices({ day, snapshot }: PulledFacts): string {
  return `# Prices as they stood on one day. Empty: every charge is unpriced and counts with the amount that the provider states, until a later snapshot with prices is
# named in the period. Never edit a snapshot that a period used.
id: ${snapshot}
source_url: https://apidoc.cometapi.com/about-pricing-873788m0
accessed_at: ${day}
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

export function pulledPeriod({ month, snapshot }: PulledFacts, provider: string): string {
  return `# The month that ended last, of which \`trueup usage pull ${provider}\` brings the provider's own log; \`trueup period new\` writes the next one after its pattern.
id: ${month.id}
start_utc: ${month.start} # inclusive
end_utc: ${month.end} # exclusive
account_ref: ${provider} # a name of your own; the rows name no account
currency: USD
models: all
stage: usage # final, with invoice_id and invoice.yaml, once the invoice is there; prepaid, with statement.yaml, where a balance pays for the usage
prices:
  - { snapshot: ${snapshot} } # alone decides which prices are in force
evidence:
  # As the pages came, one a line; evidence/pull.json says what was asked and what was proved of them.
  provider: { files: [evidence/${provider}-log-*.jsonl], format: ${pageFormat}, delay: 24h }
  # finalized_through_utc: of the provider, until when its export is complete, as a UTC timestamp; a final period warns without it
  # application: { files: [evidence/application*.csv*], format: trueup, rows: attempts }
# Without a log of the application nothing is compared, and the period stays inconclusive: name one above, and take its entry away here.
layers: { application: { none: no log of it is exported yet }, gateway: { none: no log of one is exported } }
`;
}

/** The built-in format of the pages of its log. */
const pageFormat = 'cometapi';

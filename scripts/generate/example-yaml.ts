/** The YAML of the example ledger: settings, mappings, contract and price snapshots, commented for somebody who copies them. */
import { costOf, type PricedModel, type PriceList, type Rates, ratio } from './pricing.ts';
import { formatMoney } from '../../src/model/money.ts';

/** The first line of every ledger file: where an editor finds its schema. `depth` folders lie between the file and the ledger. */
export function schemaLine(kind: string, depth: number): string {
  return `# yaml-language-server: $schema=${'../'.repeat(depth + 2)}schema/${kind}.schema.json\n`;
}

export const settingsYaml = `${schemaLine('settings', 0)}# Start here. This file names the ledger and says when money that does not add up becomes a warning or a failure.
version: 1
id: acme-llm-spend
provider: cometapi
currency: USD
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
  # The most specific override replaces the total or model level and is named in the decision.
  overrides:
    - { services: [batch-jobs], fail: { percent: "6" }, require: any }
  # What single findings mean here. The ones that fail closed can be quarantined, never ignored.
  rules:
    clock-shift: warn
    mapping-late: warn
    new-model: warn
    unverified-billing-rule: quarantine
  # Tests A to E: \`trueup drill\` runs them; every run says which of them are not there or too old.
  drills: { required: [known-response, streaming, retry-after-timeout, fallback, unknown-model], max_age_days: 180, missing: warn }
  # Charges per request, by service.
  retry_cap: { default: "1.10", services: { batch-jobs: "1.50" } }
  # For daily runs: a UTC day with more than double the requests, or triple the tokens, of the median of the 7 days before it warns (volume-spike).
  # Our log and the provider's export are judged apart. Days before there are min_days (default: days) are not judged, nor days with few requests.
  # volume: { requests_percent: "100", tokens_percent: "200", days: 7, min_days: 3, min_requests: 100 }
  # Below this share of linked charges or requests the join is wrong, not the bill.
  min_linked: "95"
`;

export const modelsYaml = `${schemaLine('models', 0)}# Which billable model stands behind each name. Rows are never edited away: a retired mapping gets a valid_to, so that old periods still add up.
models:
  - { internal_name: support-chat-primary, requested_model: gpt-4.1-nano, billable_model: gpt-4.1-nano-2025-04-14,
      role: primary, owner: platform, price_snapshot: cometapi/2026-03-13, valid_from: 2026-01-01 }
  # A fallback names the primary that it stands in for.
  - { internal_name: support-chat-fallback, requested_model: claude-haiku-4-5, billable_model: claude-haiku-4-5-20251001,
      role: fallback, fallback_for: support-chat-primary, owner: platform, price_snapshot: cometapi/2026-03-13, valid_from: 2026-01-01 }
  - { internal_name: doc-assistant-primary, requested_model: gpt-4.1-mini, billable_model: gpt-4.1-mini-2025-04-14,
      role: primary, owner: documents, price_snapshot: cometapi/2026-03-13, valid_from: 2026-01-01 }
  - { internal_name: code-review-primary, requested_model: claude-sonnet-4-6, billable_model: claude-sonnet-4-6,
      role: primary, owner: developer-tools, price_snapshot: cometapi/2026-03-13, valid_from: 2026-02-17 }
  - { internal_name: batch-tagging-primary, requested_model: gemini-2.5-flash-lite, billable_model: gemini-2.5-flash-lite,
      role: primary, owner: data, price_snapshot: cometapi/2026-03-13, valid_from: 2026-01-01, valid_to: 2026-12-31 }
  # The studio's account, which pays in advance.
  - { internal_name: banner-images-primary, requested_model: flux-1.1-pro, billable_model: flux-1.1-pro,
      role: primary, owner: studio, price_snapshot: cometapi-studio/2026-02-01, valid_from: 2026-01-01 }
  - { internal_name: banner-texts-primary, requested_model: gpt-4.1-mini, billable_model: gpt-4.1-mini-2025-04-14,
      role: primary, owner: documents, price_snapshot: cometapi-studio/2026-02-01, valid_from: 2026-01-01 }
  - { internal_name: nightly-tags-primary, requested_model: gpt-4.1-mini, billable_model: gpt-4.1-mini-2025-04-14,
      role: primary, owner: documents, price_snapshot: cometapi-studio/2026-02-01, valid_from: 2026-01-01 }
  # Mapped in May, but nobody has captured its price: May fails with \`unpriced\`.
  - { internal_name: image-captions-primary, requested_model: gemini-2.5-flash-image, billable_model: gemini-2.5-flash-image,
      role: primary, owner: documents, valid_from: 2026-05-01 }
`;

export const contractYaml = `${schemaLine('contract', 0)}# What has been verified about the provider: every item of docs/contract.md. Every answer here is made up for the example, verify your own.
items:
  - { area: endpoint-paths, detail: "Chat at /v1/chat/completions, models at /v1/models; the log export and the invoice come from the console.", status: verified,
      source: "example documentation, read 2026-02-20", proved_by: drill/test-a, verified_on: 2026-02-24, verified_by: jane }
  - { area: auth-headers, detail: "Authorization: Bearer, one key per environment; the key selects the account. Rotated each quarter.", status: verified,
      source: "example documentation, read 2026-02-20", proved_by: drill/test-a, verified_on: 2026-02-24, verified_by: jane }
  - { area: request-fields, detail: "model, messages, stream, stream_options; our request id goes out as a header.", status: verified,
      source: "example documentation, read 2026-02-20", proved_by: drill/test-a, verified_on: 2026-02-24, verified_by: jane }
  - { area: response-fields, detail: "usage with all token classes, the model that answers, and the id that every charge carries.", status: verified,
      source: "example documentation, read 2026-02-20", proved_by: drill/test-a, verified_on: 2026-02-24, verified_by: jane }
  - { area: error-behavior.failed, detail: "Failed calls are free.", status: verified,
      source: "example contract, section 6", proved_by: "https://example.com/tickets/OPS-2", verified_on: 2026-02-24, verified_by: jane }
  - { area: error-behavior.canceled, detail: "A stopped call is charged for what was produced; the export shows it.", status: verified,
      source: "example contract, section 6", proved_by: drill/test-b-stopped, verified_on: 2026-05-04, verified_by: jane }
  - { area: error-behavior.streamed, detail: "Streams are charged like other calls.", status: verified,
      source: "example contract, section 6", proved_by: drill/test-b, verified_on: 2026-02-24, verified_by: jane }
  - { area: error-behavior.retried, detail: "Every attempt that produced an answer is charged.", status: verified,
      source: "example contract, section 6", proved_by: drill/test-c, verified_on: 2026-02-24, verified_by: jane }
  - { area: error-behavior.timed-out, detail: "A call that times out at the client is finished and charged.", status: verified,
      source: "example contract, section 6", proved_by: drill/test-c-gave-up, verified_on: 2026-05-04, verified_by: jane }
  - { area: rate-limits, detail: "Requests a minute, per key; an answer 429 carries retry-after and is free.", status: verified,
      source: "example documentation, read 2026-02-20", proved_by: "https://example.com/tickets/OPS-2", verified_on: 2026-02-24, verified_by: jane }
  - { area: billing-assumptions.unit-basis, detail: "Charged per token, prices per 1M tokens; cache reads and writes at rates of their own.", status: verified,
      source: "example contract, section 1", proved_by: drill/test-b, verified_on: 2026-02-24, verified_by: jane }
  - { area: billing-assumptions.public-price, detail: "Official vendor price times a ratio, per model.", status: verified,
      source: "example contract, section 2", proved_by: "example contract, section 2", verified_on: 2026-02-20, verified_by: jane, expires_on: 2027-02-20 }
  - { area: billing-assumptions.account-terms, detail: "The ratio is 0.8; no minimum.", status: verified,
      source: "example contract, section 2", proved_by: "example contract, section 2", verified_on: 2026-02-20, verified_by: jane, expires_on: 2027-02-20 }
  - { area: billing-assumptions.credits, detail: "Refunds are rows of the export, credits are lines of the invoice.", status: verified,
      source: "example contract, section 5", proved_by: "example contract, section 5", verified_on: 2026-02-20, verified_by: jane }
  - { area: billing-assumptions.discounts, detail: "None but the ratio.", status: verified,
      source: "example contract, section 2", proved_by: "example contract, section 2", verified_on: 2026-02-20, verified_by: jane }
  - { area: billing-assumptions.taxes, detail: "One line for tax, on usage less credits.", status: verified,
      source: "example contract, section 5", proved_by: "invoice of 2026-01", verified_on: 2026-02-20, verified_by: jane }
  - { area: billing-assumptions.currency, detail: "USD everywhere.", status: verified,
      source: "example contract, section 5", proved_by: "invoice of 2026-01", verified_on: 2026-02-20, verified_by: jane }
  - { area: billing-assumptions.rounding, detail: "Each charge is counted in quota of 0.000002 USD, half up, at least one.", status: verified,
      source: "example contract, section 1", proved_by: drill/test-a, verified_on: 2026-02-24, verified_by: jane }
  - { area: billing-assumptions.invoice-timing, detail: "Monthly, in UTC; usage by billed model, then credits and tax.", status: verified,
      source: "example contract, section 5", proved_by: "invoice of 2026-01", verified_on: 2026-02-20, verified_by: jane }
  - { area: data-freshness, detail: "Complete 24 hours after the end of a day, UTC.", status: verified,
      source: "example contract, section 4", proved_by: "https://example.com/tickets/OPS-1", verified_on: 2026-02-20, verified_by: jane }
  - { area: historical-prices, detail: "Only the prices of today can be read; every snapshot is ours.", status: verified,
      source: "example contract, section 2", proved_by: "example contract, section 2", verified_on: 2026-02-20, verified_by: jane }
billing:
  statuses: { success: billable, error: not-billable, timeout: billable, canceled: billable }
  # Interrupted calls leave no usage in our log. Two drills proved what the provider counts for them, so its counts stand for ours;
  # every report says how much money rests on its word.
  client_stopped: provider-counts
  # Each charge is rounded half up to 1/500,000 USD, and is at least that.
  rounding: { level: line, quantum: "0.000002", mode: half-up, minimum: "0.000002" }
`;

/** A snapshot with a sample per model that must reproduce to the digit. */
export function snapshotYaml(list: PriceList): string {
  const day = list.id.slice(-10);
  return `${schemaLine('prices', 2)}# Prices as they stood on one day. Never edit a snapshot: add a later one and name it in the period.
id: ${list.id}
source_url: https://apidoc.cometapi.com/about-pricing-873788m0
accessed_at: ${day}
captured_by: finops-bot
price_kind: public-list
currency: USD
unit_basis: per-1M-tokens
verification: { status: verified, against: "example contract, section 2", on: ${day}, by: jane }
notes: ${snapshotNotes[day] ?? 'Official vendor rates; the ratio is kept apart.'}
prices:
${list.models.map(rowYaml).join('')}# Known small samples. Each must reproduce exactly before a run may pass.
samples:
${list.models.flatMap((model) => samplesYaml(list, model)).join('')}`;
}

const snapshotNotes: Readonly<Record<string, string>> = {
  '2026-02-20': 'Official rates as pydantic/genai-prices 47df840a states them (MIT); claude-sonnet-4-6 still has its surcharge above 200,000 input tokens.',
  '2026-03-13': 'Official rates as pydantic/genai-prices 47df840a states them (MIT); from this day claude-sonnet-4-6 has no long-context surcharge.',
};

function rowYaml(model: PricedModel): string {
  const tier = model.tier;
  const tiers = tier === null ? '' : `\n    tiers:\n      - { input_tokens_above: ${tier.above}, ${ratesYaml(tier)} }`;
  return `  - billable_model: ${model.billable}\n${ratesYaml(model)
    .split(', ')
    .map((rate) => `    ${rate}\n`)
    .join('')}    ratio: "${ratio}"${tiers}\n`;
}

function ratesYaml(rates: Rates): string {
  const write = rates.write === null ? '' : `, cache_write_price: "${rates.write}"`;
  return `input_price: "${rates.input}", output_price: "${rates.output}", cached_input_price: "${rates.cached}"${write}`;
}

function samplesYaml(list: PriceList, model: PricedModel): string[] {
  const inputs = model.tier === null ? [1000] : [1000, model.tier.above, model.tier.above + 1000];
  return inputs.map((input) => {
    const tokens = { input, cached: 0, write: 0, output: 500 };
    const cost = costOf([list], model.billable, tokens, list.from);
    if (cost === null) throw new RangeError(`${model.billable} has no price`);
    return `  - { billable_model: ${model.billable}, input_tokens: ${input}, output_tokens: 500, expected_cost: "${formatMoney(cost)}" }\n`;
  });
}

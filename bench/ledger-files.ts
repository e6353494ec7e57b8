/** The YAML files of the timing ledger: policy, mappings, contract, two price snapshots and one period. */
import { contractAreas } from '../src/model/contract-area.ts';

export interface BenchModel {
  readonly requested: string;
  readonly billable: string;
  /** Official price in USD per million tokens, as text for the snapshot. */
  readonly listed: { readonly input: string; readonly cached: string; readonly output: string };
  /** Price × ratio 0.8, in 10^-9 USD per token: whole numbers. */
  readonly input: bigint;
  readonly cached: bigint;
  readonly output: bigint;
}

/** The last one only serves fallbacks. */
export const benchModels: readonly [BenchModel, ...BenchModel[]] = [
  model('gpt-4.1-nano', 'gpt-4.1-nano-2025-04-14', '0.1', '0.025', '0.4', [80n, 20n, 320n]),
  model('gpt-4.1-mini', 'gpt-4.1-mini-2025-04-14', '0.4', '0.1', '1.6', [320n, 80n, 1280n]),
  model('gpt-4.1', 'gpt-4.1-2025-04-14', '2', '0.5', '8', [1600n, 400n, 6400n]),
  model('gpt-5-mini', 'gpt-5-mini-2025-08-07', '0.25', '0.025', '2', [200n, 20n, 1600n]),
  model('claude-haiku-4-5', 'claude-haiku-4-5-20251001', '1', '0.1', '5', [800n, 80n, 4000n]),
];

function model(requested: string, billable: string, input: string, cached: string, output: string, units: [bigint, bigint, bigint]): BenchModel {
  return { requested, billable, listed: { input, cached, output }, input: units[0], cached: units[1], output: units[2] };
}

/** POSIX name → text of every ledger file that is not evidence. */
export function benchFiles(seed: string): Readonly<Record<string, string>> {
  return {
    'trueup.yaml': settingsText,
    'models.yaml': modelsText(),
    'contract.yaml': contractText,
    'prices/cometapi/2026-04-25.yaml': snapshotText('2026-04-25'),
    'prices/cometapi/2026-05-14.yaml': snapshotText('2026-05-14'),
    'periods/2026-05/period.yaml': periodText(seed),
  };
}

const settingsText = `version: 1
id: bench
provider: cometapi
currency: USD
policy:
  ignore_below: "0.01"
  total: { warn: { percent: "0.1" }, fail: { percent: "1" } }
  model: { fail: { percent: "1" } }
  counts: { fail: { percent: "0.5" } }
  min_linked: "95"
`;

function modelsText(): string {
  const [first] = benchModels;
  const primaries = benchModels
    .slice(0, -1)
    .map(
      ({ requested, billable }) =>
        `  - { internal_name: ${requested}-primary, requested_model: ${requested}, billable_model: ${billable}, role: primary, owner: platform, valid_from: 2026-01-01 }\n`,
    );
  const last = benchModels[benchModels.length - 1] ?? first;
  const fallbacks = benchModels
    .slice(0, -1)
    .map(
      ({ requested }) =>
        `  - { internal_name: ${requested}-fallback, requested_model: ${last.requested}, billable_model: ${last.billable}, role: fallback, fallback_for: ${requested}-primary, owner: platform, valid_from: 2026-01-01 }\n`,
    );
  return `models:\n${primaries.join('')}${fallbacks.join('')}`;
}

const itemsText = contractAreas
  .map(
    ({ area }) =>
      `  - { area: ${area}, detail: "synthetic", status: verified, source: "synthetic", proved_by: bench, verified_on: 2026-04-25, verified_by: bench }\n`,
  )
  .join('');

const contractText = `items:
${itemsText}billing:
  statuses: { success: billable, error: not-billable, timeout: billable, canceled: billable }
  rounding: { level: line, quantum: "0.000002", mode: half-up, minimum: "0.000002" }
`;

function snapshotText(day: string): string {
  const rows = benchModels.map(
    ({ billable, listed }) =>
      `  - { billable_model: ${billable}, input_price: "${listed.input}", output_price: "${listed.output}", cached_input_price: "${listed.cached}", ratio: "0.8" }\n`,
  );
  return `id: cometapi/${day}
source_url: https://apidoc.cometapi.com/about-pricing-873788m0
accessed_at: ${day}
captured_by: bench
price_kind: public-list
currency: USD
unit_basis: per-1M-tokens
verification: { status: verified, against: synthetic, on: ${day}, by: bench }
prices:
${rows.join('')}samples:
  - { billable_model: gpt-4.1-nano-2025-04-14, input_tokens: 1000, output_tokens: 500, expected_cost: "0.00024" }
`;
}

function periodText(seed: string): string {
  return `# Synthetic, seed ${seed}.
id: 2026-05
start_utc: 2026-05-01T00:00:00Z
end_utc: 2026-06-01T00:00:00Z
account_ref: acct_bench
currency: USD
models: all
stage: usage
prices:
  - { snapshot: cometapi/2026-04-25 }
  - { snapshot: cometapi/2026-05-14, from_utc: 2026-05-14T00:00:00Z }
evidence:
  application: { files: [evidence/application.csv], format: trueup, rows: attempts }
  gateway: { files: [evidence/gateway.csv], format: trueup }
  provider: { files: [evidence/provider.csv], format: trueup, finalized_through_utc: 2026-06-02T00:00:00Z, delay: 24h }
`;
}

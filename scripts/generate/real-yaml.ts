/** The YAML of the real-data month, made from the shop that it describes. */
import { isoMillis } from './evidence-text.ts';
import type { Month } from './month.ts';
import { type PriceList, ratio } from './pricing.ts';
import type { Shop } from './shop.ts';
import { contractAreas } from '../../src/model/contract-area.ts';

const instant = (millis: number): string => isoMillis(millis).replace('.000', '');

/** POSIX name → text of every file that is not evidence. */
export function realFiles(month: Month, id: string): Readonly<Record<string, string>> {
  const { shop } = month;
  return {
    'trueup.yaml': settingsYaml,
    'models.yaml': modelsYaml(shop),
    'contract.yaml': contractYaml,
    ...Object.fromEntries(shop.lists.map((list) => [`prices/${list.id}.yaml`, snapshotYaml(list)])),
    [`periods/${id}/period.yaml`]: periodYaml(month, id),
  };
}

const settingsYaml = `version: 1
id: real-month
provider: cometapi
currency: USD
policy:
  ignore_below: "0.01"
  total: { warn: { percent: "0.1" }, fail: { percent: "1", amount: "50" } }
  model: { fail: { percent: "1" } }
  categories: { retry: { warn: { percent: "2" } }, duplicate: { fail: { amount: "0" } } }
  counts: { fail: { percent: "0.5" } }
  rules: { unverified-billing-rule: quarantine }
  retry_cap: { default: "1.10" }
  min_linked: "95"
`;

function modelsYaml({ services, unpriced }: Shop): string {
  const rows = [...services, unpriced.service].flatMap(({ internalName, requested, billable, fallback }) => [
    `  - { internal_name: ${internalName}, requested_model: ${requested}, billable_model: ${billable}, role: primary, owner: platform, valid_from: 2025-01-01 }\n`,
    ...(fallback === null
      ? []
      : [
          `  - { internal_name: ${fallback.internalName}, requested_model: ${fallback.requested}, billable_model: ${fallback.billable}, role: fallback, fallback_for: ${internalName}, owner: platform, valid_from: 2025-01-01 }\n`,
        ]),
  ]);
  return `models:\n${rows.join('')}`;
}

const verified = contractAreas
  .filter(({ status }) => status !== 'timeout')
  .map(
    ({ area }) =>
      `  - { area: ${area}, detail: "synthetic", status: verified, source: "synthetic", proved_by: real.ts, verified_on: 2025-01-01, verified_by: real.ts }\n`,
  );

const contractYaml = `items:
${verified.join('')}  - { area: error-behavior.timed-out, detail: "Are timed-out calls charged?", status: unverified, source: "synthetic" }
billing:
  statuses: { success: billable, error: not-billable, timeout: unverified, canceled: billable }
  rounding: { level: line, quantum: "0.000002", mode: half-up, minimum: "0.000002" }
`;

function snapshotYaml(list: PriceList): string {
  const day = list.id.slice(-10);
  const rows = list.models.map(({ billable, input, output, cached, write }) => {
    const writes = write === null ? '' : `, cache_write_price: "${write}"`;
    return `  - { billable_model: ${billable}, input_price: "${input}", output_price: "${output}", cached_input_price: "${cached}"${writes}, ratio: "${ratio}" }\n`;
  });
  return `id: ${list.id}
source_url: https://github.com/AgentOps-AI/tokencost
accessed_at: ${day}
captured_by: real.ts
price_kind: public-list
currency: USD
unit_basis: per-1M-tokens
verification: { status: verified, against: "the dated price map", on: ${day}, by: real.ts }
notes: Official prices from LiteLLM's map of that day (MIT), through AgentOps-AI/tokencost; the ratio is CometAPI's.
prices:
${rows.join('')}`;
}

function periodYaml({ shop, start, end, settledUntil }: Month, id: string): string {
  const prices = shop.lists.map((list, index) => `  - { snapshot: ${list.id}${index === 0 ? '' : `, from_utc: ${instant(list.from)}`} }\n`);
  return `id: ${id}
start_utc: ${instant(start)}
end_utc: ${instant(end)}
account_ref: ${shop.account}
environment: production
currency: USD
models: all
stage: usage
prices:
${prices.join('')}evidence:
  application: { files: [evidence/application.csv], format: trueup, rows: attempts }
  gateway: { files: [evidence/gateway.csv], format: trueup }
  provider: { files: [evidence/provider.csv], format: trueup, finalized_through_utc: ${instant(settledUntil + 86_400_000)}, delay: 24h }
`;
}

/** The prepaid month of the example: a studio's account of its own, which buys images and batch work from a balance. All of it goes well. */
import { createHash } from 'node:crypto';
import { isoMillis } from './evidence-text.ts';
import { schemaLine } from './example-yaml.ts';
import { ratio, roundedCost } from './pricing.ts';
import { type Random, seededRandom } from './random.ts';
import { formatMoney, Money, sumMoney } from '../../src/model/money.ts';

const id = '2026-02';
const start = Date.UTC(2026, 1, 1);
const days = 28;
const day = 86_400_000;
/** A list of its own, beside that of the company's main account. */
const snapshot = 'cometapi-studio/2026-02-01';

/** Official prices: of tokens per million, of images each. */
const work = [
  { service: 'banner-images', name: 'banner-images-primary', requested: 'flux-1.1-pro', billed: 'flux-1.1-pro', tier: '', image: '0.04' },
  { service: 'banner-texts', name: 'banner-texts-primary', requested: 'gpt-4.1-mini', billed: 'gpt-4.1-mini-2025-04-14', tier: '', image: null },
  { service: 'nightly-tags', name: 'nightly-tags-primary', requested: 'gpt-4.1-mini', billed: 'gpt-4.1-mini-2025-04-14', tier: 'batch', image: null },
] as const;
const tokenPrices = { input: '0.40', output: '1.60' } as const;
const batchFactor = '0.5';

interface StudioCall {
  readonly id: string;
  readonly at: number;
  readonly work: (typeof work)[number];
  readonly images: number;
  readonly input: number;
  readonly output: number;
}

/** POSIX name in the ledger → content. */
export function prepaidMonth(): readonly (readonly [string, string])[] {
  const random = seededRandom(`acme 1 ${id}`);
  const calls = Array.from({ length: days }, (_, index) => start + index * day).flatMap((midnight) => callsOf(midnight, random));
  const charged = sumMoney(calls.map(chargeOf));
  const folder = `periods/${id}`;
  const opening = balanceFile('2026-02-01T00:00:00Z', new Money('12'));
  const closing = balanceFile('2026-03-01T00:00:00Z', new Money('12').plus('20').plus('2').minus(charged));
  return [
    [`prices/${snapshot}.yaml`, snapshotYaml],
    [`${folder}/period.yaml`, periodYaml],
    [`${folder}/statement.yaml`, statementYaml(opening, closing)],
    [`${folder}/evidence/balance-0201.json`, opening.text],
    [`${folder}/evidence/balance-0301.json`, closing.text],
    [`${folder}/evidence/app.csv`, csv(applicationHeader, calls.map(applicationLine))],
    [`${folder}/evidence/usage.csv`, csv(providerHeader, calls.map(providerLine))],
  ];
}

/** A few images and texts by day, and a run of batches each night. */
function callsOf(midnight: number, random: Random): StudioCall[] {
  const times = [
    ...Array.from({ length: 2 + random.below(3) }, () => midnight + day / 3 + random.below(day / 3)),
    ...Array.from({ length: 2 }, () => midnight + random.below(day / 12)),
  ];
  return times
    .toSorted((a, b) => a - b)
    .map((at) => {
      const kind = at < midnight + day / 12 ? work[2] : random.permille(600) ? work[0] : work[1];
      const isImage = kind.image !== null;
      return {
        id: `studio-${random.hex(3)}`,
        at,
        work: kind,
        images: isImage ? 1 + random.below(4) : 0,
        input: isImage ? 0 : (kind.tier === 'batch' ? 60_000 : 900) + random.below(40_000),
        output: isImage ? 0 : 150 + random.below(4000),
      };
    });
}

function chargeOf({ work: { image, tier }, images, input, output }: StudioCall): Money {
  const tokens = new Money(tokenPrices.input).times(input).plus(new Money(tokenPrices.output).times(output)).times('0.000001');
  const official = image === null ? tokens.times(tier === 'batch' ? batchFactor : 1) : new Money(image).times(images);
  return roundedCost(official.times(ratio));
}

const applicationHeader =
  'request_id,timestamp_utc,account_ref,environment,service,internal_name,model_requested,service_tier,status,attempt,input_tokens,output_tokens,meter_image';
const providerHeader =
  'provider_request_id,request_id,timestamp_utc,account_ref,model_billed,service_tier,kind,status,attempt,input_tokens,output_tokens,meter_image,charged_amount,charged_currency';

/** Images have no tokens, and tokens no images: empty, not nought. */
function quantities({ work: { image }, images, input, output }: StudioCall): string {
  return image === null ? `${input},${output},` : `,,${images}`;
}

function applicationLine(call: StudioCall): string {
  const { service, name, requested, tier } = call.work;
  return [call.id, isoMillis(call.at), 'acct_studio', 'production', service, name, requested, tier, 'success', 1, quantities(call)].join(',');
}

function providerLine(call: StudioCall): string {
  const { billed, tier } = call.work;
  const charge = formatMoney(chargeOf(call));
  return [`gen-${call.id}`, call.id, isoMillis(call.at + 3000), 'acct_studio', billed, tier, 'charge', 'success', 1, quantities(call), charge, 'USD'].join(',');
}

function csv(header: string, lines: readonly string[]): string {
  return `${header}\n${lines.join('\n')}\n`;
}

interface BalanceFile {
  readonly at: string;
  readonly balance: string;
  /** What the balance endpoint answered. */
  readonly text: string;
}

function balanceFile(at: string, balance: Money): BalanceFile {
  return { at, balance: formatMoney(balance), text: `{ "account": "acct_studio", "at": "${at}", "balance": "${formatMoney(balance)}" }\n` };
}

function reading({ at, balance, text }: BalanceFile, file: string): string {
  return `{ at_utc: ${at}, balance: "${balance}", source: { file: ${file}, sha256: ${createHash('sha256').update(text).digest('hex')} } }`;
}

function statementYaml(opening: BalanceFile, closing: BalanceFile): string {
  return `${schemaLine('statement', 2)}# What the balance was at both ends, as the provider answered, and what moved it beside charges. The rest of the drawdown must be the rows.
currency: USD
opening: ${reading(opening, 'evidence/balance-0201.json')}
closing: ${reading(closing, 'evidence/balance-0301.json')}
movements:
  - { kind: top_up, at_utc: 2026-02-10T09:12:00Z, amount: "20", paid: "21.10", fee: "1.10", paid_currency: USD, reference: "receipt 5120, card" }
  - { kind: bonus, at_utc: 2026-02-10T09:12:00Z, amount: "2", reference: "receipt 5120, 10% on the first top-up" }
`;
}

const periodYaml = `${schemaLine('period', 2)}# February of the studio, an account of its own that pays in advance: images, texts, and batches at half the price. It passes.
id: ${id}
start_utc: 2026-02-01T00:00:00Z # inclusive
end_utc: 2026-03-01T00:00:00Z # exclusive
account_ref: acct_studio
environment: production
currency: USD
models: all
# No invoice comes: statement.yaml says what the balance was, and the bridge ends there.
stage: prepaid
prices:
  - { snapshot: ${snapshot} }
layers: { gateway: { none: the studio calls the provider directly } }
evidence:
  application: { files: [evidence/app.csv], format: trueup, rows: attempts }
  provider: { files: [evidence/usage.csv], format: trueup, finalized_through_utc: 2026-03-02T00:00:00Z, delay: 24h }
references:
  - { kind: query, text: "usage export and balance, 2026-02-01T00:00:00Z to 2026-03-02T00:00:00Z" }
`;

const snapshotYaml = `${schemaLine('prices', 2)}# Prices as they stood on one day. Images are priced each, and what goes through the batch endpoint costs half.
id: ${snapshot}
source_url: https://apidoc.cometapi.com/about-pricing-873788m0
accessed_at: 2026-02-01
captured_by: finops-bot
price_kind: public-list
currency: USD
unit_basis: per-1M-tokens
verification: { status: verified, against: "example contract, section 2", on: 2026-02-20, by: jane }
notes: Token prices are the vendor's official ones; the price of an image is made up.
meters: { image: { unit: count } }
variants:
  - { when: { service_tier: batch }, factor: "${batchFactor}" }
prices:
  - { billable_model: gpt-4.1-mini-2025-04-14, input_price: "${tokenPrices.input}", output_price: "${tokenPrices.output}", ratio: "${ratio}" }
  # Nothing is counted in tokens: an image without its count has no price.
  - { billable_model: flux-1.1-pro, meter_prices: { image: "${work[0].image}" }, needs: [image], ratio: "${ratio}" }
samples:
  - { billable_model: gpt-4.1-mini-2025-04-14, input_tokens: 1000, output_tokens: 500, expected_cost: "0.00096" }
  - { billable_model: gpt-4.1-mini-2025-04-14, input_tokens: 1000, output_tokens: 500, service_tier: batch, expected_cost: "0.00048" }
  - { billable_model: flux-1.1-pro, meter_image: "2", expected_cost: "0.064" }
`;

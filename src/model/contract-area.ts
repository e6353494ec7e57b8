/** The contract register: the nine areas of the runbook's table "Contract details to verify", two of them in parts, because a provider treats those differently. */
import type { Status } from './evidence.ts';

export interface ContractArea {
  /** As `area` in contract.yaml: the row of the table, and after a dot the part of it that the item answers. */
  readonly area: string;
  /** What has to be verified; the item's `detail` is the answer. */
  readonly detail: string;
  /** Where an answer that counts can come from; the item's `source` names the one it came from. */
  readonly admissible: string;
  /** The status whose billing rule rests on the answer; null where no rule does. */
  readonly status: Status | null;
}

const api = 'CometAPI API documentation';
const errors = 'CometAPI API documentation and CometAPI help center';
const billing = 'CometAPI pricing information, billing dashboard, contract, or support response';

type Row = readonly [area: string, detail: string, admissible: string, status?: Status];
const register: readonly Row[] = [
  ['endpoint-paths', 'Exact endpoint paths used for chat, model listing, usage export, billing export, or invoice retrieval', api],
  [
    'auth-headers',
    'Required authorization header format, key scope, account/workspace selector, and rotation behavior',
    'CometAPI API documentation and account settings, if available',
  ],
  ['request-fields', 'Model field, message/input field, streaming flag, metadata fields, idempotency or request ID support', api],
  ['response-fields', 'Usage object, input token count, output token count, total token count, model returned, request identifier', api],
  ['error-behavior.failed', 'Whether failed calls include usage and whether any are billable', errors, 'error'],
  ['error-behavior.canceled', 'Whether canceled calls include usage and whether any are billable', errors, 'canceled'],
  ['error-behavior.streamed', 'Whether streamed calls include usage and whether any are billable', errors],
  ['error-behavior.retried', 'Whether retried calls include usage and whether any are billable', errors],
  ['error-behavior.timed-out', 'Whether timed-out calls include usage and whether any are billable', errors, 'timeout'],
  ['rate-limits', 'Per-key, per-model, per-account, and time-window limits; retry-after behavior if documented', api],
  ['billing-assumptions.unit-basis', 'Unit basis, such as per-token, per-1K-token, or per-1M-token', billing],
  ['billing-assumptions.public-price', 'Public price: where it stands, and from when it is in force', billing],
  ['billing-assumptions.account-terms', 'Account-specific terms: negotiated prices, ratios, minimum charges', billing],
  ['billing-assumptions.credits', 'Credits: which there are, and where they appear', billing],
  ['billing-assumptions.discounts', 'Discounts: which there are, and where they appear', billing],
  ['billing-assumptions.taxes', 'Taxes: which are due, on what, and where they appear', billing],
  ['billing-assumptions.currency', 'Currency of usage and of the invoice, and how one becomes the other', billing],
  ['billing-assumptions.rounding', 'Rounding: of a charge and of an invoice line, and any minimum', billing],
  ['billing-assumptions.invoice-timing', 'Invoice timing: which interval an invoice covers, and when it is issued', billing],
  ['data-freshness', 'Delay between API usage and billing visibility', 'Billing dashboard or CometAPI help center'],
  [
    'historical-prices',
    'Whether prior-period prices remain available or must be snapshotted by the operator',
    'CometAPI pricing information plus your archived snapshots',
  ],
];

/** Every item that a contract.yaml needs, in the order of docs/contract.md. */
export const contractAreas: readonly ContractArea[] = register.map(([area, detail, admissible, status = null]) => ({ area, detail, admissible, status }));

/** The areas of the register up to version 0.1.0, which were its own, and where their answers belong now. `error-behavior` stayed as it was. */
export const earlierAreas: Readonly<Record<string, string>> = {
  'billing-unit': 'billing-assumptions.unit-basis and .rounding',
  'price-source': 'billing-assumptions.public-price, .account-terms and .discounts',
  'cached-tokens': 'billing-assumptions.unit-basis',
  'model-aliases': 'response-fields',
  'request-ids': 'request-fields and response-fields',
  'usage-export': 'endpoint-paths and data-freshness',
  invoice: 'billing-assumptions.taxes, .currency and .invoice-timing',
  'credits-and-refunds': 'billing-assumptions.credits',
};

/** The row of the runbook's table that an item belongs to. */
export function rowOf(area: string): string {
  return area.split('.')[0] ?? area;
}

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

/** Every item that a contract.yaml needs, in the order of docs/contract.md. */
export const contractAreas: readonly ContractArea[] = [
  {
    area: 'endpoint-paths',
    detail: 'Exact endpoint paths used for chat, model listing, usage export, billing export, or invoice retrieval',
    admissible: api,
    status: null,
  },
  {
    area: 'auth-headers',
    detail: 'Required authorization header format, key scope, account/workspace selector, and rotation behavior',
    admissible: 'CometAPI API documentation and account settings, if available',
    status: null,
  },
  {
    area: 'request-fields',
    detail: 'Model field, message/input field, streaming flag, metadata fields, idempotency or request ID support',
    admissible: api,
    status: null,
  },
  {
    area: 'response-fields',
    detail: 'Usage object, input token count, output token count, total token count, model returned, request identifier',
    admissible: api,
    status: null,
  },
  { area: 'error-behavior.failed', detail: 'Whether failed calls include usage and whether any are billable', admissible: errors, status: 'error' },
  { area: 'error-behavior.canceled', detail: 'Whether canceled calls include usage and whether any are billable', admissible: errors, status: 'canceled' },
  { area: 'error-behavior.streamed', detail: 'Whether streamed calls include usage and whether any are billable', admissible: errors, status: null },
  { area: 'error-behavior.retried', detail: 'Whether retried calls include usage and whether any are billable', admissible: errors, status: null },
  { area: 'error-behavior.timed-out', detail: 'Whether timed-out calls include usage and whether any are billable', admissible: errors, status: 'timeout' },
  {
    area: 'rate-limits',
    detail: 'Per-key, per-model, per-account, and time-window limits; retry-after behavior if documented',
    admissible: api,
    status: null,
  },
  { area: 'billing-assumptions.unit-basis', detail: 'Unit basis, such as per-token, per-1K-token, or per-1M-token', admissible: billing, status: null },
  { area: 'billing-assumptions.public-price', detail: 'Public price: where it stands, and from when it is in force', admissible: billing, status: null },
  {
    area: 'billing-assumptions.account-terms',
    detail: 'Account-specific terms: negotiated prices, ratios, minimum charges',
    admissible: billing,
    status: null,
  },
  { area: 'billing-assumptions.credits', detail: 'Credits: which there are, and where they appear', admissible: billing, status: null },
  { area: 'billing-assumptions.discounts', detail: 'Discounts: which there are, and where they appear', admissible: billing, status: null },
  { area: 'billing-assumptions.taxes', detail: 'Taxes: which are due, on what, and where they appear', admissible: billing, status: null },
  { area: 'billing-assumptions.currency', detail: 'Currency of usage and of the invoice, and how one becomes the other', admissible: billing, status: null },
  { area: 'billing-assumptions.rounding', detail: 'Rounding: of a charge and of an invoice line, and any minimum', admissible: billing, status: null },
  {
    area: 'billing-assumptions.invoice-timing',
    detail: 'Invoice timing: which interval an invoice covers, and when it is issued',
    admissible: billing,
    status: null,
  },
  {
    area: 'data-freshness',
    detail: 'Delay between API usage and billing visibility',
    admissible: 'Billing dashboard or CometAPI help center',
    status: null,
  },
  {
    area: 'historical-prices',
    detail: 'Whether prior-period prices remain available or must be snapshotted by the operator',
    admissible: 'CometAPI pricing information plus your archived snapshots',
    status: null,
  },
];

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

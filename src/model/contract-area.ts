/** The contract register: the nine areas that have to be verified about a provider, one of them in five parts, each as a question. */
import type { Status } from './evidence.ts';

export interface ContractArea {
  /** As `area` in contract.yaml. */
  readonly area: string;
  /** What the item's `detail` answers. */
  readonly question: string;
  /** The status whose billing rule rests on the answer; null where no rule does. */
  readonly status: Status | null;
}

/** Every item that a contract.yaml needs, in the order of docs/contract.md. */
export const contractAreas: readonly ContractArea[] = [
  { area: 'billing-unit', question: 'What is charged: tokens, requests or seconds, in which unit, and how is one charge rounded?', status: null },
  { area: 'price-source', question: 'Which published price is in force when, and with which ratio, discount or surcharge?', status: null },
  { area: 'cached-tokens', question: 'At which price are cache reads and cache writes charged, and are they part of the input count?', status: null },
  { area: 'model-aliases', question: 'As which dated model is a request to an alias billed?', status: null },
  { area: 'request-ids', question: 'Which id ties a charge to the response that our side saw?', status: null },
  { area: 'usage-export', question: 'When is the export of a day complete, in which time zone are its days, and for how long can it be read?', status: null },
  { area: 'invoice', question: 'Which interval does an invoice cover, how are its lines grouped, and in which currency and with which tax?', status: null },
  { area: 'credits-and-refunds', question: 'Where do credits and refunds appear: as rows of the export or as lines of the invoice?', status: null },
  { area: 'error-behavior.failed', question: 'Is a request charged that ended in an error?', status: 'error' },
  { area: 'error-behavior.canceled', question: 'What is charged when the client cancels a request?', status: 'canceled' },
  { area: 'error-behavior.streamed', question: 'What is charged for a stream that breaks off or that nobody reads to its end?', status: null },
  { area: 'error-behavior.retried', question: 'Is every attempt of a retried request charged, those that the provider retries itself included?', status: null },
  { area: 'error-behavior.timed-out', question: 'Is a request charged that timed out, at the client or at the provider?', status: 'timeout' },
];

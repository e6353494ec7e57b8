/** Why each area of the contract register matters: what goes wrong in the bridge when nobody has asked. docs/contract.md says the same. */

/** By the `reason` of a finding, `contract/<area>`; clauses that follow a colon, without a full stop. */
export const contractWords: Readonly<Record<string, string>> = {
  'contract/billing-unit': 'without the unit and the rounding no single charge can be computed again, and rounding alone can be a tenth of a small charge',
  'contract/price-source': 'a stale price or a ratio that is applied twice looks like usage, and every row of the model is wrong by the same factor',
  'contract/cached-tokens':
    'cache reads charged as plain input cost a multiple, and counts that include the cache are charged twice when read as if they did not',
  'contract/model-aliases': 'an alias can move to a dearer model overnight, and only an agreed billed model tells drift from a change of the provider',
  'contract/request-ids': 'without an id that both sides know nothing can be joined, and a retry cannot be told from a duplicate',
  'contract/usage-export': 'an export that is read too early or in another time zone moves charges across the end of the period',
  'contract/invoice': 'an invoice over another interval, grouping or tax base never equals the rows, and the difference hides real ones',
  'contract/credits-and-refunds': 'a credit that stands in the export and on the invoice is counted twice, one that stands in neither was never given',
  'contract/error-behavior.failed': 'failed calls are many in an outage, and whether they are charged decides whether the outage is paid for',
  'contract/error-behavior.canceled': 'a canceled call has tokens that only the provider counted, so nobody can say what it should have cost',
  'contract/error-behavior.streamed':
    'a broken stream often has no usage on our side, and each one charged in full is money without a count to hold it against',
  'contract/error-behavior.retried': 'retries that our side does not log double the charges of a request and look like traffic of somebody else',
  'contract/error-behavior.timed-out': 'the client gives up and tries again while the provider goes on working, so one answer may be paid twice',
};

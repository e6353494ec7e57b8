/** Sentences about what a period is billed or has paid: invoices, their currency, and prepaid balances. */
import type { Wording } from './template.ts';

export const invoiceWording = {
  'currency-mismatch': {
    title: 'An amount in another currency',
    sentence:
      '[{subject} of the period {period} is in {found}, expected is {expected}][: its {left_out} enter no sum][{count} {layer} {count:row is|rows are} charged in {currency}; {count:its amount counts|their amounts count} as not reported]',
    remedy:
      'Provide the amount in the currency of the period, or state its rate: of rows as fx in period.yaml, of an invoice as fx in its file (docs/invoice.md).',
    when: {
      stated: {
        sentence: '{count} {layer} {count:row states|rows state} an amount in {currency}: {count:it is|they are} compared with nothing',
        remedy: 'State its rate as fx in period.yaml, or log the amount in the currency of the period (docs/invoice.md).',
      },
      'rate-from-another': {
        sentence: '{subject} of the period {period} is in {found}, and its rate is not from {expected}: its {left_out} enter no sum',
        remedy: 'State in fx of the invoice how many units of its currency one unit of the currency of the period is.',
      },
      'rates-differ': {
        sentence:
          '{subject} of the period {period}, whose rows are in {expected}, is in {found}, and the first one has another currency or rate: its {left_out} enter no sum',
        remedy: 'Give every invoice of the period one currency and one rate; what is billed at two rates belongs into two periods.',
      },
      'no-reference': {
        sentence:
          '{subject} of the period {period}, whose rows are in {expected}, is in {found}, for which policy.fx has no reference: its {left_out} enter no sum',
        remedy: 'State the reference rate and its tolerance under policy.fx in a reviewed change: an invoice does not vouch for its own rate.',
      },
    },
  },
  'evidence-rate': {
    title: 'A rate for rows that the policy does not hold for right',
    sentence: 'Rows[ of the period {period}] in {from} are converted at {rate} {to}[, and policy.fx says {reference}, with a tolerance of {tolerance}%]',
    remedy: 'Correct the rate in period.yaml from its source; where the market has moved, move evidence_reference under policy.fx in a reviewed change.',
    when: {
      'rate-without-reference': {
        sentence: 'Rows[ of the period {period}] in {from} are converted at {rate} {to}, and policy.fx has no evidence_reference for {from}',
        remedy: 'State evidence_reference and its tolerance under policy.fx in a reviewed change: a period does not vouch for its own rate.',
      },
    },
  },
  'invoice-missing': {
    title: 'The invoice of a final period is missing',
    sentence: 'The period {period} is final and has no {missing}',
    remedy:
      'Add invoice.yaml (further ones as invoice-2.yaml and so on) with the document of the provider and its SHA-256, or set stage: usage in period.yaml until the invoice is there.',
  },
  'invoice-mismatch': {
    title: 'The invoice is not the one that the period names',
    sentence: 'The invoice does not fit the period {period}: {key}[ is {found}][, expected is {expected}]',
    remedy: 'Add the invoice of this period, or correct invoice_id.',
  },
  'invoice-top-up': {
    title: 'A prepaid top-up among the invoice lines',
    sentence: 'A prepaid top-up of {amount} stands among the invoice lines[ of the period {period}][: {reference}]',
    remedy: 'Remove the line: paying in advance is not usage.',
  },
  'invoice-unread': {
    title: 'An invoice file that is not read',
    sentence:
      'The file {file} looks like an invoice of the period {period}, and only invoice.yaml and invoice-2.yaml, invoice-3.yaml and so on are read: its money would be compared with nothing',
    remedy: 'Name it invoice-2.yaml, or by another number without leading zeros; or take the file away.',
  },
  'invoice-at-prepaid': {
    title: 'An invoice beside a prepaid balance',
    sentence: 'The period {period} is prepaid and ends at its balance: the invoice {invoice} of {amount} would be compared with nothing',
    remedy: 'Take invoice.yaml away where the receipt is of a top-up, which is a movement in statement.yaml; or set stage: final where usage is invoiced.',
  },
  'statement-missing': {
    title: 'The statement of a prepaid period is missing',
    sentence: 'The period {period} is prepaid and has no statement of its balance',
    remedy:
      'Add statement.yaml with the readings at both bounds and what moved the balance between them, or set stage: usage in period.yaml until they are there.',
  },
  'statement-unread': {
    title: 'A statement that is compared with nothing',
    sentence: 'The file {file} of the period {period} is compared with nothing: {problem}',
    remedy: 'Name it statement.yaml, or take it away.',
    when: {
      'statement-at-final': { remedy: 'Set stage: prepaid in period.yaml and take the invoice away, or take the statement away.' },
      'statement-beside-invoice': { remedy: 'Take away the one that does not bill this period: a top-up has a receipt, usage an invoice.' },
    },
  },
  'balance-gap': {
    title: 'The balance does not begin where the period before left it',
    sentence: 'The balance[ of the period {period}] begins with {opening}, and the close before, {close}, ended with {closing}[: they differ by {amount}]',
    remedy: 'Begin with the reading that the close before ended with; where that one was wrong, reopen its period.',
  },
  'balance-reading': {
    title: 'A balance that was read far from the bound of its period',
    sentence: 'The {reading} balance[ of the period {period}] was read at {at}, {by} from the bound {bound}[; the provider may be late by {delay}]',
    remedy: 'Read the balance at the bound of the period; what was charged in between is told apart as far as the export holds it.',
  },
  'movement-without-reference': {
    title: 'A movement of the balance without a reference',
    sentence: 'The {kind} of {amount}[ in the period {period}] has no reference and does not count',
    remedy: 'Add the reference of the receipt, the mail or the ticket that shows it.',
  },
  'movement-paid': {
    title: 'What was paid is not what came onto the balance and its fee',
    sentence: 'The {kind} of {amount}[ in the period {period}] states {paid} as paid, and a fee of {fee}: the two do not add up to it',
    remedy: 'Correct amount, fee or paid from the receipt; if it was paid in another currency, say so as paid_currency.',
  },
  'adjustment-without-reference': {
    title: 'An invoice adjustment without a reference',
    sentence: 'The {kind} line of {amount}[ in the period {period}] has no reference and counts as unexplained',
    remedy: 'Add the reference of the document that grants or demands it.',
  },
} as const satisfies Readonly<Record<string, Wording>>;

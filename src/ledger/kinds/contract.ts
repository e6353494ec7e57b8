/** The shape of `contract.yaml`: what has been verified about the provider, and its billing rules. */
import { z } from 'zod';
import { choice, currency, day, list, modelled, positive, record, requireKeys, share, text } from './scalars.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import { statuses } from '../../model/evidence.ts';
import type { Contract, DeclaredRounding } from '../../model/ledger.ts';
import { recordOf } from '../../model/record-of.ts';

const item = record({
  area: text,
  detail: text,
  status: choice('verified', 'unverified'),
  source: text.optional(),
  proved_by: text.optional(),
  verified_on: day.optional(),
  verified_by: text.optional(),
  expires_on: day.optional(),
});
/** At most this fine: costs times fees stay exact. */
const feeDecimals = 6;
const fee = record({ fee: share(feeDecimals) }).optional();

const rule = choice('billable', 'not-billable', 'unverified').optional();
const mode = choice('half-up', 'half-even', 'up', 'down');
const rounding = record({
  level: choice('none', 'line'),
  quantum: positive.optional(),
  mode: mode.optional(),
  minimum: positive.optional(),
  currency: currency.optional(),
}).superRefine((value, context) => {
  if (value.level === 'line') requireKeys(value, ['quantum', 'mode'], context);
});

const invoiceRounding = record({ quantum: positive, mode, per: choice('line', 'total') });

/** One word for both statuses, or one for each: each needs a proof of its own. */
const clientStopped = choice('unverified', 'provider-counts');
const clientStoppedRule = z.union([clientStopped, record({ timeout: clientStopped.optional(), canceled: clientStopped.optional() })], {
  error: 'unverified, provider-counts, or one of them for each of timeout and canceled',
});

export const contractSchema = record({
  items: list(item).optional(),
  billing: record({
    statuses: record({ success: rule, error: rule, timeout: rule, canceled: rule }).optional(),
    rounding: rounding.optional(),
    invoice_rounding: invoiceRounding.optional(),
    client_stopped: clientStoppedRule.optional(),
    covered: record({ subscription: fee, byok: fee, credit: fee }).optional(),
    tiers: choice('as-requested', 'provider-decides').optional(),
    priced_at: choice('charge', 'request').optional(),
    advisors: list(text).optional(),
  }).optional(),
}).describe('contract.yaml: what has been verified about the provider');
type ContractFile = z.output<typeof contractSchema>;

export function parseContract(file: ContractFile, document: LedgerDocument): Contract {
  const rules = file.billing?.statuses ?? {};
  const listed = statuses.filter((status) => rules[status] !== undefined);
  return {
    items: (file.items ?? []).map((each, index) => {
      const { source: basis, provedBy: provenBy, ...said } = modelled(item, each);
      return { ...said, basis, provenBy, source: placeOf(document, ['items', index]) };
    }),
    itemsSource: placeOf(document, ['items']),
    billing: recordOf(statuses, (status) => rules[status] ?? 'unverified'),
    billingSources: recordOf(listed, (status) => placeOf(document, ['billing', 'statuses', status])),
    rounding: parseRounding(file.billing?.rounding),
    invoiceRounding: file.billing?.invoice_rounding ?? null,
    coverFees: parseFees(file.billing?.covered),
    tiers: file.billing?.tiers ?? 'as-requested',
    pricedAt: file.billing?.priced_at ?? 'charge',
    advisors: file.billing?.advisors ?? [],
    clientStopped: parseClientStopped(file.billing?.client_stopped),
    clientStoppedSource: placeOf(document, ['billing', 'client_stopped']),
    source: placeOf(document, ['billing']),
  };
}

type FeesFile = NonNullable<ContractFile['billing']>['covered'];
function parseFees(covered: FeesFile): Contract['coverFees'] {
  return Object.fromEntries(Object.entries(covered ?? {}).flatMap(([cover, stated]) => (stated === undefined ? [] : [[cover, stated.fee]])));
}

type ClientStoppedFile = NonNullable<ContractFile['billing']>['client_stopped'];
function parseClientStopped(rule: ClientStoppedFile): Contract['clientStopped'] {
  const { timeout = 'unverified', canceled = 'unverified' } = typeof rule === 'string' ? { timeout: rule, canceled: rule } : (rule ?? {});
  return { timeout, canceled };
}

type RoundingFile = NonNullable<ContractFile['billing']>['rounding'];
function parseRounding(rounding: RoundingFile): DeclaredRounding | null {
  if (rounding?.level !== 'line' || rounding.quantum === undefined || rounding.mode === undefined) return null;
  const { quantum, mode, minimum = null, currency: own } = rounding;
  return { quantum, mode, minimum, ...(own === undefined ? {} : { currency: own }) };
}

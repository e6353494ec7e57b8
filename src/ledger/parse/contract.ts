/** `contract.yaml` as model: every status gets a rule, the unlisted ones as unverified. */
import { statuses } from '../../model/evidence.ts';
import type { Status } from '../../model/evidence.ts';
import type { BillingRule, Contract, Rounding } from '../../model/ledger.ts';
import type { Source } from '../../model/source.ts';
import type { ContractFile } from '../schemas/contract.ts';
import { placeOf } from '../yaml-document.ts';
import type { LedgerDocument } from '../yaml-document.ts';

export function parseContract(file: ContractFile, document: LedgerDocument): Contract {
  const rules = file.billing?.statuses ?? {};
  const listed = statuses.filter((status) => rules[status] !== undefined);
  return {
    items: (file.items ?? []).map((item, index) => ({
      area: item.area,
      detail: item.detail,
      status: item.status,
      basis: item.source ?? null,
      provenBy: item.proved_by ?? null,
      verifiedOn: item.verified_on ?? null,
      verifiedBy: item.verified_by ?? null,
      expiresOn: item.expires_on ?? null,
      source: placeOf(document, ['items', index]),
    })),
    itemsSource: placeOf(document, ['items']),
    billing: Object.fromEntries(statuses.map((status) => [status, rules[status] ?? 'unverified'])) as Record<Status, BillingRule>,
    billingSources: Object.fromEntries(listed.map((status) => [status, placeOf(document, ['billing', 'statuses', status])])) as Partial<Record<Status, Source>>,
    rounding: parseRounding(file.billing?.rounding),
    clientStopped: parseClientStopped(file.billing?.client_stopped),
    clientStoppedSource: placeOf(document, ['billing', 'client_stopped']),
    source: placeOf(document, ['billing']),
  };
}

type ClientStoppedFile = NonNullable<ContractFile['billing']>['client_stopped'];
function parseClientStopped(rule: ClientStoppedFile): Contract['clientStopped'] {
  const { timeout = 'unverified', canceled = 'unverified' } = typeof rule === 'string' ? { timeout: rule, canceled: rule } : (rule ?? {});
  return { timeout, canceled };
}

type RoundingFile = NonNullable<ContractFile['billing']>['rounding'];
function parseRounding(rounding: RoundingFile): Rounding | null {
  if (rounding?.level !== 'line' || rounding.quantum === undefined || rounding.mode === undefined) return null;
  return { quantum: rounding.quantum, mode: rounding.mode, minimum: rounding.minimum ?? null };
}

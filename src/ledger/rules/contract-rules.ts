/** Rules on the contract register: every area is answered, verified with a proof, and the proof has not run out (docs/contract.md). */
import { contractAreas } from '../../model/contract-area.ts';
import { finding } from '../../model/finding.ts';
import type { Finding, Severity } from '../../model/finding.ts';
import { startOfDay, type Day } from '../../model/instant.ts';
import type { Contract, ContractItem } from '../../model/ledger.ts';
import type { LedgerDraft } from '../draft.ts';

/** Every area of the register has an item, and the item says that somebody has verified it. */
export function contractComplete({ contract }: LedgerDraft): Finding[] {
  if (contract === null) return [];
  const { items, itemsSource } = contract.value;
  const named = new Set(items.map(({ area }) => area));
  return [
    ...contractAreas
      .filter(({ area }) => !named.has(area))
      .map(({ area }) => finding('contract-missing', 'warn', { args: { area, reason: whyOf(area) }, source: itemsSource })),
    ...items
      .filter(({ status }) => status === 'unverified')
      .map((item) => finding('contract-unverified', severityOf(item, contract.value), { args: argsOf(item), source: item.source })),
  ];
}

/** Whoever says `verified` says by what, from where, when and who. */
export function contractProved({ contract }: LedgerDraft): Finding[] {
  return verifiedItems(contract?.value).flatMap((item) => {
    const missing = Object.entries({
      proved_by: item.provenBy,
      source: item.basis,
      verified_on: item.verifiedOn,
      verified_by: item.verifiedBy,
    }).flatMap(([key, value]) => (value === null ? [key] : []));
    return missing.length === 0 ? [] : [finding('contract-unproved', 'warn', { args: { ...argsOf(item), missing: missing.join(', ') }, source: item.source })];
  });
}

/** What was verified until a day is a question again on the day after. */
export function contractCurrent({ contract, asOf }: LedgerDraft): Finding[] {
  return verifiedItems(contract?.value).flatMap((item) => {
    if (item.expiresOn === null || startOfDay(item.expiresOn) >= startOfDay(asOf) || isReplaced(item, contract?.value.items ?? [], asOf)) return [];
    return [finding('contract-expired', 'warn', { args: { ...argsOf(item), expires_on: item.expiresOn }, source: item.source })];
  });
}

/** An expired item stays as a record when another one answers for its area now. */
function isReplaced({ area }: ContractItem, items: readonly ContractItem[], asOf: Day): boolean {
  return items.some((other) => other.area === area && (other.expiresOn === null || startOfDay(other.expiresOn) >= startOfDay(asOf)));
}

function verifiedItems(contract: Contract | undefined): readonly ContractItem[] {
  return contract?.items.filter(({ status }) => status === 'verified') ?? [];
}

/** Where the billing rule is unverified as well, every such row fails closed with its amount: then the open question is only said. */
function severityOf({ area }: ContractItem, { billing }: Contract): Severity {
  const status = contractAreas.find((known) => known.area === area)?.status ?? null;
  return status !== null && billing[status] === 'unverified' ? 'info' : 'warn';
}

/** An area of the ledger's own has no words of ours. */
function argsOf({ area }: ContractItem): Record<string, string> {
  return contractAreas.some((known) => known.area === area) ? { area, reason: whyOf(area) } : { area };
}

/** The word by which src/report/wording knows why the area matters. */
function whyOf(area: string): string {
  return `contract/${area}`;
}

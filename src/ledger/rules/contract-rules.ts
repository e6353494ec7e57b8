/** Rules on the contract register: every area is answered, verified with a proof, and the proof has not run out (docs/contract.md). */
import type { LedgerDraft } from '../draft.ts';
import { missingProofs } from '../../model/client-stopped.ts';
import { contractAreas, earlierAreas, rowOf } from '../../model/contract-area.ts';
import { finding, type Finding, type Severity } from '../../model/finding.ts';
import { type Day, startOfDay } from '../../model/instant.ts';
import type { Contract, ContractItem } from '../../model/ledger.ts';

/** Every area of the register has an item, and the item says that somebody has verified it. What is open is one finding, however many areas it has. */
export function contractComplete({ contract }: LedgerDraft): Finding[] {
  if (contract === null) return [];
  const { items, itemsSource } = contract.value;
  const named = new Set(items.map(({ area }) => area));
  const missing = contractAreas.map(({ area }) => area).filter((area) => !named.has(area));
  const open = items.filter(({ status }) => status === 'unverified');
  return [
    ...(missing.length === 0
      ? []
      : [
          finding('contract-missing', isAnsweredUnderEarlierNames(named, missing) ? 'info' : 'warn', {
            count: missing.length,
            args: { ...wordsOf(missing), ...earlierNames(named) },
            source: itemsSource,
          }),
        ]),
    ...(['warn', 'info'] as const).flatMap((severity) =>
      unverified(
        open.filter((item) => severityOf(item, contract.value) === severity),
        severity,
      ),
    ),
  ];
}

function unverified(items: readonly ContractItem[], severity: Severity): Finding[] {
  const first = items[0];
  if (first === undefined) return [];
  return [finding('contract-unverified', severity, { count: items.length, args: wordsOf(items.map(({ area }) => area)), source: first.source })];
}

/** A register that answers every earlier area has lost nothing but its names: that is said, and turns no month yellow. What the earlier areas asked as well is asked. */
function isAnsweredUnderEarlierNames(named: ReadonlySet<string>, missing: readonly string[]): boolean {
  return Object.keys(earlierAreas).every((area) => named.has(area)) && !missing.some((area) => area.startsWith('error-behavior'));
}

/** A register that was written for the areas of an earlier version says where its answers belong now. */
function earlierNames(named: ReadonlySet<string>): Record<string, string> {
  const moved = Object.entries(earlierAreas).filter(([area]) => named.has(area));
  return moved.length === 0 ? {} : { earlier: moved.map(([area, now]) => `${area} to ${now}`).join('; ') };
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
    return missing.length === 0
      ? []
      : [finding('contract-unproved', 'warn', { args: { ...wordsOf([item.area]), missing: missing.join(', ') }, source: item.source })];
  });
}

/** What was verified until a day is a question again on the day after. */
export function contractCurrent({ contract, asOf }: LedgerDraft): Finding[] {
  return verifiedItems(contract?.value).flatMap((item) => {
    if (item.expiresOn === null || startOfDay(item.expiresOn) >= startOfDay(asOf) || isReplaced(item, contract?.value.items ?? [], asOf)) return [];
    return [finding('contract-expired', 'warn', { args: { ...wordsOf([item.area]), expires_on: item.expiresOn }, source: item.source })];
  });
}

/** Whoever bills by the provider's counts alone has shown that they are right; without it the setting is not followed. */
export function clientStoppedProved({ contract, drills, asOf }: LedgerDraft): Finding[] {
  if (contract === null) return [];
  const known = { contract: contract.value, drills: drills.map(({ value }) => value), asOf };
  return missingProofs(known).map(({ status, area, problem }) =>
    finding('client-stopped-unproved', 'warn', { args: { status, area, problem }, source: contract.value.clientStoppedSource }),
  );
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

/** Why it matters is said of one area; of several it would be a page. An area of the ledger's own has no words of ours. */
function wordsOf(areas: readonly string[]): Record<string, string> & { area: string } {
  const known = areas.length === 1 ? contractAreas.find(({ area }) => area === areas[0]) : undefined;
  const area = areas.join(', ');
  return known === undefined ? { area } : { area, reason: `contract/${rowOf(known.area)}`, admissible: known.admissible };
}

/** Rules on price snapshots as wholes: known, named, on time, verified, in the right currency. */
import type { LedgerDraft, Part, PeriodPart } from '../draft.ts';
import { placeOf } from '../yaml-document.ts';
import { finding, type Finding } from '../../model/finding.ts';
import { startOfDay } from '../../model/instant.ts';
import { ledgerPath } from '../../model/layout.ts';
import type { Snapshot } from '../../model/ledger.ts';
import { roundingIn } from '../../model/rounding-in.ts';
import { readAsPeriods } from './period-rules.ts';
import { providerOf } from '../../model/snapshot-id.ts';

/** Periods and drills are priced by snapshots that exist; a mapping's snapshot is only a note, so that it warns. */
export function snapshotsKnown(draft: LedgerDraft): Finding[] {
  const { mappings, snapshots, unread } = draft;
  const known = new Set(snapshots.map((part) => part.value.id));
  const isUnknown = (id: string) => !known.has(id) && !unread.has(ledgerPath('prices', id));
  const inPeriods = readAsPeriods(draft).flatMap(({ value, document, words }) =>
    value.prices.flatMap(({ snapshot }, index) =>
      isUnknown(snapshot)
        ? [finding('snapshot-unknown', 'fail', { args: { ...words, snapshot }, source: placeOf(document, ['prices', index, 'snapshot']) })]
        : [],
    ),
  );
  const inMappings = (mappings?.value ?? []).flatMap(({ priceSnapshot, source }) =>
    priceSnapshot !== null && isUnknown(priceSnapshot) ? [finding('snapshot-unknown', 'warn', { args: { snapshot: priceSnapshot }, source })] : [],
  );
  return [...inPeriods, ...inMappings];
}

/** A snapshot is found by its id: `prices/<id>.yaml`. */
export function snapshotIdIsPath({ snapshots }: LedgerDraft): Finding[] {
  return snapshots
    .filter(({ value, document }) => document.name !== ledgerPath('prices', value.id))
    .map(({ value, document }) =>
      finding('snapshot-id-path', 'fail', {
        args: { snapshot: value.id, file: document.name, expected: ledgerPath('prices', value.id) },
        source: value.source,
      }),
    );
}

/** Where a ledger says whose prices it takes, no period takes those of another source, however near they are. */
export function authorityFollowed({ settings, periods }: LedgerDraft): Finding[] {
  const authority = settings?.value.priceAuthority ?? null;
  if (authority === null) return [];
  return periods.flatMap(({ value, document }) =>
    value.prices.flatMap(({ snapshot }, index) => {
      if (providerOf(snapshot) === authority) return [];
      const source = placeOf(document, ['prices', index, 'snapshot']);
      return [finding('price-authority', 'fail', { args: { period: value.id, snapshot, authority }, source })];
    }),
  );
}

/** Prices looked up after the period may not be those that were in force; a note says why they are. */
export function snapshotLate(draft: LedgerDraft): Finding[] {
  return pricedBy(draft)
    .filter(({ period, snapshot }) => snapshot.value.notes === null && startOfDay(snapshot.value.accessedAt) >= period.value.end)
    .map(({ period, snapshot: { value, document } }) =>
      finding('snapshot-late', 'warn', {
        args: { period: period.value.id, snapshot: value.id, accessed_at: value.accessedAt },
        source: placeOf(document, ['accessed_at']),
      }),
    );
}

/** Unverified prices cannot pass a period. */
export function snapshotsVerified(draft: LedgerDraft): Finding[] {
  return pricedBy(draft)
    .filter(({ snapshot }) => !snapshot.value.verified)
    .map(({ period, snapshot: { value, document } }) =>
      finding('unverified-pricing', 'fail', {
        args: { period: period.value.id, snapshot: value.id },
        source: placeOf(document, ['verification', 'status']),
      }),
    );
}

/** Thresholds, prices and charges of a period are in one currency. */
export function currenciesAgree(draft: LedgerDraft): Finding[] {
  const { settings, periods, contract } = draft;
  const ofPeriods = periods
    .filter(({ value }) => settings !== null && value.currency !== settings.value.currency)
    .map(({ value, document }) => mismatch('The money', value.id, settings?.value.currency ?? '', value.currency, placeOf(document, ['currency'])));
  const ofSnapshots = pricedBy(draft)
    .filter(({ period, snapshot }) => period.value.currency !== snapshot.value.currency)
    .map(({ period, snapshot }) =>
      mismatch(`The snapshot ${snapshot.value.id}`, period.value.id, period.value.currency, snapshot.value.currency, placeOf(snapshot.document, ['currency'])),
    );
  const rounding = contract?.value.rounding?.currency ?? null;
  const ofRounding = periods
    .filter(({ value }) => rounding !== null && contract !== null && roundingIn(contract.value, value) === null)
    .map(({ value }) => mismatch('The rounding of contract.yaml', value.id, value.currency, rounding ?? '', contract?.value.source ?? value.source));
  return [...ofPeriods, ...ofSnapshots, ...ofRounding];
}

function mismatch(subject: string, period: string, expected: string, found: string, source: Finding['source']): Finding {
  return finding('currency-mismatch', 'fail', { args: { subject, period, expected, found }, source });
}

function pricedBy({ periods, snapshots }: LedgerDraft): { period: PeriodPart; snapshot: Part<Snapshot> }[] {
  return periods.flatMap((period) => {
    const named = new Set(period.value.prices.map((start) => start.snapshot));
    return snapshots.filter(({ value }) => named.has(value.id)).map((snapshot) => ({ period, snapshot }));
  });
}

/** Every rule on a ledger, in the order in which they are asked, with those that need no file of their own. */
import type { LedgerDraft, LedgerRule, NamedFile } from '../draft.ts';
import { closesChained, closesInPlace } from '../lock/close-rules.ts';
import { bucketsCut } from './bucket-rules.ts';
import { clientStoppedProved, contractComplete, contractCurrent, contractProved } from './contract-rules.ts';
import { idsUnique, namedByPlace } from './identity-rules.ts';
import { adjustmentsReferenced, invoiceCurrency, invoiceMatches, invoicePresent, invoicesRead, noTopUps } from './invoice-rules.ts';
import { fallbacksKnown, mappingsAgree } from './mapping-rules.ts';
import { formatsKnown, layersPresent, openFactsDeclared, periodBounds, periodFuture, periodGap, periodOverlap } from './period-rules.ts';
import {
  cachedNotAboveInput,
  meterPricesTerminate,
  metersAgree,
  pricesKept,
  pricesSteady,
  pricesTerminate,
  samplesReproduce,
  tiersComplete,
  variantsApart,
  variantsTerminate,
} from './price-rules.ts';
import { evidenceRatesHeld } from './rate-rules.ts';
import { authorityFollowed, currenciesAgree, snapshotIdIsPath, snapshotLate, snapshotsKnown, snapshotsVerified } from './snapshot-rules.ts';
import {
  balancesChained,
  documentsCompared,
  movementsPaid,
  movementsReferenced,
  readingsNearBounds,
  statementCurrency,
  statementPresent,
  statementsRead,
} from './statement-rules.ts';
import { placeOf } from '../yaml-document.ts';
import { finding, type Finding } from '../../model/finding.ts';
import { microsPerDay, startOfDay } from '../../model/instant.ts';
import type { Drill } from '../../model/ledger.ts';

export const ledgerRules: readonly LedgerRule[] = [
  policyComplete,
  idsUnique,
  namedByPlace,
  periodBounds,
  periodFuture,
  periodOverlap,
  periodGap,
  layersPresent,
  formatsKnown,
  openFactsDeclared,
  bucketsCut,
  snapshotsKnown,
  snapshotIdIsPath,
  authorityFollowed,
  snapshotLate,
  snapshotsVerified,
  currenciesAgree,
  evidenceRatesHeld,
  pricesTerminate,
  variantsTerminate,
  meterPricesTerminate,
  metersAgree,
  variantsApart,
  tiersComplete,
  samplesReproduce,
  cachedNotAboveInput,
  pricesSteady,
  pricesKept,
  mappingsAgree,
  fallbacksKnown,
  contractComplete,
  contractProved,
  contractCurrent,
  clientStoppedProved,
  invoicePresent,
  invoicesRead,
  invoiceMatches,
  invoiceCurrency,
  noTopUps,
  adjustmentsReferenced,
  statementPresent,
  documentsCompared,
  statementsRead,
  statementCurrency,
  readingsNearBounds,
  balancesChained,
  movementsReferenced,
  movementsPaid,
  namedFilesIntact,
  drillsCurrent,
  closesInPlace,
  closesChained,
];

/** A policy that has no fail threshold lets any amount through. */
function policyComplete({ settings }: LedgerDraft): Finding[] {
  if (settings === null) return [];
  const { value, document } = settings;
  return (['total', 'counts'] as const)
    .filter((level) => value.policy[level].fail === null)
    .map((level) => finding('policy-incomplete', 'fail', { args: { missing: `${level}.fail` }, source: placeOf(document, ['policy', level]) }));
}

/** A named file is there, inside the ledger, and still what it was. */
function namedFilesIntact({ namedFiles }: LedgerDraft): Finding[] {
  return namedFiles.flatMap(problemsOf);
}

function problemsOf({ name, declared, source, found }: NamedFile): Finding[] {
  const args = { file: name };
  if (found === 'escape') return [finding('path-escape', 'inconclusive', { args, source })];
  if (found === 'too-large') return [finding('file-too-large', 'inconclusive', { args, source })];
  if (typeof found === 'string') return [finding('file-missing', 'inconclusive', { args, source })];
  if (found.pointer) return [finding('evidence-pointer', 'inconclusive', { args, source })];
  if (found.sha256 === declared) return [];
  return [finding('hash-mismatch', 'fail', { args: { ...args, declared, found: found.sha256 }, source })];
}

/** Each required kind has a drill that was run by the day of the run, and not too long before. */
function drillsCurrent({ settings, drills, asOf }: LedgerDraft): Finding[] {
  const policy = settings?.value.policy.drills ?? null;
  if (policy === null || policy.missing === 'ignore') return [];
  const severity = policy.missing;
  return policy.required.flatMap(({ kind, source }) => {
    const newest = newestOf(drills.map(({ value }) => value).filter((drill) => drill.kind === kind && drill.runOn <= asOf));
    if (newest === null) return [finding('drill-missing', severity, { args: { kind }, source })];
    const days = (startOfDay(asOf) - startOfDay(newest.runOn)) / microsPerDay;
    if (policy.maxAgeDays === null || days <= policy.maxAgeDays) return [];
    const args = { drill: newest.id, kind, run_on: newest.runOn, days: `${days}`, limit: `${policy.maxAgeDays}` };
    return [finding('drill-stale', severity, { args, source: newest.source })];
  });
}

function newestOf(drills: readonly Drill[]): Drill | null {
  return drills.reduce<Drill | null>((newest, drill) => (newest === null || drill.runOn > newest.runOn ? drill : newest), null);
}

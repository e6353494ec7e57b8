/** Every rule on a ledger, in the order in which they are asked. */
import type { LedgerRule } from '../draft.ts';
import { drillNamedByFolder, drillsCurrent, drillsResolve } from './drill-rules.ts';
import { closesChained, closesInPlace } from '../lock/close-rules.ts';
import { clientStoppedProved, contractComplete, contractCurrent, contractProved } from './contract-rules.ts';
import { formatNamedByFile, idsUnique } from './identity-rules.ts';
import { adjustmentsReferenced, invoiceCurrency, invoiceMatches, invoicePresent, invoicesRead, noTopUps } from './invoice-rules.ts';
import { fallbacksKnown, mappingsAgree } from './mapping-rules.ts';
import { namedFilesIntact } from './named-file-rules.ts';
import { formatsKnown, layersPresent, periodBounds, periodFuture, periodNamedByFolder } from './period-rules.ts';
import { policyComplete } from './policy-rules.ts';
import { cachedNotAboveInput, pricesKept, pricesSteady, pricesTerminate, tiersComplete } from './price-rules.ts';
import { samplesReproduce } from './sample-rules.ts';
import { currenciesAgree, snapshotIdIsPath, snapshotLate, snapshotsKnown, snapshotsVerified } from './snapshot-rules.ts';
import { periodGap, periodOverlap } from './timeline-rules.ts';

export const ledgerRules: readonly LedgerRule[] = [
  policyComplete,
  idsUnique,
  formatNamedByFile,
  periodNamedByFolder,
  periodBounds,
  periodFuture,
  periodOverlap,
  periodGap,
  layersPresent,
  formatsKnown,
  snapshotsKnown,
  snapshotIdIsPath,
  snapshotLate,
  snapshotsVerified,
  currenciesAgree,
  pricesTerminate,
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
  namedFilesIntact,
  drillNamedByFolder,
  drillsResolve,
  drillsCurrent,
  closesInPlace,
  closesChained,
];

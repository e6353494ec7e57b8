/** Every rule on a ledger, in the order in which they are asked, with those that need no file of their own. */
import type { LedgerDraft, LedgerRule, NamedFile } from '../draft.ts';
import { closesChained, closesInPlace } from '../lock/close-rules.ts';
import { clientStoppedProved, contractComplete, contractCurrent, contractProved } from './contract-rules.ts';
import { drillNamedByFolder, drillsCurrent, drillsResolve } from './drill-rules.ts';
import { formatNamedByFile, idsUnique } from './identity-rules.ts';
import { adjustmentsReferenced, invoiceCurrency, invoiceMatches, invoicePresent, invoicesRead, noTopUps } from './invoice-rules.ts';
import { fallbacksKnown, mappingsAgree } from './mapping-rules.ts';
import { formatsKnown, layersPresent, periodBounds, periodFuture, periodNamedByFolder } from './period-rules.ts';
import { cachedNotAboveInput, pricesKept, pricesSteady, pricesTerminate, tiersComplete } from './price-rules.ts';
import { samplesReproduce } from './sample-rules.ts';
import { authorityFollowed, currenciesAgree, snapshotIdIsPath, snapshotLate, snapshotsKnown, snapshotsVerified } from './snapshot-rules.ts';
import { periodGap, periodOverlap } from './timeline-rules.ts';
import { placeOf } from '../yaml-document.ts';
import { finding, type Finding } from '../../model/finding.ts';

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
  authorityFollowed,
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
  return namedFiles.flatMap((file) => {
    const problem = problemOf(file);
    return problem === null ? [] : [problem];
  });
}

function problemOf({ name, declared, source, found }: NamedFile): Finding | null {
  const args = { file: name };
  if (found === 'escape') return finding('path-escape', 'inconclusive', { args, source });
  if (found === 'too-large') return finding('file-too-large', 'inconclusive', { args, source });
  if (typeof found === 'string') return finding('file-missing', 'inconclusive', { args, source });
  if (found.pointer) return finding('evidence-pointer', 'inconclusive', { args, source });
  if (found.sha256 === declared) return null;
  return finding('hash-mismatch', 'fail', { args: { ...args, declared, found: found.sha256 }, source });
}

/** Which findings of a ledger's files weigh on which period. Pure. */
import type { Finding, Source } from '../model/finding.ts';
import type { Period } from '../model/ledger.ts';
import { drillsFolder, folderOf, ledgerPath, periodsFolder } from '../model/layout.ts';

/**
 * Whether a finding of the ledger's files weighs on this period: not those in the folder of another period, nor those of a snapshot that it does not use;
 * of drills only the age of those that policy requires does.
 */
export function concerns(found: Finding, period: Period): boolean {
  const file = found.source?.file ?? '';
  if (file.startsWith(`${drillsFolder}/`)) return found.code === 'drill-stale';
  if (file.startsWith(`${folderOf('prices')}/`)) return isUsed(found, file, period);
  return !file.startsWith(`${periodsFolder}/`) || liesIn(found.source, period);
}

/** Whether the place is in the folder of the period. */
export function liesIn(source: Source | null, { folder }: Pick<Period, 'folder'>): boolean {
  return source !== null && source.file.startsWith(`${folder}/`);
}

/** A snapshot is found by its id, so that one whose id is doubtful may be any period's. Some findings on a snapshot name the period that uses it. */
function isUsed({ code, args }: Finding, file: string, period: Period): boolean {
  if (code === 'duplicate-id' || code === 'snapshot-id-path') return true;
  const named = args['period'];
  return period.prices.some(({ snapshot }) => file === ledgerPath('prices', snapshot)) && (named === undefined || named === period.id);
}

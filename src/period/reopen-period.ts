/** Takes the close of a period back, or a freeze that was never closed; what is taken back stays where it is. */
import { join } from 'node:path';
import { renderReopen } from '../ledger/lock/sealed-text.ts';
import { writeSealed } from '../ledger/lock/write-once.ts';
import { closeInForce, type FileReference } from '../model/close.ts';
import type { Finding } from '../model/finding.ts';
import type { Day } from '../model/instant.ts';
import type { Period } from '../model/ledger.ts';
import { UserError } from '../model/user-error.ts';
import { periodNamed, validateLedger } from './reconcile.ts';

export interface Reopened {
  /** Path of the reopening relative to the ledger; null = the ledger cannot be read, and the findings say why. */
  readonly written: string | null;
  readonly findings: readonly Finding[];
}

export async function reopenPeriod(ledgerRoot: string, id: string, reason: string, asOf: Day): Promise<Reopened> {
  // oxlint-disable-next-line no-control-regex
  if (reason.trim() === '' || reason.length > 4096 || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(reason)) {
    throw new UserError(
      'The reason is empty, longer than 4096 characters, or holds control characters.',
      'Say in plain text with --reason why the period is opened again.',
    );
  }
  const { ledger, findings } = await validateLedger(ledgerRoot, asOf);
  if (ledger === null) return { written: null, findings };
  const period = periodNamed(ledger, id);
  const [broken] = period.controls.broken;
  if (broken !== undefined) return { written: null, findings: findings.filter(({ source }) => source?.file === broken) };
  const close = closeInForce(period);
  const number = close?.number ?? freezeToTakeBack(period);
  const name = `${period.folder}/reopen-${number}.yaml`;
  const text = renderReopen({ period: id, number, reason, close: referenceOf(close), lock: referenceOf(period.controls.lock) });
  await writeSealed(join(ledger.root, name), text, 'new');
  return { written: name, findings: [] };
}

/** The number of the reopening. */
function freezeToTakeBack({ id, controls: { lock, closes, reopens } }: Period): number {
  if (lock === null) throw new UserError(`The period ${id} is neither closed nor frozen.`, 'There is nothing to take back.');
  if (reopens.at(-1)?.lock?.sha256 === lock.sha256) throw new UserError(`The period ${id} is open already.`, `Freeze it again with \`trueup freeze ${id}\`.`);
  return Math.max(closes.at(-1)?.number ?? 0, reopens.at(-1)?.number ?? 0) + 1;
}

function referenceOf(one: FileReference | null): FileReference | null {
  return one === null ? null : { name: one.name, sha256: one.sha256 };
}

/** The id of a ledger, read from its trueup.yaml alone: how a ledger is found again after it was moved. */
import { openFile, realRoot } from './ledger-files.ts';
import { readYaml } from './yaml-document.ts';
import { ledgerMark } from '../model/layout.ts';

/** null when the file is missing, cannot be read, or says no id. */
export async function readLedgerId(root: string): Promise<string | null> {
  const opened = await openFile(await realRoot(root), ledgerMark);
  return opened.state === 'read' ? ledgerIdIn(opened.content) : null;
}

/** The same from the bytes of a trueup.yaml. */
export function ledgerIdIn(content: Buffer): string | null {
  const { document } = readYaml(ledgerMark, content.toString('utf8'));
  const value = document?.value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'id')) return null;
  const { id } = value as { readonly id: unknown };
  return typeof id === 'string' && id !== '' ? id : null;
}

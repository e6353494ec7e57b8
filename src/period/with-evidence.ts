/** The evidence of a period, found and checked, with the copies that some formats need for as long as it is used. */
import { collectEvidence, type Evidence } from '../evidence/collect-evidence.ts';
import { makeOwnFolder, type OwnFolder } from '../host/own-folder.ts';
import type { Ledger, Period } from '../model/ledger.ts';

export interface EvidenceTask {
  readonly ledger: Ledger;
  readonly period: Period;
  readonly settings: { readonly evidenceRoot: string | null; readonly temporaryRoot: string };
}

export async function withEvidence<T>({ ledger, period, settings }: EvidenceTask, use: (evidence: Evidence) => Promise<T>): Promise<T> {
  let folder: OwnFolder | null = null;
  const copyFolder = async (): Promise<string> => (folder ??= await makeOwnFolder(settings.temporaryRoot, 'evidence')).path;
  try {
    return await use(await collectEvidence({ root: ledger.root, evidenceRoot: settings.evidenceRoot, period, formats: ledger.formats, copyFolder }));
  } finally {
    // A closure fills it, which the compiler does not follow.
    await (folder as OwnFolder | null)?.remove();
  }
}

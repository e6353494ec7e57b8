/** The rule on files that the ledger names with their hash. */
import { finding } from '../../model/finding.ts';
import type { Finding } from '../../model/finding.ts';
import type { LedgerDraft, NamedFile } from '../draft.ts';

/** A named file is there, inside the ledger, and still what it was. */
export function namedFilesIntact({ namedFiles }: LedgerDraft): Finding[] {
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

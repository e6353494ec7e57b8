/** Every file that the evidence of a period consists of, without opening any: what its patterns find, and what else lies in its evidence folder. */
import { realpath } from 'node:fs/promises';
import { compareCodePoints } from '../model/order-findings.ts';
import { evidenceLayers, type EvidenceLayer } from '../model/evidence.ts';
import type { Period } from '../model/ledger.ts';
import { UserError } from '../model/user-error.ts';
import { defaultLimits } from './evidence-limits.ts';
import { findFiles } from './find-files.ts';
import { isNotThere } from '../model/not-there.ts';

export interface PeriodFile {
  /** POSIX path relative to the period's folder, in the ledger or under the evidence root. */
  readonly name: string;
  /** Absolute, links resolved. */
  readonly path: string;
  readonly bytes: number;
  /** The first layer whose patterns find it; null = none reads it. */
  readonly layer: EvidenceLayer | null;
}

/** By name (code points). Files whose name starts with a dot belong only when a pattern names them. What cannot be found is left to `collectEvidence`. */
export async function listPeriodFiles(root: string, evidenceRoot: string | null, period: Period): Promise<PeriodFile[]> {
  const real = await realpath(evidenceRoot ?? root).catch((cause: unknown) => {
    if (!isNotThere(cause)) throw cause;
    throw new UserError(`There is no folder ${evidenceRoot ?? root} to read evidence from.`, 'Name a folder that is there with --evidence-root.', { cause });
  });
  const folder = evidenceRoot === null ? period.folder : period.id;
  const budget = { left: defaultLimits.entries };
  const patterns = [
    ...evidenceLayers.flatMap((layer) =>
      period.evidence.filter((one) => one.layer === layer).flatMap(({ files }) => files.map((pattern) => ({ layer, pattern }))),
    ),
    { layer: null, pattern: 'evidence/**' },
  ];
  const found = new Map<string, PeriodFile>();
  for (const { layer, pattern } of patterns) {
    const { files } = await findFiles(real, folder, pattern, defaultLimits, budget);
    for (const { name, realPath, bytes } of files) {
      const own = name.slice(folder.length + 1);
      if (!found.has(own)) found.set(own, { name: own, path: realPath, bytes, layer });
    }
  }
  return [...found.values()].sort((a, b) => compareCodePoints(a.name, b.name));
}

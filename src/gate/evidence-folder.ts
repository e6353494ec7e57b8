/** Where evidence lies that is not kept in the ledger: in the repository, where a change can touch it, or elsewhere. Pure. */
import { relative, sep } from 'node:path';
import type { GateOptions } from './gate-options.ts';

/** The evidence root as a folder of the repository; null when there is none, or when it lies elsewhere. */
export function evidenceFolder({ evidenceRoot, checkout }: Pick<GateOptions, 'evidenceRoot' | 'checkout'>): string | null {
  if (evidenceRoot === null) return null;
  const below = relative(checkout.root, evidenceRoot).split(sep).join('/');
  if (below === '..' || below.startsWith('../') || below.includes(':')) return null;
  return below === '' ? '.' : below;
}

/** Where an engine belongs in the runner's tool cache, `<tool>/<version>/<architecture>`, so that what differs, the C library too, never shares a folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Of } from '../../../model/sha256.ts';

/** `manifestFolder` holds the engine's package.json and package-lock.json. */
export function engineFolder(toolCache: string, manifestFolder: string): string {
  const manifest = JSON.parse(readFileSync(join(manifestFolder, 'package.json'), 'utf8')) as { readonly dependencies: Readonly<Record<string, string>> };
  const lock = sha256Of(readFileSync(join(manifestFolder, 'package-lock.json'))).slice(0, 8);
  const [version] = Object.values(manifest.dependencies);
  return join(toolCache, 'trueup-engine', `${version}.lock-${lock}`, architecture());
}

/** A tool cache is one machine's, but containers with another C library mount it too. */
function architecture(): string {
  return cLibrary() === 'musl' ? `${process.arch}-musl` : process.arch;
}

/** null where the platform has no choice of them. */
export function cLibrary(): 'glibc' | 'musl' | null {
  if (process.platform !== 'linux') return null;
  const { header } = process.report.getReport() as unknown as { readonly header: { readonly glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

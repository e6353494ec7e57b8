/** Reads a folder as it stands: names and bytes. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every file in the folder by its path there, as the hash of its bytes; null when there is no such folder. */
export function hashesOf(folder: string): Record<string, string> | null {
  if (!existsSync(folder)) return null;
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => [name, hashOf(readFileSync(join(folder, name)))]),
  );
}

function hashOf(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What the manifest of an output folder says of the other files in it, in the form of `hashesOf`. */
export function manifestOf(folder: string): Record<string, string> {
  const { outputs } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { outputs: { name: string; sha256: string }[] };
  return Object.fromEntries(outputs.map(({ name, sha256 }) => [name, sha256]));
}

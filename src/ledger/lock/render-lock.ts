/** Writes a lock as text: in the order of names, sealed; the same files give the same bytes. */
import { compareCodePoints } from '../../model/compare-code-points.ts';
import { formatInstant } from '../../model/instant.ts';
import type { FrozenFile, Lock } from '../../model/lock.ts';
import { sealed } from './seal.ts';
import { yamlText, type YamlNode } from './yaml-text.ts';
import { sha256Of } from '../../model/sha256.ts';

const comment = [
  'Written by `trueup freeze`. Never edit it: reopen the period and freeze again.',
  'In this folder, set_sha256 is what this says: sha256sum <every file below> | LC_ALL=C sort | sha256sum',
  'The last line is the SHA-256 of every byte above it: head -n -1 evidence.lock | sha256sum',
];

/** What `sha256sum <files> | LC_ALL=C sort | sha256sum` says of the files. */
export function setChecksum(files: readonly Pick<FrozenFile, 'file' | 'sha256'>[]): string {
  const lines = files.map(({ file, sha256 }) => Buffer.from(`${sha256}  ${file}\n`)).sort(Buffer.compare);
  return sha256Of(Buffer.concat(lines));
}

export function renderLock({ period, toolVersion, files }: { readonly files: readonly FrozenFile[] } & Pick<Lock, 'period' | 'toolVersion'>): string {
  const sorted = [...files].sort((a, b) => compareCodePoints(a.file, b.file));
  const document = { version: '1', period, tool_version: toolVersion, set_sha256: setChecksum(sorted), files: sorted.map(entryOf) };
  return sealed(yamlText(comment, document));
}

function entryOf({ file, role, sha256, bytes, sums }: FrozenFile): YamlNode {
  const known = { file, role, sha256, bytes: bytes.toString() };
  if (sums === null) return known;
  return {
    ...known,
    rows: sums.rows,
    filtered: sums.filtered === '0' ? null : sums.filtered,
    first_utc: sums.first === null ? null : formatInstant(sums.first),
    last_utc: sums.last === null ? null : formatInstant(sums.last),
    tokens: Object.keys(sums.tokens).length === 0 ? null : sums.tokens,
    amounts: sums.amounts.length === 0 ? null : sums.amounts.map(({ currency, sum }) => ({ currency, sum })),
  };
}

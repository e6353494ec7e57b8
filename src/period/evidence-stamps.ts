/** Whether evidence was touched while it was read. */
import { stat } from 'node:fs/promises';
import type { EvidenceFile } from '../model/evidence.ts';
import { finding, type Finding } from '../model/finding.ts';

/** By which a file that is touched can be told. */
export async function stampsOf(files: readonly Pick<EvidenceFile, 'path'>[]): Promise<string[]> {
  return Promise.all(
    files.map(async ({ path }) => {
      const { size, mtimeMs, ino } = await stat(path);
      return `${size} ${mtimeMs} ${ino}`;
    }),
  );
}

/** Files that were touched while the engine read them: what was hashed may not be what was counted. */
export async function changedSince(stamps: readonly string[], files: readonly EvidenceFile[]): Promise<Finding[]> {
  const now = await stampsOf(files);
  return files
    .filter((_, index) => now[index] !== stamps[index])
    .map((file) =>
      finding('evidence-changed', 'inconclusive', {
        args: { layer: file.layer, file: file.name, problem: 'while-reading' },
        source: { file: file.name, line: 0, column: 0 },
      }),
    );
}

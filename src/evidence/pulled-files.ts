/** Holds the files of a pull against the record that the pull wrote: each is there, and is what was proved whole. */
import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { finding, type Finding } from '../model/finding.ts';
import { isInside } from '../model/inside.ts';
import { notThere } from '../model/not-there.ts';
import { parsePull, pullRecord } from '../model/pull.ts';
import { sha256OfStream } from '../model/sha256.ts';

export interface PullFile {
  readonly name: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface PulledFiles {
  /** The record, and of the files that it names those that no layer has to read: without rows, or with rows that say other rows' money again. */
  readonly beside: ReadonlySet<string>;
  /** The record itself, named as evidence files are; null without one. */
  readonly record: PullFile | null;
  readonly findings: readonly Finding[];
}

const longestRecord = 32 * 2 ** 20;

/** `root`: real path of the folder that evidence is read from; `folder`: the period's folder below it. Nothing for a period without a pull. */
export async function findPulled(root: string, folder: string): Promise<PulledFiles> {
  const path = await placeInside(root, join(root, folder, pullRecord));
  if (path === null) return { beside: new Set(), record: null, findings: [] };
  const changed = (file: string, problem: string): Finding =>
    finding('evidence-changed', 'inconclusive', { args: { layer: 'pulled', file, problem }, source: { file: `${folder}/${pullRecord}`, line: 0, column: 0 } });
  const record = (await stat(path)).size > longestRecord ? null : parsePull(await readFile(path, 'utf8'));
  const own = { name: `${folder}/${pullRecord}`, ...(await sha256OfStream(createReadStream(path))) };
  if (record === null) return { beside: new Set([pullRecord]), record: own, findings: [changed(pullRecord, 'pull-record')] };
  const files = [...record.days, ...record.readings].flatMap((entry) => entry.files);
  const findings: Finding[] = [];
  for (const { file, sha256 } of files) {
    const there = await placeInside(root, join(root, folder, file));
    const is = there === null ? null : await sha256OfStream(createReadStream(there));
    if (is?.sha256 !== sha256) findings.push(changed(file, is === null ? 'since-pull-missing' : 'since-pull-changed'));
  }
  const beside = [...record.days.filter((day) => day.for === 'beside' || day.rows === 0), ...record.readings].flatMap((entry) => entry.files);
  return { beside: new Set([pullRecord, ...beside.map(({ file }) => file)]), record: own, findings };
}

/** Links resolved; null for what is not there, no regular file, or outside the root. */
async function placeInside(root: string, name: string): Promise<string | null> {
  const path = await realpath(name).catch(notThere);
  return path !== null && isInside(root, path) && (await stat(path)).isFile() ? path : null;
}

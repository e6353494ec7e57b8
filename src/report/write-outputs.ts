/** Puts a run's files where they belong, all at once: written aside first, then renamed into place. */
import { createReadStream, existsSync, renameSync, rmSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { whenStopped } from '../model/interruption.ts';
import { reasonOf } from '../model/system-failure.ts';
import type { ManifestFile, Result } from '../model/result.ts';
import { sha256OfStream } from '../model/sha256.ts';
import { isAbandoned, temporaryName } from '../model/temporary-names.ts';
import { UserError } from '../model/user-error.ts';
import { serializeResult } from './assemble-result.ts';
import { presentable, scrubSecrets } from './scrub-secrets.ts';

export interface Outputs {
  /** Absolute or relative as `out` was: the temporary folder that everything is written to first. */
  readonly folder: string;
  /** Where the files will stand: `<out>/<period>`. */
  readonly target: string;
  /** Puts the folder in the place of what stood at the target. */
  commit(): Promise<void>;
  /** Removes the folder; what stood at the target is untouched. */
  discard(): Promise<void>;
}

const safePeriodId = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

const manifestSchema = 'trueup.manifest/1';

/**
 * Opens `<out>/.<period>.<machine>-<process>.<random>.tmp`. Throws when the period's id cannot be a folder name, when `out` cannot be written,
 * or when what stands at `<out>/<period>` is no earlier output: it would be lost.
 * A killed run leaves only such a folder behind, never a half-written target; the next one for the period sweeps it.
 */
export async function beginOutputs(out: string, periodId: string): Promise<Outputs> {
  if (!safePeriodId.test(periodId)) throw new Error(`the period id ${JSON.stringify(periodId)} cannot name a folder`);
  const target = join(out, periodId);
  await refuseForeign(target);
  const aside = join(out, temporaryName(`.${periodId}`));
  const folder = `${aside}.tmp`;
  await createFolder(out, folder);
  await sweep(out, periodId);
  const forget = whenStopped(() => takeBack(aside, target));
  return {
    folder,
    target,
    commit: async () => {
      await replaceFolder(folder, target, `${aside}.old`);
      forget();
    },
    discard: async () => {
      await rm(folder, { recursive: true, force: true });
      forget();
    },
  };
}

/** For a run that is stopped: its folder goes, and what it had just moved out of the way comes back. */
function takeBack(aside: string, target: string): void {
  rmSync(`${aside}.tmp`, { recursive: true, force: true });
  if (!existsSync(`${aside}.old`)) return;
  if (existsSync(target)) rmSync(`${aside}.old`, { recursive: true, force: true });
  else renameSync(`${aside}.old`, target);
}

/** What runs for this period left that were killed: unfinished outputs, and earlier ones on their way out. */
async function sweep(out: string, periodId: string): Promise<void> {
  for (const name of await readdir(out)) {
    const ours = name.startsWith(`.${periodId}.`) && (name.endsWith('.tmp') || name.endsWith('.old'));
    if (!ours || !isAbandoned(name)) continue;
    // Killed between the two steps of putting its output in place: what stood there before comes back.
    if (name.endsWith('.old') && !existsSync(join(out, periodId))) await rename(join(out, name), join(out, periodId)).catch(() => undefined);
    else await rm(join(out, name), { recursive: true, force: true });
  }
}

async function createFolder(out: string, folder: string): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
    await mkdir(folder);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : reasonOf(cause);
    const remedy =
      reason === 'ENOSPC' || reason === 'EDQUOT'
        ? 'The disk is full: make room, or name a folder on another one with --out.'
        : 'Name a folder that can be written with --out.';
    throw new UserError(`Nothing can be written into ${out} (${reason}).`, remedy, { cause });
  }
}

/** An earlier output is replaced, and so is a link or an empty folder; anything else (a period of the ledger!) is somebody's own. */
async function refuseForeign(target: string): Promise<void> {
  if (await isReplaceable(target)) return;
  throw new UserError(`${target} is no earlier output of Trueup and would be replaced.`, 'Name another folder with --out, or move it away.');
}

async function isReplaceable(target: string): Promise<boolean> {
  const names = await namesIn(target);
  if (names === 'nothing' || names === 'a link') return true;
  if (names === 'a file') return false;
  if (names.length === 0) return true;
  try {
    const manifest = JSON.parse(await readFile(join(target, 'manifest.json'), 'utf8')) as { readonly schema?: unknown } | null;
    return manifest?.schema === manifestSchema;
  } catch (cause) {
    // Gone between the two looks: another run is putting its own output there.
    return isCode(cause, 'ENOENT') && names.includes('manifest.json');
  }
}

async function namesIn(path: string): Promise<readonly string[] | 'nothing' | 'a link' | 'a file'> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return 'a link';
    return found.isDirectory() ? await readdir(path) : 'a file';
  } catch (cause) {
    if (isCode(cause, 'ENOENT') || isCode(cause, 'ENOTDIR')) return 'nothing';
    throw cause;
  }
}

/** Other runs may put their own folder there at the same moment; the last to come wins, and each is whole. */
async function replaceFolder(folder: string, target: string, old: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const moved = await moveIfThere(target, old);
    try {
      await rename(folder, target);
      await rm(old, { recursive: true, force: true });
      return;
    } catch (cause) {
      const taken = isCode(cause, 'ENOTEMPTY') || isCode(cause, 'EEXIST') || isCode(cause, 'EPERM') || isCode(cause, 'ENOTDIR');
      if (moved && !taken) await moveIfThere(old, target);
      if (!taken || attempt === 50) throw cause;
      await rm(old, { recursive: true, force: true });
    }
  }
}

async function moveIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return false;
    throw cause;
  }
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}

export interface RunFiles {
  /** The temporary folder; lines.* already stand in it, and what else belongs to the outputs. */
  readonly folder: string;
  readonly result: Result;
  readonly report: string;
  /** Every ledger and evidence file that went in. */
  readonly inputs: readonly ManifestFile[];
  /** Rows of the outputs that have rows, by file name (`lines.parquet`). */
  readonly rows: Readonly<Record<string, number>>;
  /** What was asked to compute, where it was not the engine that is pinned with the tool. */
  readonly engine?: 'trino';
}

/** The page for people, beside the other outputs. */
export async function writePage(folder: string, page: string): Promise<void> {
  await writeFile(join(folder, 'page.html'), scrubSecrets(page));
}

/** Writes result.json and report.md, then manifest.json over all that stands in the folder. */
export async function writeOutputs({ folder, result, report, inputs, rows, engine }: RunFiles): Promise<void> {
  await writeFile(join(folder, 'result.json'), serializeResult(result));
  await writeFile(join(folder, 'report.md'), scrubSecrets(report));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const names = files.map((name) => name.split(sep).join('/')).sort();
  const outputs: ManifestFile[] = [];
  for (const name of names) {
    outputs.push({
      name,
      role: 'output',
      ...(await sha256OfStream(createReadStream(join(folder, name)))),
      rows: Object.hasOwn(rows, name) ? (rows[name] ?? null) : null,
    });
  }
  const manifest = {
    schema: manifestSchema,
    tool_version: result.tool_version,
    ...(engine === undefined ? {} : { engine }),
    period: result.period.id,
    digests: result.digests,
    inputs: [...inputs].sort((a, b) => (`${a.role} ${a.name}` < `${b.role} ${b.name}` ? -1 : 1)),
    outputs,
  };
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(presentable(manifest), null, 2)}\n`);
}

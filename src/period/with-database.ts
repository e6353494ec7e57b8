/** The engine, opened for one period when its turn has come. */
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bytesOf, type Database, isSmall, openDatabase } from '../engine/database.ts';
import { openWideRun, WideDatabase, type WideRun } from '../engine/trino/wide-database.ts';
import { makeOwnFolder } from '../host/own-folder.ts';
import type { FindEngine } from '../model/engine-place.ts';
import type { EvidenceFile } from '../model/evidence.ts';
import type { WideClient, WidePlace } from '../model/wide-engine.ts';
import type { Turns } from './turns.ts';

export interface DatabaseSettings {
  /** Existing folder for spill files and databases. */
  readonly temporaryRoot: string;
  readonly memoryBytes: bigint;
  /** Told of the plan of every engine statement; null = not asked for. */
  readonly onPlan: ((statement: string, plan: string) => void) | null;
  /** Where the native engine is; left out: beside this program. */
  readonly findEngine?: FindEngine | undefined;
  /** A cluster that the relations lie on; left out: they lie here. */
  readonly wide?: { readonly place: WidePlace; readonly client: WideClient } | undefined;
  /** Shared by periods that run beside each other; left out: the period runs alone. */
  readonly turns?: Turns | undefined;
}

/** A file that the engine may read. */
export type ReadableFile = Pick<EvidenceFile, 'path' | 'bytes' | 'compression'> & Partial<Pick<EvidenceFile, 'container' | 'copy'>>;

/** Opens the engine for one period, when its turn has come, in a folder of its own and leaves nothing behind. */
export async function withDatabase<T>(
  settings: DatabaseSettings,
  files: readonly ReadableFile[],
  lineFolder: string | null,
  use: (database: Database) => Promise<T>,
): Promise<T> {
  const { turns } = settings;
  const run = (): Promise<T> => inDatabase(settings, files, lineFolder, use);
  return turns === undefined ? run() : turns.take(isSmall(files) ? 'one' : 'all', run);
}

async function inDatabase<T>(
  settings: DatabaseSettings,
  files: readonly ReadableFile[],
  lineFolder: string | null,
  use: (database: Database) => Promise<T>,
): Promise<T> {
  const own = await makeOwnFolder(settings.temporaryRoot, 'run');
  const temporaryFolder = own.path;
  const spill = join(temporaryFolder, 'spill');
  await mkdir(spill);
  const shared = settings.wide === undefined ? null : openWideRun(settings.wide, basename(temporaryFolder));
  const database = await openDatabase({
    // Rows take about twice their CSV text in memory; a database file is compressed and need not fit.
    file: bytesOf(files) * 4n > settings.memoryBytes ? join(temporaryFolder, 'rows.duckdb') : ':memory:',
    temporaryFolder: spill,
    readable: files.map(({ path, copy }) => copy?.path ?? path),
    folders: [temporaryFolder, ...(lineFolder === null ? [] : [lineFolder]), ...(shared === null ? [] : [shared.folder])],
    memoryLimit: `${settings.memoryBytes} bytes`,
    maxTemporaryBytes: 1_000_000_000_000n,
    // Where there is little to run, more threads only wait for each other.
    threads: isSmall(files) ? 1 : null,
    onPlan: settings.onPlan,
    findEngine: settings.findEngine,
  });
  try {
    return shared === null ? await use(database) : await onCluster(shared, database, use);
  } finally {
    database.close();
    await own.remove();
  }
}

/** With the relations on a cluster, where nothing of the run stays. */
async function onCluster<T>(shared: WideRun, here: Database, use: (database: Database) => Promise<T>): Promise<T> {
  const database = new WideDatabase(shared, here);
  try {
    return await use(database);
  } finally {
    await database.end();
  }
}

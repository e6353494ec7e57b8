/** The one door to the embedded engine: a locked-down connection that runs statements and returns exact text. */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { FindEngine } from '../model/engine-place.ts';
import type { EvidenceFile } from '../model/evidence.ts';
import { loadEngine } from './load-engine.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';

/** One row, every value as exact text (integers and decimals too) or null; lists as arrays. */
export type Row = Readonly<Record<string, unknown>>;

/** Of evidence below this, statements are planned far longer than they run. */
const fewBytes = 8_000_000n;

/** About the size of the rows as text. */
export function bytesOf(files: readonly Pick<EvidenceFile, 'bytes' | 'compression'>[]): bigint {
  return files.reduce((sum, file) => sum + BigInt(file.bytes) * (file.compression === 'none' ? 1n : 8n), 0n);
}

/** Parquet packs its columns, whatever stands around the file. */
export function isSmall(files: readonly (Pick<EvidenceFile, 'bytes' | 'compression'> & Partial<Pick<EvidenceFile, 'container'>>)[]): boolean {
  return bytesOf(files.map((file) => (file.container === 'parquet' ? { ...file, compression: 'zstd' } : file))) < fewBytes;
}

export interface DatabaseOptions {
  /** Absolute path of the database file, or `:memory:`. */
  readonly file: string;
  /** Spill files go here; the folder exists. */
  readonly temporaryFolder: string;
  /** Files that may be read, absolute. */
  readonly readable: readonly string[];
  /** Folders that may be read and written, absolute. */
  readonly folders: readonly string[];
  /** Engine syntax such as `1GB`; null leaves the engine's default, 80% of the machine. */
  readonly memoryLimit: string | null;
  readonly maxTemporaryBytes: bigint;
  /** null = every core. */
  readonly threads: number | null;
  /** Called with the plan of each statement before it runs; for tests of plans. null = plans are not asked for. */
  readonly onPlan: ((statement: string, plan: string) => void) | null;
  /** Where the native engine is; left out: beside this program. */
  readonly findEngine?: FindEngine | undefined;
}

export interface Database {
  /** Runs a statement for its effect; resolves to the number of rows that it wrote. */
  run(statement: Sql): Promise<number>;
  /** Runs a query and reads every row. */
  rows(statement: Sql): Promise<Row[]>;
  /** Runs a query and hands its rows on as they come, a few thousand at a time, so that no more are held. */
  batches(statement: Sql): AsyncIterable<readonly Row[]>;
  /** Feeds the raw bytes of a query's one UHUGEINT column to `consume`, chunk by chunk, in row order. */
  rawBytes(statement: Sql, consume: (bytes: Uint8Array) => void): Promise<void>;
  close(): void;
  /** The embedded engine, which reads evidence and writes files; itself, unless the relations lie on a cluster. */
  readonly here: Database;
  /** Hands tables that were made `here` on to where the relations lie. */
  share(...names: readonly Sql[]): Promise<void>;
  /** Brings relations back as tables of `here`, each by the query that says what of it is needed. */
  bring(relations: Readonly<Record<string, Sql>>): Promise<void>;
}

/**
 * A database that is opened with its first statement, and locked: nothing but the named files and folders, no extensions, no network, no settings
 * afterwards. A run that is stopped by its ledger so never asks for an engine, and one without an engine (EngineMissing) still has a ledger to tell of.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  return new LockedDatabase(options);
}

/** So many statements may run beside each other. */
export const connectionCount = 2;

interface Session {
  readonly instance: DuckDBInstance;
  readonly connections: readonly DuckDBConnection[];
}

async function openSession(options: DatabaseOptions): Promise<Session> {
  const { DuckDBInstance } = loadEngine(await (options.findEngine ?? besideProgram)());
  const instance = await DuckDBInstance.create(options.file, {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_unsigned_extensions: 'false',
    ...(options.memoryLimit === null ? {} : { memory_limit: options.memoryLimit }),
    ...(options.threads === null ? {} : { threads: options.threads.toString() }),
  });
  const first = await instance.connect();
  const connections = [first];
  while (connections.length < connectionCount) connections.push(await instance.connect());
  for (const connection of connections) await connection.run(sql`set TimeZone = 'UTC'`);
  await first.run(lockDown(options).join(';\n'));
  return { instance, connections };
}

const besideProgram: FindEngine = async () => ({ from: 'program', folder: import.meta.dirname });

function lockDown(options: DatabaseOptions): Sql[] {
  return [
    sql`set temp_directory = ${literal(options.temporaryFolder)}`,
    sql`set allowed_paths = [${joinSql(options.readable.map(literal))}]`,
    sql`set allowed_directories = [${joinSql(options.folders.map(literal))}]`,
    // Nothing here outlives the run: writing tables again in the middle of it would only cost time.
    sql`set checkpoint_threshold = '1TB'`,
    // A database file lives for minutes: packing texts and wide integers costs more than it saves, and large write buffers take room from joins.
    sql`set disabled_compression_methods = 'fsst,dict_fsst,zstd,bitpacking'`,
    sql`set write_buffer_row_group_count = 1`,
    sql`set allocator_flush_threshold = '16MB'`,
    sql`set allocator_bulk_deallocation_flush_threshold = '4MB'`,
    sql`pragma disable_checkpoint_on_shutdown`,
    sql`set max_temp_directory_size = '${options.maxTemporaryBytes} bytes'`,
    sql`set enable_external_access = false`,
    sql`set lock_configuration = true`,
  ];
}

class LockedDatabase implements Database {
  private readonly options: DatabaseOptions;
  private opening: Promise<Session> | null = null;
  private session: Session | null = null;
  private readonly free: DuckDBConnection[] = [];
  private readonly waiting: ((connection: DuckDBConnection) => void)[] = [];

  constructor(options: DatabaseOptions) {
    this.options = options;
  }

  get here(): Database {
    return this;
  }

  /** Everything is here. */
  async share(): Promise<void> {}

  async bring(): Promise<void> {}

  async run(statement: Sql): Promise<number> {
    return this.holding(statement, async (connection) => {
      const result = await connection.run(statement);
      const [row] = await result.getRowsJson();
      return Number(row?.[0] ?? 0);
    });
  }

  async rows(statement: Sql): Promise<Row[]> {
    return this.holding(statement, async (connection) => {
      const reader = await connection.runAndReadAll(statement);
      return reader.getRowObjectsJson() as Row[];
    });
  }

  async *batches(statement: Sql): AsyncIterable<readonly Row[]> {
    const connection = await this.take();
    try {
      await this.tellPlan(connection, statement);
      const result = await connection.stream(statement);
      for await (const batch of result.yieldRowObjectJson()) yield batch as Row[];
    } finally {
      this.giveBack(connection);
    }
  }

  async rawBytes(statement: Sql, consume: (bytes: Uint8Array) => void): Promise<void> {
    return this.holding(statement, async (connection) => {
      const result = await connection.stream(statement);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return;
        // The declared type hides it, but a vector of fixed width is a view of its own memory: no value is converted.
        const { dataView } = chunk.getColumnVector(0) as unknown as { dataView: DataView };
        consume(new Uint8Array(dataView.buffer, dataView.byteOffset, chunk.rowCount * 16));
      }
    });
  }

  close(): void {
    for (const connection of this.session?.connections ?? []) connection.closeSync();
    this.session?.instance.closeSync();
  }

  /** A connection for as long as `use` takes, after the plan of `statement` was told to whoever asked. */
  private async holding<T>(statement: Sql, use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.take();
    try {
      await this.tellPlan(connection, statement);
      return await use(connection);
    } finally {
      this.giveBack(connection);
    }
  }

  private async take(): Promise<DuckDBConnection> {
    this.opening ??= openSession(this.options);
    if (this.session === null) {
      const session = await this.opening;
      if (this.session === null) this.free.push(...session.connections);
      this.session = session;
    }
    return this.free.shift() ?? (await new Promise((begin) => this.waiting.push(begin)));
  }

  private giveBack(connection: DuckDBConnection): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free.unshift(connection);
    else next(connection);
  }

  private async tellPlan(connection: DuckDBConnection, statement: Sql): Promise<void> {
    if (!this.options.onPlan) return;
    const reader = await connection.runAndReadAll(sql`explain ${statement}`);
    this.options.onPlan(statement, reader.getRowsJson().flat().join('\n'));
  }
}

/** The one door to the embedded engine: a locked-down connection that runs statements and returns exact text. */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { UserError } from '../model/user-error.ts';

/** One row, every value as exact text (integers and decimals too) or null; lists as arrays. */
export type Row = Readonly<Record<string, unknown>>;

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
}

export interface Database {
  /** Runs a statement for its effect. */
  run(statement: string): Promise<void>;
  /** Runs a query and reads every row. */
  rows(statement: string): Promise<Row[]>;
  /** Feeds the raw bytes of a query's one UHUGEINT column to `consume`, chunk by chunk, in row order. */
  rawBytes(statement: string, consume: (bytes: Uint8Array) => void): Promise<void>;
  close(): void;
}

/** Opens the engine and locks it: nothing but the named files and folders, no extensions, no network, no settings afterwards. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { DuckDBInstance } = await loadEngine();
  const instance = await DuckDBInstance.create(options.file, {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_unsigned_extensions: 'false',
    ...(options.memoryLimit === null ? {} : { memory_limit: options.memoryLimit }),
    ...(options.threads === null ? {} : { threads: options.threads.toString() }),
  });
  const connection = await instance.connect();
  for (const statement of lockDown(options)) await connection.run(statement);
  return new LockedDatabase(instance, connection, options.onPlan);
}

/** Loaded here, not on top: what needs no rows (validate, import, schema) starts at once and runs where the native engine is absent. */
async function loadEngine(): Promise<typeof import('@duckdb/node-api')> {
  try {
    // The comment keeps the bundler from turning this into a static import.
    return await import(/* webpackIgnore: true */ '@duckdb/node-api');
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new UserError(
      `The engine could not be loaded: ${reason}`,
      'Run `npm ci --omit=dev` where Trueup is installed, on a platform for which @duckdb/node-api has a binary.',
      { cause: error },
    );
  }
}

function lockDown(options: DatabaseOptions): string[] {
  return [
    `set TimeZone = 'UTC'`,
    `set temp_directory = ${literal(options.temporaryFolder)}`,
    `set allowed_paths = [${options.readable.map(literal).join(', ')}]`,
    `set allowed_directories = [${options.folders.map(literal).join(', ')}]`,
    // Nothing here outlives the run: writing tables again in the middle of it would only cost time.
    `set checkpoint_threshold = '1TB'`,
    // A database file lives for minutes: packing texts and wide integers costs more than it saves, and large write buffers take room from joins.
    `set disabled_compression_methods = 'fsst,dict_fsst,zstd,bitpacking'`,
    `set write_buffer_row_group_count = 1`,
    `set allocator_flush_threshold = '16MB'`,
    `set allocator_bulk_deallocation_flush_threshold = '4MB'`,
    'pragma disable_checkpoint_on_shutdown',
    `set max_temp_directory_size = '${options.maxTemporaryBytes} bytes'`,
    `set enable_external_access = false`,
    `set lock_configuration = true`,
  ];
}

class LockedDatabase implements Database {
  private readonly instance: DuckDBInstance;
  private readonly connection: DuckDBConnection;
  private readonly onPlan: DatabaseOptions['onPlan'];

  constructor(instance: DuckDBInstance, connection: DuckDBConnection, onPlan: DatabaseOptions['onPlan']) {
    this.instance = instance;
    this.connection = connection;
    this.onPlan = onPlan;
  }

  async run(statement: string): Promise<void> {
    await this.plan(statement);
    await this.connection.run(statement);
  }

  async rows(statement: string): Promise<Row[]> {
    await this.plan(statement);
    const reader = await this.connection.runAndReadAll(statement);
    return reader.getRowObjectsJson() as Row[];
  }

  async rawBytes(statement: string, consume: (bytes: Uint8Array) => void): Promise<void> {
    await this.plan(statement);
    const result = await this.connection.stream(statement);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) return;
      // The declared type hides it, but a vector of fixed width is a view of its own memory: no value is converted.
      const { dataView } = chunk.getColumnVector(0) as unknown as { dataView: DataView };
      consume(new Uint8Array(dataView.buffer, dataView.byteOffset, chunk.rowCount * 16));
    }
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  private async plan(statement: string): Promise<void> {
    if (!this.onPlan) return;
    const reader = await this.connection.runAndReadAll(`explain ${statement}`);
    this.onPlan(statement, reader.getRowsJson().flat().join('\n'));
  }
}

/** A text value as an SQL string literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as a quoted SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

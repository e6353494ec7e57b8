/** A database whose relations lie on a cluster. Evidence is read and typed by the embedded engine; what both need goes through Parquet in a folder that both see. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, Row } from '../database.ts';
import { identifier, joinSql, literal, sql, type Sql } from '../sql.ts';
import { stagesOf } from './stages.ts';
import { isWord, type Node, parseTokens, printTokens } from './tokens.ts';
import { translate, translateTokens } from './translate.ts';
import { parseUpdate, type Update, updated } from './updates.ts';
import { ConnectionError } from '../../model/bounded-fetch.ts';
import type { WideClient, WidePage, WidePlace, WideValue } from '../../model/wide-engine.ts';

/** A run's own schema and folder. */
export interface WideRun {
  readonly client: WideClient;
  /** A name that no other run has; letters, digits and underscores. */
  readonly schema: string;
  /** Its folder, as this machine sees it and as the cluster does. */
  readonly folder: string;
  readonly location: string;
}

export function openWideRun({ place, client }: { readonly place: WidePlace; readonly client: WideClient }, name: string): WideRun {
  const schema = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '_');
  return { client, schema, folder: join(place.folder, schema), location: `${place.location}/${schema}` };
}

export class WideDatabase implements Database {
  readonly here: Database;
  private readonly own: WideRun;
  private isBegun = false;
  private updates = 0;
  private stages = 0;

  constructor(own: WideRun, here: Database) {
    this.own = own;
    this.here = here;
  }

  /** Rows of a table or of a change, as the cluster counts them. */
  async run(statement: Sql): Promise<number> {
    const nodes = translateTokens(await this.stage(statement));
    const update = parseUpdate(nodes);
    if (update !== null) return this.makeAnew(update);
    const [create, table, name, ...rest] = nodes;
    if (!isWord(create, 'create') || !isWord(table, 'table') || name === undefined) return rowsOf(await this.send(printTokens(nodes)));
    // What follows the name is a list of columns or, after `as`, a query.
    const [columns, query] = isWord(rest[0], 'as') ? [[], rest.slice(1)] : [rest, []];
    return this.create(printTokens([name]), printTokens(columns), query.length === 0 ? '' : ` as ${printTokens(query)}`);
  }

  async rows(statement: Sql): Promise<Row[]> {
    return this.send(printTokens(translateTokens(await this.stage(statement))));
  }

  async *batches(statement: Sql): AsyncIterable<readonly Row[]> {
    const nodes = translateTokens(await this.stage(statement));
    for await (const { columns, rows } of this.pages(printTokens(nodes))) yield rows.map((row) => named(columns, row));
  }

  async rawBytes(): Promise<void> {
    throw new Error('raw bytes are of the embedded engine alone');
  }

  close(): void {
    this.here.close();
  }

  /** Takes the run's tables and their files away. */
  async end(): Promise<void> {
    try {
      if (this.isBegun) await this.send(`drop schema if exists ${this.own.schema} cascade`);
    } catch (error) {
      // Whoever lost the cluster has heard of it; what is over there then stays.
      if (!(error instanceof ConnectionError)) throw error;
    } finally {
      await rm(this.own.folder, { recursive: true, force: true });
    }
  }

  async share(...names: readonly Sql[]): Promise<void> {
    for (const name of names) {
      const described = await this.here.rows(sql`describe ${name}`);
      const columns = described.map((row) => ({ name: identifier(String(row['column_name'])), type: sharedType(String(row['column_type'])) }));
      const folder = this.folderOf(name);
      await mkdir(folder, { recursive: true });
      const written = await this.here.run(
        sql`copy (select ${joinSql(columns.map((column) => sql`${column.name}::${column.type} as ${column.name}`))} from ${name}) to ${literal(join(folder, 'rows.parquet'))} (format parquet, compression snappy)`,
      );
      await this.create(name, `(${columns.map((column) => `${column.name} ${column.type}`).join(', ')})`, '');
      const [seen] = await this.send(`select count(*) as rows from ${name}`);
      checkWhole(name, written, Number(seen?.['rows']));
    }
  }

  async bring(relations: Readonly<Record<string, Sql>>): Promise<void> {
    for (const [name, query] of Object.entries(relations)) {
      const copy = identifier(name);
      const kept = `${name}_brought`;
      const made = await this.create(kept, '', ` as ${translate(query)}`);
      const columns = (await this.send(`show columns from ${kept}`)).map((row) => sql`${identifier(String(row['Column']))} ${typeHere(String(row['Type']))}`);
      await this.here.run(sql`create table ${copy} (${joinSql(columns)})`);
      // Of no rows there are no files.
      const read =
        made === 0 ? 0 : await this.here.run(sql`insert into ${copy} by name select * from read_parquet(${literal(join(this.folderOf(kept), '*'))})`);
      checkWhole(name, made, read);
    }
  }

  /** A table whose files lie in the run's folder: where else a catalog would put them is its own affair. Resolves to its rows. */
  private async create(name: string, columns: string, query: string): Promise<number> {
    const location = literal(`${this.own.location}/${name}`);
    // A query makes the folder itself and refuses one that is there, but leaves none where it has no rows, which nobody could read.
    if (query === '') await mkdir(this.folderOf(name), { recursive: true });
    const rows = rowsOf(await this.send(`create table ${name} ${columns} with (external_location = ${location}, format = 'PARQUET')${query}`));
    await mkdir(this.folderOf(name), { recursive: true });
    return rows;
  }

  /** Makes the tables that a statement reads more than once; what is left of it. */
  private async stage(statement: Sql): Promise<readonly Node[]> {
    const { tables, rest } = stagesOf(parseTokens(statement), (name) => {
      this.stages += 1;
      return `${name}_once_${this.stages}`;
    });
    for (const { name, query } of tables) await this.create(name, '', ` as ${printTokens(translateTokens(query))}`);
    return rest;
  }

  private async makeAnew(update: Update): Promise<number> {
    const described = await this.send(`show columns from ${update.table}`);
    const columns = described.map((row) => String(row['Column']));
    this.updates += 1;
    const anew = `${update.table}_${this.updates}`;
    const rows = await this.create(anew, '', ` as ${updated(update, columns)}`);
    await this.send(`drop table ${update.table}`);
    await this.send(`alter table ${anew} rename to ${update.table}`);
    return rows;
  }

  private folderOf(name: string): string {
    return join(this.own.folder, name);
  }

  private async send(statement: string): Promise<Row[]> {
    const found: Row[] = [];
    for await (const { columns, rows } of this.pages(statement)) for (const row of rows) found.push(named(columns, row));
    return found;
  }

  private async *pages(statement: string): AsyncIterable<WidePage> {
    if (!this.isBegun) {
      this.isBegun = true;
      await this.send(`create schema ${this.own.schema} `);
    }
    yield* this.own.client.pages(statement, this.own.schema);
  }
}

/** A folder that shows its files late, or is another one over there, must not make a month smaller. */
function checkWhole(name: string, written: number, read: number): void {
  if (read !== written) throw new Error(`of ${written} rows of ${name} the other side sees ${read} in the shared folder`);
}

/** How many rows a statement wrote. */
function rowsOf(answer: readonly Row[]): number {
  return Number(answer[0]?.['rows'] ?? 0);
}

function named(columns: readonly string[], row: readonly WideValue[]): Row {
  return Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]));
}

/** The type in which a column is handed over, of the same name for either engine. */
function sharedType(type: string): Sql {
  if (type === 'HUGEINT') return sql`decimal(38, 0)`;
  if (['UTINYINT', 'USMALLINT', 'INTEGER'].includes(type)) return sql`integer`;
  if (type === 'BIGINT') return sql`bigint`;
  if (type === 'BOOLEAN') return sql`boolean`;
  if (type === 'VARCHAR' || type.startsWith('ENUM')) return sql`varchar`;
  const [, precision, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(type) ?? [];
  if (precision !== undefined && scale !== undefined) return sql`decimal(${Number(precision)}, ${Number(scale)})`;
  throw new Error(`no way to hand over a ${type}`);
}

/** The same type of the embedded engine. */
function typeHere(type: string): Sql {
  // A text of the cluster may know its longest.
  if (type.startsWith('varchar')) return sql`varchar`;
  const found = ([sql`integer`, sql`bigint`, sql`boolean`] as const).find((one) => one === type);
  if (found !== undefined) return found;
  const [, precision, scale] = /^decimal\((\d+),(\d+)\)$/.exec(type) ?? [];
  if (precision === undefined || scale === undefined) throw new Error(`no way to bring back a ${type}`);
  return sql`decimal(${Number(precision)}, ${Number(scale)})`;
}

/** Lays a scenario over the base, in a folder of its own. */
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Expected, type MadeFile, scenarios } from './expected.ts';
import { zstdFrame } from '../unit/evidence/zstd-frame.ts';

/** The folder `<workspace>/<name>`: the base, less what is removed, the scenario's files, then its edits in the order of README.md. */
export async function layOut(workspace: string, name: string, expected: Expected): Promise<string> {
  const root = join(workspace, name);
  mkdirSync(root, { recursive: true });
  if (expected.alone !== true) writeBase(root);
  for (const path of expected.remove ?? []) rmSync(join(root, path), { recursive: true });
  cpSync(join(scenarios, name), root, { recursive: true, filter: (from) => from !== join(scenarios, name, 'expected.json') });
  for (const { path, find, put } of expected.edit ?? []) replaceOnce(join(root, path), find, put);
  for (const { path, text } of expected.append ?? []) appendFileSync(join(root, path), text);
  for (const { path, bytes } of expected.pad ?? []) appendFileSync(join(root, path), `# ${'x'.repeat(bytes)}\n`);
  for (const { path, outside } of expected.link ?? []) symlinkSync(join(scenarios, '_base', outside), join(root, path));
  for (const made of expected.make ?? []) await makeFile(root, made);
  return root;
}

/** Hundreds of ledgers begin with the base: it is read once. */
let base: readonly (readonly [path: string, bytes: Buffer])[] | null = null;

function writeBase(root: string): void {
  const from = join(scenarios, '_base');
  base ??= readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(from, path), readFileSync(path)]);
  for (const [path, bytes] of base) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
}

/** An edit that finds nothing, or finds two places, would test something else than it says. */
function replaceOnce(path: string, find: string, put: string): void {
  const parts = readFileSync(path, 'utf8').split(find);
  if (parts.length !== 2) throw new Error(`${JSON.stringify(find)} occurs ${parts.length - 1} times in ${path}`);
  writeFileSync(path, parts.join(put));
}

async function makeFile(root: string, made: MadeFile): Promise<void> {
  const [from, to] = [join(root, made.from), join(root, made.path)];
  const bytes = made.as === 'parquet' ? await parquetOf(from, to, made.query ?? 'select * from evidence') : encoded(readFileSync(from), made.as);
  rmSync(from);
  const whole = bytes.subarray(0, bytes.length - (made.cut ?? 0));
  if (made.flip !== undefined) {
    const at = made.flip < 0 ? whole.length + made.flip : made.flip;
    whole.writeUInt8((whole[at] ?? 0) ^ 0xff, at);
  }
  writeFileSync(to, whole);
}

function encoded(text: Buffer, as: Exclude<MadeFile['as'], 'parquet'>): Buffer {
  switch (as) {
    case 'copy':
      return Buffer.from(text);
    case 'gzip':
      return gzipSync(text);
    case 'zstd':
      return zstdFrame(text, { blockBytes: 1000, checksum: false });
    case 'utf-16le':
      return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text.toString('utf8'), 'utf16le')]);
    case 'utf-16be':
      return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text.toString('utf8'), 'utf16le')]).swap16();
  }
}

async function parquetOf(from: string, to: string, query: string): Promise<Buffer> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;
  await connection.run(`create table evidence as select * from read_csv(${quoted(from)}, all_varchar = true)`);
  await connection.run(`copy (${query}) to ${quoted(to)} (format parquet)`);
  connection.closeSync();
  instance.closeSync();
  return readFileSync(to);
}

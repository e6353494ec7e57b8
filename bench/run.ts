/** The benchmark: one generated ledger, and in one run `wc -l`, the engine's `count(*)` and our `reconcile`, as ratios. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../src/engine/database.ts';
import { literal, sql } from '../src/engine/sql.ts';
import { generateBench } from './generate.ts';
import { renderResults, type Measurement } from './results.ts';
import { timeAction } from './time-action.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    memory: { type: 'string' },
    runs: { type: 'string', default: '3' },
    ledger: { type: 'string' },
  },
});
const requests = Number(values.rows);
const root = resolve(import.meta.dirname, '..');

/** Wall seconds of a process, its peak memory in bytes (0 where it cannot tell) and the largest size its temporary folder had. */
async function measureProcess(command: string, args: readonly string[], temporary: string): Promise<{ seconds: number; peak: number; disk: number }> {
  const peakFile = join(temporary, 'peak');
  const spill = join(temporary, 'tmp');
  await mkdir(spill, { recursive: true });
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, BENCH_PEAK_FILE: peakFile, TMPDIR: spill } });
  const started = performance.now();
  let disk = 0;
  const watch = setInterval(() => void folderSize(spill).then((size) => (disk = Math.max(disk, size))), 200);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  const seconds = (performance.now() - started) / 1000;
  clearInterval(watch);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  const peak = await readFile(peakFile, 'utf8').then(
    (text) => Number(text) * 1024,
    () => 0,
  );
  return { seconds, peak, disk };
}

async function folderSize(folder: string): Promise<number> {
  try {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true });
    const sizes = await Promise.all(
      entries
        .filter((entry) => entry.isFile())
        .map((entry) =>
          stat(join(entry.parentPath, entry.name)).then(
            ({ size }) => size,
            () => 0,
          ),
        ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return 0;
  }
}

/** The engine counting the rows of the same files, as a user would ask it to: the floor of any work on them. */
async function countRows(files: readonly string[], temporary: string): Promise<{ seconds: number; rows: number }> {
  const database = await openDatabase({
    file: ':memory:',
    temporaryFolder: temporary,
    readable: files,
    folders: [temporary],
    memoryLimit: null,
    maxTemporaryBytes: 1_000_000_000n,
    threads: null,
    onPlan: null,
  });
  try {
    const started = performance.now();
    let rows = 0;
    for (const file of files) {
      const [row] = await database.rows(sql`select count(*) as rows from read_csv(${literal(file)})`);
      rows += Number(row?.['rows'] ?? 0);
    }
    return { seconds: (performance.now() - started) / 1000, rows };
  } finally {
    database.close();
  }
}

function best<T extends { readonly seconds: number }>(runs: readonly T[]): T {
  return runs.reduce((least, next) => (next.seconds < least.seconds ? next : least));
}

async function repeat<T>(times: number, run: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < times; index += 1) results.push(await run());
  return results;
}

const temporary = await mkdtemp(join(tmpdir(), 'trueup-bench-'));
try {
  const ledger = values.ledger ?? join(temporary, 'ledger');
  if (values.ledger === undefined) {
    process.stdout.write(`generating ${requests.toLocaleString('en')} requests …\n`);
    await generateBench({ rows: requests, seed: 1, folder: ledger });
  }
  const evidence = join(ledger, 'periods/2026-05/evidence');
  const files = (await readdir(evidence)).sort().map((name) => join(evidence, name));
  const runs = Number(values.runs);
  const lines = best(await repeat(runs, () => measureProcess('wc', ['-l', ...files], temporary)));
  const count = best(await repeat(runs, () => countRows(files, temporary)));
  const memory = values.memory === undefined ? [] : ['--memory', values.memory];
  const cli = ['--import', join(root, 'bench/peak-memory.mjs'), join(root, 'dist/cli/index.js')];
  const reconcile = best(
    await repeat(runs, () =>
      measureProcess(
        process.execPath,
        [...cli, 'reconcile', '--ledger', ledger, '--out', join(temporary, 'out'), '--as-of', '2026-07-01', '--fail-on', 'never', ...memory],
        temporary,
      ),
    ),
  );
  const measured: Measurement = {
    requests,
    rows: count.rows,
    bytes: (await Promise.all(files.map((file) => stat(file)))).reduce((sum, { size }) => sum + size, 0),
    memory: values.memory ?? 'default',
    machine: `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`,
    wcSeconds: lines.seconds,
    countSeconds: count.seconds,
    reconcileSeconds: reconcile.seconds,
    peakBytes: reconcile.peak,
    diskBytes: reconcile.disk,
  };
  const action = timeAction(root, await mkdtemp(join(temporary, 'action-')), 5);
  const text = await renderResults(join(root, 'bench'), measured, action);
  await writeFile(join(root, 'bench/RESULTS.md'), text);
  process.stdout.write(text);
} finally {
  await rm(temporary, { recursive: true, force: true });
}

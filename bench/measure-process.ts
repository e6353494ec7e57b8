/** One process measured from spawn to exit, as whoever waits for it sees it. */
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface Spent {
  readonly seconds: number;
  /** Peak resident memory in bytes; 0 where the system does not tell. */
  readonly peak: number;
  /** Largest size that its temporary folder had, in bytes. */
  readonly disk: number;
  readonly stdout: string;
}

/** `TMPDIR` of the process is a folder of its own below `temporary`, which is empty before and after. */
export async function measureProcess(command: readonly string[], temporary: string): Promise<Spent> {
  const [program = '', ...args] = command;
  const spill = join(temporary, 'spill');
  await mkdir(spill, { recursive: true });
  const started = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: spill } });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  let [peak, disk] = [0, 0];
  const watch = setInterval(() => {
    void peakOf(child.pid).then((bytes) => (peak = Math.max(peak, bytes)));
    void folderSize(spill).then((bytes) => (disk = Math.max(disk, bytes)));
  }, 50);
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
  const seconds = (performance.now() - started) / 1000;
  clearInterval(watch);
  await rm(spill, { recursive: true, force: true });
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`);
  return { seconds, peak, disk, stdout };
}

/** The system keeps the highest value, so that the last look is the peak but for the last moments. */
async function peakOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = entries.filter((entry) => entry.isFile()).map((entry) => sizeOf(join(entry.parentPath, entry.name)));
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

/** The benchmark: one generated month, everybody who can read it in turn, medians and ratios of one run. */
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { againstSums, type Contestant, contestants, floor, ourselves } from './contestants.ts';
import { generateBench } from './generate.ts';
import { measureProcess, median, type Spent } from './measure-process.ts';
import { renderResults, type Figures, type Measurement } from './results.ts';
import { sumProvider } from './sum-provider.ts';
import { timeAction } from './time-action.ts';
import { timeSmall } from './time-small.ts';
import { formatMoney, Money } from '../src/model/money.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    memory: { type: 'string' },
    runs: { type: 'string', default: '3' },
    ledger: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    alone: { type: 'boolean', default: false },
  },
});
const requests = Number(values.rows);
const root = resolve(import.meta.dirname, '..');
const temporary = await mkdtemp(join(tmpdir(), 'trueup-bench-'));
try {
  const ledger = values.ledger ?? (await generated(join(temporary, 'ledger')));
  const sums = join(temporary, 'sums');
  await sumProvider(ledger, sums);
  const out = join(temporary, 'out');
  await mkdir(out);
  const memory = values.memory ?? null;
  const field = contestants({ root, ledger, sums, out, memory, python: values.python }).filter(
    ({ name }) => !values.alone || [ourselves, againstSums, floor].includes(name),
  );
  const spent = await inTurn(field, Number(values.runs));
  const rows = countOf(spent.get(floor)?.[0]).rows;
  await agree(spent, out);
  const measured: Measurement = {
    day: new Date().toISOString().slice(0, 10),
    requests,
    rows,
    bytes: await bytesBelow(join(ledger, 'periods/2026-05/evidence')),
    memory: memory ?? 'default',
    machine: `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`,
    runs: Number(values.runs),
    field: Object.fromEntries(field.map(({ name }) => [name, figuresOf(name, spent.get(name) ?? [])])),
  };
  const action = timeAction(root, await mkdtemp(join(temporary, 'action-')), 5);
  const small = timeSmall(root, await mkdtemp(join(temporary, 'small-')), 5);
  const text = await renderResults(join(root, 'bench'), measured, { action, small });
  await writeFile(join(root, 'bench/RESULTS.md'), text);
  process.stdout.write(text);
} finally {
  await rm(temporary, { recursive: true, force: true });
}

async function generated(folder: string): Promise<string> {
  process.stdout.write(`generating ${requests.toLocaleString('en')} requests …\n`);
  await generateBench({ rows: requests, seed: 1, folder });
  return folder;
}

/** Each round everybody once, so that what the machine does meanwhile falls on all. */
async function inTurn(field: readonly Contestant[], rounds: number): Promise<Map<string, Spent[]>> {
  const spent = new Map<string, Spent[]>(field.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, command } of field) spent.get(name)?.push(await measureProcess(command, temporary));
  }
  return spent;
}

function countOf(one: Spent | undefined): { readonly rows: number; readonly seconds: number } {
  return JSON.parse(one?.stdout ?? '{}') as { rows: number; seconds: number };
}

/** The floor is the engine's own time, without the start of its process. */
function figuresOf(name: string, spent: readonly Spent[]): Figures {
  const seconds = spent.map((one) => (name === floor ? countOf(one).seconds : one.seconds));
  return {
    seconds: median(seconds),
    least: Math.min(...seconds),
    most: Math.max(...seconds),
    peak: median(spent.map(({ peak }) => peak)),
    disk: Math.max(...spent.map(({ disk }) => disk)),
  };
}

/** Who is fast and wrong is no measure: what everybody sums up as charged has to be the same. */
async function agree(spent: ReadonlyMap<string, readonly Spent[]>, out: string): Promise<void> {
  const result = JSON.parse(await readFile(join(out, 'trueup/2026-05/result.json'), 'utf8')) as { totals: { provider_reported: string } };
  for (const [name, [first]] of spent) {
    if (first === undefined || [ourselves, againstSums, floor].includes(name)) continue;
    const charged = (JSON.parse(first.stdout) as { charged: string | number | null }[]).map(({ charged: sum }) => new Money(sum ?? 0));
    const whole = charged.reduce((sum, one) => sum.plus(one), new Money(0));
    const amount = formatMoney(name === 'pandas' ? whole.times('1e-9') : whole);
    if (amount !== result.totals.provider_reported) throw new Error(`${name} comes to ${amount}, Trueup to ${result.totals.provider_reported}`);
  }
}

async function bytesBelow(folder: string): Promise<number> {
  const sizes = await Promise.all((await readdir(folder)).map((name) => stat(join(folder, name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

/** Writes a whole ledger of any size for timing: one month, three layers, plain CSV in time order, bounded memory. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { benchFiles, type BenchModel, benchModels } from './ledger-files.ts';
import { type Random, seededRandom } from '../scripts/generate/random.ts';
import { openRowLog } from '../scripts/generate/row-log.ts';

export interface BenchSize {
  /** Requests; each gives about 3.1 rows over the three layers, 108 bytes a row. */
  readonly rows: number;
  readonly seed: number;
  /** Created when missing; files in it are overwritten. */
  readonly folder: string;
}

const headers = {
  application: 'request_id,timestamp_utc,account_ref,service,model_requested,status,attempt,input_tokens,cached_input_tokens,output_tokens',
  gateway: 'request_id,provider_request_id,timestamp_utc,model_requested,status,attempt,input_tokens,cached_input_tokens,output_tokens',
  provider:
    'provider_request_id,request_id,timestamp_utc,model_billed,kind,status,attempt,input_tokens,cached_input_tokens,output_tokens,charged_amount,charged_currency',
} as const;
type Layer = keyof typeof headers;

const monthStart = Date.UTC(2026, 4, 1);
const monthMillis = 31 * 86_400_000;
const services = ['chat', 'search', 'agents', 'batch'] as const;
/** What CometAPI bills in: 1/500,000 of a dollar, as units of 10^-9 USD. */
const quantum = 2000n;

/** Writes the ledger. The same size and seed give the same bytes. */
export async function generateBench({ rows, seed, folder }: BenchSize): Promise<void> {
  const evidence = path.join(folder, 'periods/2026-05/evidence');
  await mkdir(evidence, { recursive: true });
  for (const [name, text] of Object.entries(benchFiles(String(seed)))) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  const logs = {
    application: await openRowLog(path.join(evidence, 'application.csv'), headers.application),
    gateway: await openRowLog(path.join(evidence, 'gateway.csv'), headers.gateway),
    provider: await openRowLog(path.join(evidence, 'provider.csv'), headers.provider),
  };
  const random = seededRandom(`bench ${seed}`);
  const step = (monthMillis - 600_000) / rows;
  for (let index = 0; index < rows; index += 1) {
    const at = monthStart + Math.floor(index * step) + random.below(Math.max(1, Math.floor(step)));
    writeRequest(random, at, (layer, time, row) => logs[layer].add(time, row));
    if ((index & 1023) === 0) for (const log of Object.values(logs)) await log.release(at);
  }
  for (const log of Object.values(logs)) await log.close();
}

type AddRow = (layer: Layer, time: number, row: string) => void;

/** All rows of one request; chances are in 100,000 and add up to about 3.1 rows a request. */
function writeRequest(random: Random, at: number, add: AddRow): void {
  const id = `req_${random.hex(4)}`;
  const service = services[random.below(services.length)] ?? 'chat';
  const model = benchModels[random.below(benchModels.length - 1)] ?? benchModels[0];
  const chance = random.below(100_000);
  const retried = chance < 3000;
  const fallback = chance >= 3000 && chance < 3500;
  const tokens = drawTokens(random);
  const failure = random.below(3) === 0 ? 'timeout' : 'error';
  const tries = retried || fallback ? 2 : 1;
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const status = attempt < tries ? failure : 'success';
    const served = fallback && attempt === 2 ? (benchModels[benchModels.length - 1] ?? model) : model;
    const time = at + (attempt - 1) * 4000 + random.below(1500);
    const providerId = `gen-${random.hex(5)}`;
    const counts = status === 'success' ? tokens.text : ',,';
    add('application', time, `${id},${iso(time)},acct_bench,${service},${model.requested},${status},${attempt},${counts}`);
    add('gateway', time + 12, `${id},${providerId},${iso(time + 12)},${served.requested},${status},${attempt},${counts}`);
    if (status === 'error') {
      add('provider', time + 900, `${providerId},${id},${iso(time + 900)},${served.billable},error,error,${attempt},,,,,`);
      continue;
    }
    // A charge that the provider never recorded.
    if (chance >= 99_980) continue;
    const end = time + 900 + random.below(2000);
    const charge = `${served.billable},charge,${status},${attempt},${tokens.text},${chargeText(served, tokens)},USD`;
    add('provider', end, `${providerId},${id},${iso(end)},${charge}`);
    if (chance >= 99_960) add('provider', end + 40, `${providerId},${id},${iso(end + 40)},${charge}`);
    if (chance >= 99_950 && chance < 99_960) add('provider', end + 60, `gen-${random.hex(5)},,${iso(end + 60)},${charge}`);
  }
}

interface DrawnTokens {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  /** The three columns of a row. */
  readonly text: string;
}

/** Right-skewed counts: a small draw times a small draw; a third of the prompts hit the cache in blocks of 512. */
function drawTokens(random: Random): DrawnTokens {
  const input = 20 + random.below(120) * random.below(60);
  const cached = random.below(3) === 0 ? Math.floor((input * random.below(100)) / 51_200) * 512 : 0;
  const output = 1 + random.below(30) * random.below(30);
  return { input, cached, output, text: `${input},${cached},${output}` };
}

/** The cost rounded half up to the quantum, at least one, as decimal text; prices are whole units of 10^-9 USD a token. */
function chargeText(model: BenchModel, tokens: DrawnTokens): string {
  const nanos = BigInt(tokens.input - tokens.cached) * model.input + BigInt(tokens.cached) * model.cached + BigInt(tokens.output) * model.output;
  const quanta = (nanos + quantum / 2n) / quantum;
  const micros = ((quanta === 0n ? 1n : quanta) * quantum) / 1000n;
  const digits = micros.toString().padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

let isoDay = -1;
let isoPrefix = '';
/** `2026-05-01T00:00:00.000Z`; the day's text is kept, since rows come in time order. */
function iso(millis: number): string {
  const day = Math.floor(millis / 86_400_000);
  if (day !== isoDay) {
    isoDay = day;
    isoPrefix = new Date(millis).toISOString().slice(0, 11);
  }
  const rest = millis - day * 86_400_000;
  const clock = Math.floor(rest / 1000);
  const fraction = rest - clock * 1000;
  const pad = (value: number): string => (value < 10 ? `0${value}` : `${value}`);
  const thousandths = fraction < 10 ? `00${fraction}` : fraction < 100 ? `0${fraction}` : `${fraction}`;
  return `${isoPrefix}${pad(Math.floor(clock / 3600))}:${pad(Math.floor(clock / 60) % 60)}:${pad(clock % 60)}.${thousandths}Z`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { requests: { type: 'string' }, seed: { type: 'string' }, out: { type: 'string' } } });
  await generateBench({ rows: Number(values.requests ?? '100000'), seed: Number(values.seed ?? '1'), folder: values.out ?? '.trueup/bench' });
}

/** Measures the public traces and writes figures.json: `npx tsx scripts/generate/measure.ts [data folder]`. No row of a trace is copied. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Figures, TraceFigures } from './figures.ts';
import { blockTokens, readTrace, type TraceRequest, traceSources } from './traces.ts';

const folder = process.argv[2] ?? '../shared/data';
const target = path.join(path.dirname(fileURLToPath(import.meta.url)), 'figures.json');
const traces: TraceFigures[] = [];
for (const { name, source, licence } of traceSources) traces.push({ name, source, licence, ...measure(await readTrace(folder, name)) });
const figures: Figures = {
  note: 'Measured by scripts/generate/measure.ts. Each trace covers one hour: there is no daily curve in it.',
  percentiles: '101 values each, percentile 0 to 100, nearest rank',
  traces,
};
await writeFile(target, `${JSON.stringify(figures, null, 1).replaceAll(/\n\s+(?=[\d\]])/g, ' ')}\n`);

function measure(requests: readonly TraceRequest[]): Omit<TraceFigures, 'name' | 'source' | 'licence'> {
  const cached = requests.filter((request) => request.cached !== null);
  const perMinute = Array.from({ length: 60 }, () => 0);
  for (const { after } of requests) {
    const minute = Math.min(59, Math.floor(after / 60_000));
    perMinute[minute] = (perMinute[minute] ?? 0) + 1;
  }
  return {
    requests: requests.length,
    input_tokens: percentiles(requests.map((request) => request.input)),
    output_tokens: percentiles(requests.map((request) => request.output)),
    cached_permille: cached.length === 0 ? null : percentiles(cached.map(cachedPermille)),
    requests_per_minute: perMinute,
  };
}

/** Cached blocks per thousand whole blocks of the prompt. */
function cachedPermille({ cached, input }: TraceRequest): number {
  const whole = Math.floor(input / blockTokens) * blockTokens;
  return whole === 0 ? 0 : Math.floor(((cached ?? 0) * 1000) / whole);
}

function percentiles(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return Array.from({ length: 101 }, (_, percent) => sorted[Math.floor((percent * (sorted.length - 1)) / 100)] ?? 0);
}

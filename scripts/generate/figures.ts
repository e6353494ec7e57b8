/** The measured figures of the public traces, and draws that follow them. */
import { readFileSync } from 'node:fs';
import type { Random } from './random.ts';
import type { Tokens } from './pricing.ts';
import { blockTokens } from './traces.ts';

export interface TraceFigures {
  readonly name: 'azure' | 'mooncake';
  readonly source: string;
  readonly licence: string;
  readonly requests: number;
  readonly input_tokens: readonly number[];
  readonly output_tokens: readonly number[];
  /** Cached blocks per thousand blocks; null where the trace does not say. */
  readonly cached_permille: readonly number[] | null;
  /** Arrivals in each minute of the hour that the trace covers. */
  readonly requests_per_minute: readonly number[];
}
export interface Figures {
  readonly note: string;
  readonly percentiles: string;
  readonly traces: readonly TraceFigures[];
}

/** Reads figures.json, which is committed beside this file. */
export function readFigures(): Figures {
  return JSON.parse(readFileSync(new URL('figures.json', import.meta.url), 'utf8')) as Figures;
}

/** The figures of one trace. */
export function figuresOf(figures: Figures, name: TraceFigures['name']): TraceFigures {
  const found = figures.traces.find((trace) => trace.name === name);
  if (found === undefined) throw new RangeError(`figures.json has no trace ${name}`);
  return found;
}

/** Token counts of one synthetic request: each drawn alone, so only the marginal distributions are real. */
export function drawTokens(figures: TraceFigures, random: Random): Tokens {
  const input = Math.max(1, drawValue(figures.input_tokens, random));
  const permille = figures.cached_permille === null ? 0 : drawValue(figures.cached_permille, random);
  const blocks = Math.floor((Math.floor(input / blockTokens) * permille) / 1000);
  return { input, cached: blocks * blockTokens, write: 0, output: Math.max(1, drawValue(figures.output_tokens, random)) };
}

/** The inverse of the measured distribution, linear between percentiles. */
function drawValue(values: readonly number[], random: Random): number {
  const place = random.below(100_000);
  const percent = Math.floor(place / 1000);
  const low = values[percent] ?? 0;
  const high = values[percent + 1] ?? low;
  return low + Math.floor(((high - low) * (place % 1000)) / 1000);
}

/** An index drawn in proportion to whole weights. */
export function drawWeighted(weights: readonly number[], random: Random): number {
  let place = random.below(weights.reduce((sum, weight) => sum + weight, 0));
  return weights.findIndex((weight) => {
    place -= weight;
    return place < 0;
  });
}

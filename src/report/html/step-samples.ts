/** The lines that move most of each step, as samples to look at: found in one pass over the lines, however many there are. */
import type { Line, LineColumn } from '../../model/line.ts';
import { amountOf, type Amount, moneyOf } from '../../model/money.ts';

export interface Sample {
  /** Of the request, else of the charge; null where the row has neither. */
  readonly id: string | null;
  readonly day: string;
  readonly amount: Amount;
}

const mostSamples = 3;
/** Steps that a line fills beside the one that took it. */
const ownColumns = [
  'price_timing',
  'token_difference',
  'rounding',
  'price_difference',
  'duplicate',
  'refund',
  'adjustment',
] as const satisfies readonly LineColumn[];

/** A zero at whatever scale. */
const isNothing = /^-?[0.]*$/;

/** By step, dearest first; of equal ones those that come first. */
export async function sampleSteps(lines: AsyncIterable<readonly Line[]>): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const found = new Map<string, Sample[]>();
  for await (const some of lines) for (const line of some) for (const [step, amount] of partsOf(line)) keep(found, step, amount, line);
  return found;
}

/** The steps that a line moves, and by how much. */
function partsOf(line: Line): [string, string][] {
  const { step, step_amount: amount, model_difference: model } = line;
  const main = step === 'fallback' || step === 'model_drift' ? model : amount;
  const parts: [string | null, string | null][] = [[step, main], ...ownColumns.map((column): [string, string | null] => [column, line[column]])];
  const once = new Map(parts.flatMap(([name, value]) => (name === null || value === null || isNothing.test(value) ? [] : [[name, value] as const])));
  return [...once];
}

function keep(found: Map<string, Sample[]>, step: string, text: string, line: Line): void {
  const samples = found.get(step) ?? [];
  const size = moneyOf(amountOf(text)).abs();
  const place = samples.findIndex(({ amount }) => size.greaterThan(moneyOf(amount).abs()));
  if (place === -1 && samples.length >= mostSamples) return;
  const sample = { id: line.request_id ?? line.provider_request_id, day: (line.timestamp_utc ?? '').slice(0, 10), amount: amountOf(text) };
  samples.splice(place === -1 ? samples.length : place, 0, sample);
  found.set(step, samples.slice(0, mostSamples));
}

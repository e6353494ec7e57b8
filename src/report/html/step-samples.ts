/** The lines that move most of each step, as samples to look at: found in one pass over the lines, however many there are. */
import { rowSteps } from '../../model/bridge.ts';
import type { Line } from '../../model/line.ts';
import { amountOf, type Amount, moneyOf } from '../../model/money.ts';

export interface Sample {
  /** Of the request, else of the charge; null where the row has neither. */
  readonly id: string | null;
  readonly day: string;
  readonly amount: Amount;
}

const mostSamples = 3;
const movingSteps = rowSteps.filter((step) => step !== 'expected');
/** A zero at whatever scale. */
const isNothing = /^-?[0.]*$/;

/** By step, dearest first; of equal ones those that come first. */
export async function sampleSteps(lines: AsyncIterable<readonly Line[]>): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const found = new Map<string, Sample[]>();
  for await (const some of lines) {
    for (const line of some) {
      for (const step of movingSteps) {
        const amount = line[step];
        if (amount !== null && !isNothing.test(amount)) keep(found, step, amount, line);
      }
    }
  }
  return found;
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

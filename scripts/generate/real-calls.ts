/** Turns the two traces into calls of one day: real order, real gaps, real sizes and real prefix hits; only the hour moves from day to day. */
import type { Call } from './month.ts';
import type { Random } from './random.ts';
import { type Service, serviceOf, type Shop } from './shop.ts';
import type { TraceRequest } from './traces.ts';

export interface Traces {
  readonly azure: readonly TraceRequest[];
  readonly mooncake: readonly TraceRequest[];
}

const hour = 3_600_000;

/** Each trace is replayed once a day: Azure's hour starts between 08:00 and 15:00, Mooncake's between 09:00 and 16:00 UTC. */
export function callsOfDay(traces: Traces, shop: Shop, random: Random, day: { readonly start: number; readonly index: number }): Call[] {
  const azureStart = day.start + (8 + (day.index % 8)) * hour;
  const mooncakeStart = day.start + (9 + ((day.index * 3) % 8)) * hour;
  const pick = (first: string, second: string, percent: number): Service => serviceOf(shop, random.below(100) < percent ? first : second);
  const calls = [
    ...traces.azure.map((request) => callOf(request, azureStart, pick('support-chat', 'batch-jobs', 80))),
    ...traces.mooncake.map((request) => callOf(request, mooncakeStart, pick('doc-assistant', 'code-review', 70))),
  ];
  return calls.toSorted((a, b) => a.at - b.at);
}

function callOf({ after, input, output, cached }: TraceRequest, start: number, service: Service): Call {
  return { service, at: start + after, tokens: { input, cached: cached ?? 0, write: 0, output } };
}

/** Draws synthetic calls: sizes from the measured traces, minutes from their arrivals, hours and weekdays from a made-up working week. */
import { drawTokens, drawWeighted, type Figures, figuresOf } from './figures.ts';
import type { Call, Month } from './month.ts';
import type { Service } from './shop.ts';

/** Synthetic: the traces cover one hour each. UTC hours, whole weights. */
const hourWeights = [4, 3, 2, 2, 3, 5, 12, 25, 42, 50, 52, 48, 44, 50, 52, 48, 42, 32, 24, 18, 14, 11, 8, 6];
const weekendFactor = 3;
const weekdayFactor = 10;

/** A call of the service (any, by traffic share, when null) at some time in the month that leaves room before its end. */
export function drawCall(month: Month, figures: Figures, wanted: Service | null): Call {
  const { random, shop } = month;
  const service = wanted ?? shop.services[drawWeighted(shop.weights, random)];
  if (service === undefined) throw new RangeError('the shop has no services');
  const trace = figuresOf(figures, service.trace);
  const drawn = drawTokens(trace, random);
  const tokens = service.requested.startsWith('claude-') ? { ...drawn, write: writtenTokens(drawn.input - drawn.cached, random.below(2)) } : drawn;
  return { service, at: drawTime(month, trace.requests_per_minute), tokens };
}

/** Every second Claude prompt writes its new whole blocks into the cache; a made-up rule. */
function writtenTokens(uncached: number, coin: number): number {
  return coin === 0 ? 0 : Math.floor(uncached / 512) * 512;
}

function drawTime(month: Month, minuteWeights: readonly number[]): number {
  const { random, start, end } = month;
  const days = Array.from({ length: (end - start) / 86_400_000 }, (_, day) => dayWeight(start + day * 86_400_000));
  const day = drawWeighted(days, random);
  const hour = drawWeighted(hourWeights, random);
  const minute = drawWeighted(minuteWeights, random);
  const at = start + day * 86_400_000 + hour * 3_600_000 + minute * 60_000 + random.below(60_000);
  // Room for retries and late charges: the edges of the month are for the kinds that are about them.
  return Math.min(Math.max(at, start + 60_000), end - 600_000);
}

function dayWeight(day: number): number {
  const weekday = new Date(day).getUTCDay();
  return weekday === 0 || weekday === 6 ? weekendFactor : weekdayFactor;
}

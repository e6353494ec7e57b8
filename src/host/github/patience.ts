/** How long to wait before a request is made again, and when to stop: GitHub's rules for limits, and a budget for the whole run. */
import type { Answer } from './transport.ts';

export interface Patience {
  /** Tries of one request, the first included. */
  readonly attempts: number;
  /** Doubles with each try. */
  readonly baseDelayMilliseconds: number;
  /** What GitHub asks for when it names no time for a secondary limit. */
  readonly secondaryLimitMilliseconds: number;
  readonly requestMilliseconds: number;
  /** Of all requests and waits together. */
  readonly totalMilliseconds: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Reporting must not hold up a gate: after two and a half minutes the verdict goes without it. */
export function defaultPatience(now: () => number): Patience {
  return { attempts: 5, baseDelayMilliseconds: 1000, secondaryLimitMilliseconds: 60_000, requestMilliseconds: 20_000, totalMilliseconds: 150_000, now };
}

const passing = new Set([500, 502, 503, 504]);

/** What an answer is: final, or worth another try, and whether the request may have been carried out all the same. */
export function weigh(answer: Answer | 'no answer'): 'final' | 'limited' | 'unsure' {
  if (answer === 'no answer' || passing.has(answer.status)) return 'unsure';
  if (answer.status === 429) return 'limited';
  return answer.status === 403 && isLimit(answer) ? 'limited' : 'final';
}

/** Milliseconds to wait before try number `attempt + 1`. */
export function delayAfter(answer: Answer | 'no answer', attempt: number, patience: Patience): number {
  const backoff = patience.baseDelayMilliseconds * 2 ** (attempt - 1);
  if (answer === 'no answer') return backoff;
  const retryAfter = answer.headers['retry-after'];
  if (retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const reset = answer.headers['x-ratelimit-reset'];
  if (answer.headers['x-ratelimit-remaining'] === '0' && reset !== undefined && /^\d{1,12}$/.test(reset)) {
    return Math.max(Number(reset) * 1000 - patience.now(), patience.baseDelayMilliseconds);
  }
  return isSecondary(answer) ? patience.secondaryLimitMilliseconds * 2 ** (attempt - 1) : backoff;
}

/** A limit comes as 403 as well: with a header, or only with words. */
function isLimit(answer: Answer): boolean {
  return answer.headers['retry-after'] !== undefined || answer.headers['x-ratelimit-remaining'] === '0' || isSecondary(answer);
}

function isSecondary({ body }: Answer): boolean {
  return /secondary rate limit|abuse detection/i.test(body.slice(0, 10_000));
}

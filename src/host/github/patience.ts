/** How long GitHub is waited for: tries, a time for each request, and a budget for all of them together. */

export interface Patience {
  /** Tries of one request, the first included. */
  readonly attempts: number;
  /** How long a second is that GitHub, or the house, waits for. */
  readonly secondMilliseconds: number;
  /** What GitHub asks for when it names no time for a secondary limit. */
  readonly secondaryLimitSeconds: number;
  readonly requestMilliseconds: number;
  /** Of all requests and waits together. */
  readonly totalMilliseconds: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Reporting must not hold up a gate: after two and a half minutes the verdict goes without it. */
export function defaultPatience(now: () => number): Patience {
  return { attempts: 5, secondMilliseconds: 1000, secondaryLimitSeconds: 60, requestMilliseconds: 20_000, totalMilliseconds: 150_000, now };
}

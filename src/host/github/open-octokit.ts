/** Octokit as actions have it, made patient: it repeats what is sound to repeat and waits where GitHub asks for it, within the budget. */
import { defaults, getOctokitOptions, GitHub } from '@actions/github/lib/utils';
import type { Octokit } from '@octokit/core';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import Bottleneck from 'bottleneck/light.js';
import { isFailedRequest, problemOf, type FailedRequest } from './api-error.ts';
import { boundedFetch } from '../../model/bounded-fetch.ts';
import type { Patience } from './patience.ts';

export interface OctokitPlan {
  /** `GITHUB_API_URL`; the token goes nowhere else. */
  readonly apiUrl: string;
  readonly token: string;
  readonly userAgent: string;
  readonly patience: Patience;
  /** By the clock of `patience`; no wait is begun that would outlast it. */
  readonly deadline: number;
}

/** What the plugins read and write on a request that is under way. */
interface Attempted {
  readonly method?: string;
  readonly url?: string;
  readonly request?: { retries?: number; retryCount?: number; retryAfter?: number };
}
/** Whether another try is left, and its wait within the budget. */
type MayRepeat = (request: object, seconds: number) => boolean;

/** `lib/utils` is the door of the package that reads no payload; the proxy it takes from the environment, when it is loaded. */
export function openOctokit(plan: OctokitPlan) {
  const { apiUrl, token, userAgent, patience, deadline } = plan;
  const milliseconds = (): number => Math.min(deadline - patience.now(), patience.requestMilliseconds);
  const fetch = boundedFetch(defaults.request?.fetch as typeof globalThis.fetch, { origin: new URL(apiUrl).origin, milliseconds });
  const tries = new WeakMap<object, number>();
  const mayRepeat: MayRepeat = (request, seconds) =>
    (tries.get(request) ?? 0) < patience.attempts && patience.now() + seconds * patience.secondMilliseconds < deadline;
  const judged = (octokit: Octokit): object => {
    octokit.hook.before('request', (request) => void tries.set(request, (tries.get(request) ?? 0) + 1));
    octokit.hook.error('request', (error, request) => {
      if (isFailedRequest(error)) judge(error, request as Attempted, mayRepeat);
      throw error;
    });
    return {};
  };
  const octokit = new (GitHub.plugin(judged, retry, throttling))(
    getOctokitOptions(token, {
      baseUrl: apiUrl.replace(/\/+$/, ''),
      userAgent,
      log: silent,
      request: { ...defaults.request, fetch, log: silent },
      retry: { retryAfterBaseValue: patience.secondMilliseconds, doNotRetry: [403, 429] },
      throttle: pace(patience, mayRepeat),
    }),
  );
  // The first of all hooks, since it is the last to come. Octokit hands the same `request` to every call, and the plugins keep count in it.
  octokit.hook.before('request', (options) => void Object.assign(options, { request: { ...options.request }, headers: { ...options.headers, ...headers } }));
  return octokit;
}

const headers = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };
/** What a server says of its routes is nothing for the log of a step. */
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Says of every failure what the retry plugin may do: by itself it would repeat a POST whose answer was lost, and knows no Retry-After. */
function judge(error: FailedRequest & { request?: Attempted }, options: Attempted, mayRepeat: MayRepeat): void {
  const { method, url = '', request = {} } = options;
  const problem = problemOf(error);
  // Its waits are the squares of 1, 2, 3 and so on.
  const wait = ((request.retryCount ?? 0) + 1) ** 2;
  const isSound = problem === 'unsure' && (method !== 'POST' || url.endsWith('/graphql'));
  request.retries = isSound && mayRepeat(options, wait) ? manyRetries : 0;
  if (problem !== 'limited' || isKnownLimit(error)) return;
  const seconds = Number(error.response?.headers['retry-after']) || wait;
  error.request = { ...error.request, request: { ...request, retries: mayRepeat(options, seconds) ? manyRetries : 0, retryAfter: seconds } };
}

/** How many there are is for `MayRepeat` to say. */
const manyRetries = 1000;

/** The limits that the throttling plugin waits out. */
function isKnownLimit({ message, response }: FailedRequest): boolean {
  return /\bsecondary rate\b/i.test(message) || response?.headers['x-ratelimit-remaining'] === '0';
}

/** One write at a time, a second apart, and three where somebody is notified, as GitHub asks of its clients. */
function pace({ secondMilliseconds, secondaryLimitSeconds }: Patience, mayRepeat: MayRepeat) {
  const apart = (seconds: number) => new Bottleneck.Group({ maxConcurrent: 1, minTime: seconds * secondMilliseconds });
  const onLimit = (seconds: number, request: object): boolean => mayRepeat(request, seconds);
  return {
    write: apart(1),
    notifications: apart(3),
    retryAfterBaseValue: secondMilliseconds,
    fallbackSecondaryRateRetryAfter: secondaryLimitSeconds,
    onRateLimit: onLimit,
    onSecondaryRateLimit: onLimit,
  };
}

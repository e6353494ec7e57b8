/** What a failed request means: GitHub says some of it with a status, some with a header, and some only in words. */
import { ConnectionError, RedirectError } from '../../model/bounded-fetch.ts';

/** What went wrong: `refused` may not, `missing` is not there, `invalid` was not accepted, `unsure` may have been carried out, `unusable` is no answer of GitHub's. */
export type ApiProblem = 'refused' | 'missing' | 'invalid' | 'limited' | 'unsure' | 'unusable';

/** A request that failed for good; the message is ours, with GitHub's own words cut short. */
export class ApiError extends Error {
  readonly problem: ApiProblem;

  constructor(problem: ApiProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

/** As Octokit throws it; `response` is absent where no answer came. */
export interface FailedRequest extends Error {
  readonly status: number;
  readonly response?: { readonly headers: Readonly<Record<string, string | number | undefined>>; readonly data: unknown };
}

export function isFailedRequest(error: unknown): error is FailedRequest {
  return error instanceof Error && 'status' in error && typeof error.status === 'number';
}

const passing: ReadonlySet<number> = new Set([500, 502, 503, 504]);
const problems: Readonly<Record<number, ApiProblem>> = { 401: 'refused', 403: 'refused', 404: 'missing', 410: 'missing', 422: 'invalid' };

export function problemOf({ status, response, cause }: FailedRequest): ApiProblem {
  if (cause instanceof RedirectError) return 'unusable';
  if (response === undefined || passing.has(status)) return 'unsure';
  if (status === 429) return 'limited';
  // A limit comes as 403 as well: with a header, or only with words.
  const { 'retry-after': wait, 'x-ratelimit-remaining': remaining } = response.headers;
  if (status === 403 && (wait !== undefined || remaining === '0' || /secondary rate limit|abuse detection/i.test(wordsOf(response.data)))) return 'limited';
  return problems[status] ?? 'unusable';
}

/** Status and GitHub's own words, on one line and short. */
export function reasonOf({ status, response, cause }: FailedRequest): string {
  if (cause instanceof RedirectError || cause instanceof ConnectionError) return cause.message;
  const words = wordsOf(response?.data)
    .replace(/[^\x20-\x7E]+/g, ' ')
    .slice(0, 200);
  return `status ${status}${words === '' ? '' : `, ${words}`}`;
}

/** Empty for an answer of a proxy or a load balancer: its status says enough. */
function wordsOf(data: unknown): string {
  return typeof data === 'object' && data !== null && 'message' in data && typeof data.message === 'string' ? data.message : '';
}

/** The door to GitHub's API: Octokit's routes, with answers that are checked by schema and failures in words of our own. */
import type { Endpoints } from '@octokit/types';
import type { z } from 'zod';
import { ApiError, isFailedRequest, problemOf, reasonOf } from './api-error.ts';
import type { OctokitPlan, openOctokit } from './open-octokit.ts';

export type ApiOptions = Omit<OctokitPlan, 'deadline'>;

/** `METHOD /path/{value}` of an operation that GitHub documents. */
type Route = keyof Endpoints;
type Values<R extends Route> = Endpoints[R]['parameters'];

export interface ApiClient {
  /** A POST is tried again only where the first try was surely not carried out; everything else always. */
  call<R extends Route, T>(route: R, values: Values<R>, shape: z.ZodType<T>): Promise<T>;
  /** Every page of a list, 100 at a time. */
  pages<R extends Route, T>(route: R, values: Values<R>, shape: z.ZodType<readonly T[]>): AsyncIterable<T>;
  /** One question to GraphQL. */
  ask<T>(query: string, shape: z.ZodType<T>): Promise<T>;
}

const mostPages = 100;

interface Answer {
  readonly data: unknown;
  /** The header that says whether there is another page. */
  readonly links: string;
  /** The request in words, for a message. */
  readonly what: string;
}

/** Opens nothing by itself: Octokit is loaded with the first request. The budget counts from here. */
export function createApiClient(options: ApiOptions): ApiClient {
  const deadline = options.patience.now() + options.patience.totalMilliseconds;
  let opened: Promise<ReturnType<typeof openOctokit>> | null = null;
  const open = () => (opened ??= import('./open-octokit.ts').then((room) => room.openOctokit({ ...options, deadline })));
  const exchange = async (route: string, values: object): Promise<Answer> => {
    const octokit = await open();
    const { method, url } = octokit.request.endpoint(route, { ...values });
    const what = `${method} ${new URL(url).pathname}`;
    // Read here: Octokit's own reader looks for large integers with a pattern, which runs out of stack on long texts where the language cannot help it.
    const request = { parseSuccessResponseBody: false };
    const { data, headers } = await octokit.request(route, { ...values, request }).catch((error: unknown) => fail(error, what));
    return { data: fromJson(await new Response(data as ReadableStream | null).text(), what), links: headers.link ?? '', what };
  };
  return {
    call: async (route, values, shape) => parse(await exchange(route, values), shape),
    async *pages(route, values, shape) {
      // Counted, not followed: the addresses that GitHub names for the next page are no documented routes, and may be on another host.
      for (let page = 1; page <= mostPages; page += 1) {
        const answer = await exchange(route, { ...values, per_page: 100, page });
        yield* parse(answer, shape);
        if (!answer.links.includes('rel="next"')) return;
      }
      throw new ApiError('unusable', `${route} has more than ${mostPages} pages`);
    },
    ask: async (query, shape) => {
      const what = 'POST /graphql';
      const data: unknown = await (await open()).graphql(query).catch((error: unknown) => fail(error, what));
      return parse({ data, what }, shape);
    },
  };
}

function fail(error: unknown, what: string): never {
  if (error instanceof Error && error.name === 'GraphqlResponseError')
    throw new ApiError('unusable', `${what}: the question was not answered`, { cause: error });
  if (!isFailedRequest(error)) throw error;
  throw new ApiError(problemOf(error), `${what}: ${reasonOf(error)}`, { cause: error });
}

/** An answer without a body is null. */
function fromJson(text: string, what: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError('unusable', `${what}: the answer is not JSON`, { cause });
  }
}

function parse<T>({ data, what }: Pick<Answer, 'data' | 'what'>, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(data);
  if (!parsed.success) throw new ApiError('unusable', `${what}: the answer has an unknown shape (${parsed.error.issues[0]?.path.join('.') || 'as a whole'})`);
  return parsed.data;
}

/** `owner/name` in the words of Octokit's routes. */
export function ownerAndName(repository: string): { readonly owner: string; readonly repo: string } {
  const [owner = '', repo = ''] = repository.split('/');
  return { owner, repo };
}

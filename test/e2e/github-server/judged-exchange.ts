/** Holds every exchange of a test server against GitHub's published descriptions, and keeps count. */
import { describedBy, described, type Asked, type Found } from './openapi.ts';

export interface ExchangeJudge {
  /** The operation that a request means; null = GitHub has none, which is noted. */
  request(asked: Asked): Found | null;
  answer(route: string, status: number, body: unknown): void;
  /** `METHOD /path/{value}` → how many exchanges were held against it, in every description. */
  readonly driven: Map<string, number>;
  /** What was wrong, in words; a server that closes with any of it fails its test. */
  readonly problems: string[];
}

/** For all servers of a worker once. */
export function prepareJudges(routes: readonly string[]): void {
  for (const name of described) for (const route of routes) describedBy(name).prepare(route);
}

export function newExchangeJudge(): ExchangeJudge {
  const driven = new Map<string, number>();
  const problems: string[] = [];
  const note = (name: string, what: string, found: readonly string[]): void => void problems.push(...found.map((problem) => `${name}: ${what}: ${problem}`));
  return {
    driven,
    problems,
    request: (asked) => {
      let meant: Found | null = null;
      for (const name of described) {
        const found = describedBy(name).find(asked.method, asked.path);
        if (found === null) problems.push(`${name}: ${asked.method} ${asked.path}: there is no such operation`);
        else note(name, found.route, describedBy(name).judgeRequest(found, asked));
        meant ??= found;
      }
      return meant;
    },
    answer: (route, status, body) => {
      for (const name of described) note(name, route, describedBy(name).judgeAnswer(route, status, body));
      driven.set(route, (driven.get(route) ?? 0) + 1);
    },
  };
}

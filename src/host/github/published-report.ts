/** Finds the pull request that a report of an untrusted run may be posted on: GitHub says which, never the file. */
import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../../model/user-error.ts';
import type { GateReport } from '../../model/gate.ts';
import type { ApiClient } from './api-client.ts';
import type { Event } from './event.ts';
import { pullsWithHead } from './repository-facts.ts';
import { confine } from './workspace-path.ts';

/** A judged report of a large ledger is some hundred kilobytes. */
const longestReport = 20_000_000;

/** Reads the file that input `report` names, inside `roots`, and checks it with `parse`, which throws. */
export async function readPublishedReport(roots: readonly string[], name: string | null, parse: (text: string) => GateReport): Promise<GateReport> {
  if (name === null) throw new UserError('With mode publish, the report to post must be named.', 'Set the input report to the path of gate.json.');
  for (const root of roots) {
    const path = await confine(root, name);
    if (path === null) continue;
    if ((await stat(path)).size > longestReport)
      throw new UserError('The report is too long to be one of ours.', 'Download the artifact of the run that was judged.');
    return parse(await readFile(path, 'utf8'));
  }
  throw new UserError('The report is not there, or lies outside of the workspace.', 'Download the artifact of the run that was judged into the workspace.');
}

export type Destination =
  | { readonly pullNumber: number; readonly headSha: string; readonly baseSha: string }
  | { readonly refused: 'no-head' | 'other-head' | 'no-open-pull' };

/** The head that the file names must be the one of the run that GitHub told us about, and of an open pull request of this repository. */
export async function findDestination(api: ApiClient, repository: string, event: Event, report: GateReport): Promise<Destination> {
  const { head, base } = report.commits;
  if (head === null || !/^[0-9a-f]{40,64}$/.test(head)) return { refused: 'no-head' };
  if (event.judgedRun !== null && event.judgedRun.headSha !== head) return { refused: 'other-head' };
  const pulls = await pullsWithHead(api, repository, head, event.judgedRun?.head ?? null);
  const chosen = pulls.find((pull) => pull.base.sha === base) ?? pulls[0];
  return chosen === undefined ? { refused: 'no-open-pull' } : { pullNumber: chosen.number, headSha: head, baseSha: chosen.base.sha };
}

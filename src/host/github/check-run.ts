/** An optional check run on the head of the change, for branch rules that do not see the job. */
import { ownerAndName, type ApiClient } from './api-client.ts';
import { createdShape } from './api-shapes.ts';

/** GitHub takes 65,535 characters. */
const summaryBudget = 60_000;

export interface CheckPlan {
  readonly repository: string;
  readonly headSha: string;
  readonly name: string;
  readonly conclusion: 'success' | 'neutral' | 'failure';
  readonly title: string;
  readonly render: (budget: number) => string;
  /** Ties the check run to the workflow run. */
  readonly externalId: string;
}

export async function createCheckRun(api: ApiClient, { repository, headSha, name, conclusion, title, render, externalId }: CheckPlan): Promise<string | null> {
  const output = { title: title.slice(0, 250), summary: render(summaryBudget) };
  const values = { ...ownerAndName(repository), name, head_sha: headSha, status: 'completed' as const, conclusion, external_id: externalId, output };
  // A second creation would only repeat the first, and the latest of a name counts.
  return (await api.call('POST /repos/{owner}/{repo}/check-runs', values, createdShape)).html_url ?? null;
}

/** Posts what a run without rights has judged: the file is only words, GitHub says where they belong. */
import { linksTo, amountsOf, commentPlan, intentOf, wordsOf } from './announce-gate.ts';
import { apiBaseTree } from '../host/github/api-base-tree.ts';
import type { ApiClient } from '../host/github/api-client.ts';
import type { Environment } from '../host/github/environment.ts';
import type { Event, Visibility } from '../host/github/event.ts';
import type { Inputs } from '../host/github/inputs.ts';
import { findDestination, readPublishedReport } from '../host/github/published-report.ts';
import { outputsOf } from '../host/github/outputs.ts';
import { appendSummary, remark, say, setOutputs } from '../host/github/runner-log.ts';
import { postComment } from '../host/github/sticky-comment.ts';
import { readYaml } from '../ledger/yaml-document.ts';
import type { GateLedger, GateReport } from '../model/gate.ts';
import { reasonOf } from '../model/system-failure.ts';
import { UserError } from '../model/user-error.ts';
import { parseGateReport } from '../report/assemble-gate.ts';
import { renderSummary } from '../report/render-comment.ts';
import { scrubSecrets } from '../report/scrub-secrets.ts';
import { ledgerMark, pathIn } from '../model/layout.ts';

export interface Publication {
  readonly environment: Environment;
  readonly inputs: Inputs;
  readonly event: Event;
  readonly visibility: Visibility;
  readonly api: ApiClient | null;
  readonly retryMilliseconds: number;
}

const refusals = {
  'no-head': 'The report names no head commit: there is nothing to post it on.',
  'other-head': 'The report is about another commit than the run that it comes from: nothing is posted.',
  'no-open-pull': 'No open pull request of this repository has the head that the report is about: nothing is posted.',
} as const;

/** Throws when there is no report that could be posted; a pull request that has moved on is a notice. */
export async function publishGate(task: Publication): Promise<void> {
  const { environment, inputs, event, api } = task;
  if (api === null) throw new UserError('A report cannot be posted without a token.', 'Give the action a token with pull-requests: write.');
  const report = await readPublishedReport([environment.workspace, environment.temporaryRoot], inputs.report, parseGateReport);
  const found = await findDestination(api, environment.repository, event, report);
  if ('refused' in found) {
    remark('warning', refusals[found.refused]);
    // Of a document that belongs nowhere nothing is repeated: whoever waits for a verdict gets none.
    await leave(task, { verdict: 'inconclusive' }, () => `**Nothing was posted.** ${refusals[found.refused]}\n`);
    return;
  }
  const allowed = task.visibility === 'public' ? await asBaseAllows(api, environment.repository, found.baseSha, report) : report;
  const said = { report: allowed, environment, event, inputs, visibility: task.visibility };
  const intent = intentOf(inputs.comment, report.verdict, report.verdict === 'inconclusive' ? 'fails' : 'passes');
  const outcome = await postComment(api, commentPlan(said, found.pullNumber, found.headSha, { intent, retryMilliseconds: task.retryMilliseconds }));
  const words = wordsOf(outcome);
  if (words !== null) remark('notice', words);
  say(`comment: ${outcome.done}${outcome.url === null ? '' : ` ${outcome.url}`}`);
  // What lies where in the fork's run is nothing to this one.
  const facts = { amounts: amountsOf(said), report: inputs.report, folder: null, commentUrl: outcome.url, artifactName: null };
  await leave(task, outputsOf(allowed, facts), (budget) =>
    renderSummary(allowed, { visibility: task.visibility, links: linksTo(environment, found.headSha), budget }),
  );
}

/** Summary and outputs, as a run that judges has them; what cannot be written is a warning, since the comment stands. */
async function leave({ environment }: Publication, outputs: Readonly<Record<string, string>>, summary: (budget: number) => string): Promise<void> {
  try {
    await appendSummary(environment, (budget) => scrubSecrets(summary(budget)));
    const scrubbed = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, scrubSecrets(value)]));
    setOutputs(environment, scrubbed);
  } catch (error) {
    remark('warning', scrubSecrets(`There are no outputs or no summary: ${reasonOf(error)}.`));
  }
}

/** What everybody may read is for the base to say, not for the file of a stranger. A ledger that base does not have there publishes nothing. */
async function asBaseAllows(api: ApiClient, repository: string, baseSha: string, report: GateReport): Promise<GateReport> {
  const base = apiBaseTree(api, repository, baseSha);
  const ledgers: GateLedger[] = [];
  for (const ledger of report.ledgers) {
    const content = ledger.publish === 'public' ? await base.read(pathIn(ledger.path, ledgerMark)) : null;
    ledgers.push({ ...ledger, publish: content !== null && publishes(content) ? 'public' : 'restricted' });
  }
  return { ...report, ledgers };
}

function publishes(content: Buffer): boolean {
  const value = readYaml(ledgerMark, content.toString('utf8')).document?.value;
  return typeof value === 'object' && value !== null && 'publish' in value && value.publish === 'public';
}

/** Says a judged gate on every channel of GitHub's. Each is on its own: one that fails is a notice, and the verdict is what it was. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AlertError, postAlert } from '../host/github/alert-webhook.ts';
import type { ApiClient } from '../host/github/api-client.ts';
import { ApiError } from '../host/github/api-error.ts';
import { createCheckRun } from '../host/github/check-run.ts';
import type { Environment } from '../host/github/environment.ts';
import type { Event, Visibility } from '../host/github/event.ts';
import { gatherPacket } from '../host/github/evidence-packet.ts';
import type { Inputs } from '../host/github/inputs.ts';
import type { Marker } from '../host/github/marked-text.ts';
import { outputsOf } from '../host/github/outputs.ts';
import { annotate, appendSummary, remark, say, setOutputs } from '../host/github/runner-log.ts';
import { postComment, type CommentOutcome, type CommentPlan } from '../host/github/sticky-comment.ts';
import { artifactName, uploadArtifact } from '../host/github/upload-artifact.ts';
import type { GateReport, GateVerdict } from '../model/gate.ts';
import { reasonOf } from '../model/system-failure.ts';
import { makeOwnFolder } from '../host/own-folder.ts';
import { annotationsOf } from '../report/annotations.ts';
import { serializeGateReport } from '../report/assemble-gate.ts';
import { commentMarker, markerKey, parseMarker } from '../report/comment-marker.ts';
import type { Links } from '../report/links.ts';
import { renderComment, renderSummary } from '../report/render-comment.ts';
import { scrubSecrets } from '../report/scrub-secrets.ts';
import { trackLedgers, type Tracking } from './track-ledgers.ts';

export interface Announcement {
  readonly report: GateReport;
  /** Whether the job fails on it: settled before anything is said. */
  readonly outcome: 'passes' | 'fails';
  readonly environment: Environment;
  readonly inputs: Inputs;
  readonly event: Event;
  readonly visibility: Visibility;
  /** null = no token. */
  readonly api: ApiClient | null;
  /** Absolute folder of the repository: the workspace, or a folder in it. */
  readonly checkout: string;
  /** The folder with the results, relative to the workspace; gate.json is put there. */
  readonly folder: string;
  /** Hex that nobody can guess. */
  readonly nonce: string;
  readonly retryMilliseconds: number;
  readonly artifactMilliseconds: number;
}

type Said = Pick<Announcement, 'report' | 'environment' | 'event' | 'visibility' | 'inputs'>;

/** What needs no network first; then what needs it, side by side; the outputs last, since they name the rest. */
export async function announceGate(task: Announcement): Promise<void> {
  const channels = new Channels();
  const gateFile = (await channels.say('gate.json', () => writeReport(task))) ?? null;
  await channels.say('annotations', async () => printAnnotations(task));
  await channels.say('job summary', () => writeSummary(task));
  const [commentUrl = null, artifactName = null] = await Promise.all([
    channels.say('comment', () => comment(task, channels)),
    channels.say('artifact', () => upload(task, gateFile, channels)),
    channels.say('check run', () => checkRun(task)),
    channels.say('tracking issue', () => trackingIssues(task, channels)),
  ]);
  await channels.say('outputs', () => writeOutputs(task, { gateFile, commentUrl, artifactName }));
  channels.finish(task.event);
}

/** Runs the channels and turns what goes wrong into notices; what the token may not do is one notice in the end. */
class Channels {
  readonly #refused: string[] = [];

  notice(message: string): void {
    remark('notice', scrubSecrets(message));
  }

  log(text: string): void {
    say(scrubSecrets(text));
  }

  async say<T>(channel: string, run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof ApiError && error.problem === 'refused') this.#refused.push(channel);
      else
        remark(
          'warning',
          scrubSecrets(`There ${channel.endsWith('s') ? 'are' : 'is'} no ${channel}: ${reasonOf(error).replace(/[.\s]+$/, '')}. The verdict stands.`),
        );
      return undefined;
    }
  }

  finish(event: Event): void {
    if (this.#refused.length === 0) return;
    const why = event.origin === 'fork' ? 'that of a pull request from a fork may only read' : 'see the permissions in the README';
    this.notice(`The token may not write: no ${this.#refused.sort().join(', no ')} (${why}). The verdict stands.`);
  }
}

/** The document that every view is rendered from, as the publisher of a fork's run takes it; its path in the workspace. */
async function writeReport({ report, environment: { workspace }, folder }: Announcement): Promise<string> {
  await mkdir(join(workspace, folder), { recursive: true });
  const name = `${folder}/gate.json`;
  await writeFile(join(workspace, name), serializeGateReport(report));
  return name;
}

function printAnnotations({ report, visibility }: Announcement): void {
  for (const annotation of annotationsOf(report, { visibility })) annotate(annotation);
}

async function writeSummary({ report, visibility, environment, event }: Announcement): Promise<void> {
  const links = linksTo(environment, event.headSha);
  await appendSummary(environment, (budget) => renderSummary(report, { visibility, links, budget }));
}

/** What identifies a post of this job: its ledgers, its workflow and itself. */
function markerOf({ report, environment, inputs }: Said, headSha: string, subject: string): Marker & { readonly tool: 'trueup' } {
  const { workflow, job, runId, runAttempt } = environment;
  const key = markerKey([subject, inputs.ledgers.join(' ') || '*', workflow, job].join(' / '));
  return { tool: 'trueup', key, run_id: runId, attempt: runAttempt, head_sha: headSha, digest: report.digest };
}

/** Places of a ledger are those of the commit that was judged. */
export function linksTo({ serverUrl, repository }: Environment, commit: string | null): Links | null {
  return commit === null ? null : { repository: `${serverUrl}/${repository}`, commit };
}

/** The comment as it is posted, by a run that judged and by one that publishes. */
export function commentPlan(said: Said, pullNumber: number, headSha: string, rest: Pick<CommentPlan, 'intent' | 'retryMilliseconds'>): CommentPlan {
  const marker = markerOf(said, headSha, 'comment');
  const links = linksTo(said.environment, headSha);
  return {
    repository: said.environment.repository,
    pullNumber,
    marker,
    render: (budget) => renderComment(said.report, { visibility: said.visibility, marker: commentMarker(marker), links, budget }),
    readMarker: parseMarker,
    ...rest,
  };
}

async function comment(task: Announcement, channels: Channels): Promise<string | null> {
  const { api, event, inputs } = task;
  if (api === null || event.pullNumber === null || event.headSha === null) return null;
  const plan = commentPlan(task, event.pullNumber, event.headSha, {
    intent: intentOf(inputs.comment, task.report.verdict, task.outcome),
    retryMilliseconds: task.retryMilliseconds,
  });
  try {
    const outcome = await postComment(api, plan);
    const words = wordsOf(outcome);
    if (words !== null) channels.notice(words);
    channels.log(`comment: ${outcome.done}${outcome.url === null ? '' : ` ${outcome.url}`}`);
    return outcome.url;
  } catch (error) {
    // Nobody asked for a comment: the look for an old one may fail in silence.
    if (inputs.comment === 'never' && error instanceof ApiError) return null;
    throw error;
  }
}

/** A comment that is there never stays as it was: what it says may be over. */
export function intentOf(mode: Inputs['comment'], verdict: GateVerdict, outcome: Announcement['outcome']): CommentPlan['intent'] {
  const failed = outcome === 'fails' || verdict === 'fail';
  const wanted = { always: true, 'on-change': verdict !== 'not-applicable', 'on-failure': failed, never: false }[mode];
  return wanted ? 'create' : 'edit';
}

/** Why there is no write, where somebody may wonder. */
export function wordsOf({ done }: CommentOutcome): string | null {
  if (done === 'later-run') return 'The comment is from a later run and stays as it is.';
  return done === 'head-moved' ? 'The pull request has moved on: a later run comments on its new head.' : null;
}

/** What everybody may read is decided before a file is gathered. */
async function upload(task: Announcement, gateFile: string | null, channels: Channels): Promise<string | null> {
  const { report, environment, inputs, nonce, event } = task;
  if (inputs.artifact === 'no') return null;
  // There is nothing to keep of it; only a fork's run leaves the document to the workflow that clears what an earlier one has posted.
  if (report.verdict === 'not-applicable' && event.origin !== 'fork') return null;
  if (amountsOf(task) === 'withheld') {
    channels.notice('No artifact: the repository is public and trueup.yaml does not say publish: public.');
    return null;
  }
  await mkdir(environment.temporaryRoot, { recursive: true });
  const place = await makeOwnFolder(environment.temporaryRoot, 'packet');
  const folder = place.path;
  try {
    const { files, missing } = await gatherPacket({
      report,
      workspace: environment.workspace,
      checkout: task.checkout,
      gateFile: gateFile === null ? null : join(environment.workspace, gateFile),
      folder,
      rawEvidence: inputs.includeEvidence === 'yes' ? 'included' : 'left-out',
      evidenceRoot: inputs.evidenceRoot,
      scrub: scrubSecrets,
    });
    if (missing.length > 0) channels.notice(`The artifact lacks ${missing.length} files that the results name: they are not in the workspace.`);
    const name = artifactName(environment.job, environment.runAttempt, nonce);
    channels.log(`artifact: ${name}, ${files.length} files`);
    await uploadArtifact({ name, folder, files, serverUrl: environment.serverUrl, longestMilliseconds: task.artifactMilliseconds });
    return name;
  } finally {
    await place.remove();
  }
}

async function checkRun({ api, inputs, event, environment, report, outcome, visibility }: Announcement): Promise<void> {
  if (api === null || inputs.checkRun === 'no' || event.headSha === null) return;
  const { verdict } = report;
  await createCheckRun(api, {
    repository: environment.repository,
    headSha: event.headSha,
    name: inputs.ledgers.length === 0 ? 'Trueup' : `Trueup (${inputs.ledgers.join(', ')})`.slice(0, 100),
    conclusion: outcome === 'fails' ? 'failure' : verdict === 'pass' || verdict === 'not-applicable' ? 'success' : 'neutral',
    title: `Verdict: ${verdict}`,
    render: (budget) => renderComment(report, { visibility, marker: null, links: linksTo(environment, event.headSha), budget }),
    externalId: `${environment.runId}-${environment.runAttempt}`,
  });
}

/** For runs that no pull request shows. */
async function trackingIssues(task: Announcement, channels: Channels): Promise<void> {
  const { api, inputs, event, report, environment, visibility, checkout, retryMilliseconds } = task;
  const wanted = inputs.trackingIssue ?? (event.name === 'schedule' ? 'yes' : 'no');
  if (api === null || wanted === 'no' || report.mode === 'change' || event.headSha === null) {
    if (inputs.alertWebhook !== null && alertEvents.includes(event.name)) channels.notice(noMemory);
    return;
  }
  const sendAlert = alertSender(task, channels);
  for (const { done, url } of await trackLedgers(api, { report, environment, visibility, checkout, headSha: event.headSha, retryMilliseconds, sendAlert }))
    channels.log(`tracking issue: ${done}${url === null ? '' : ` ${url}`}`);
}

const alertMilliseconds = 10_000;

/** Only runs that nobody watches alert. What goes wrong is one notice, whatever the number of ledgers, and nothing else. */
function alertSender({ inputs, event }: Announcement, channels: Channels): Tracking['sendAlert'] {
  const { alertWebhook } = inputs;
  if (alertWebhook === null || !alertEvents.includes(event.name)) return null;
  let isSaid = false;
  return async (text) => {
    try {
      await postAlert(alertWebhook, { text, mrkdwn: false }, alertMilliseconds);
      channels.log('alert: sent');
      return true;
    } catch (error) {
      const reason = error instanceof AlertError ? error.message : 'it could not be sent';
      if (!isSaid) channels.notice(`No alert: ${reason}. The verdict stands, and the next run tries again.`);
      isSaid = true;
      return false;
    }
  };
}

const noMemory = 'No alert: the tracking issue keeps what was said, and this run writes none. Give it tracking-issue: true and issues: write.';
const alertEvents: readonly string[] = ['schedule', 'workflow_dispatch'];

interface Posted {
  readonly gateFile: string | null;
  readonly commentUrl: string | null;
  readonly artifactName: string | null;
}

async function writeOutputs(task: Announcement, posted: Posted): Promise<void> {
  const { environment, report, folder } = task;
  const outputs = outputsOf(report, { amounts: amountsOf(task), report: posted.gateFile, folder, ...posted });
  const scrubbed = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, scrubSecrets(value)]));
  setOutputs(environment, scrubbed);
}

export function amountsOf({ visibility, report }: Pick<Announcement, 'visibility' | 'report'>): 'shown' | 'withheld' {
  return visibility === 'public' && report.ledgers.some(({ publish }) => publish !== 'public') ? 'withheld' : 'shown';
}

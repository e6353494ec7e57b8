/**
 * The tracking issues, for runs that no pull request shows: one for each ledger, whatever workflow, job or choice of periods wrote it last. What an
 * issue has reported stays open until a run judged it again, or until its period was closed: a green run of another month says nothing about it.
 */
import { join } from 'node:path';
import type { ApiClient } from '../host/github/api-client.ts';
import type { Environment } from '../host/github/environment.ts';
import type { Visibility } from '../host/github/event.ts';
import { type IssueOutcome, keepTrackingIssue } from '../host/github/tracking-issue.ts';
import type { Finding } from '../model/finding.ts';
import type { GateLedger, GateReport } from '../model/gate.ts';
import { validateLedger } from '../period/reconcile.ts';
import { alertText, crossingsOf, subjectKey } from '../report/alert-text.ts';
import { assembleGate } from '../report/assemble-gate.ts';
import { commentMarker, fitOpen, manyOpen, markerKey, parseMarker } from '../report/comment-marker.ts';
import { renderComment, renderStillOpen } from '../report/render-comment.ts';
import { scrubSecrets } from '../report/scrub-secrets.ts';

export interface Tracking {
  readonly report: GateReport;
  readonly environment: Environment;
  readonly visibility: Visibility;
  /** The commit that the run is about. */
  readonly headSha: string;
  /** Absolute folder of the repository. */
  readonly checkout: string;
  /** Before a second look after a creation of which nobody knows whether it happened. */
  readonly retryMilliseconds: number;
  /** Sends an alert and says whether it arrived; null = nobody is to be alerted. Throws nothing. */
  readonly sendAlert: ((text: string) => Promise<boolean>) | null;
}

/** What an issue keeps open when it is about no single period. No period can be called so. */
const ledgerItself = '*ledger';

export async function trackLedgers(api: ApiClient, task: Tracking): Promise<IssueOutcome[]> {
  const outcomes: IssueOutcome[] = [];
  for (const ledger of task.report.ledgers) outcomes.push(await trackLedger(api, task, ledger));
  return outcomes;
}

async function trackLedger(api: ApiClient, task: Tracking, ledger: GateLedger): Promise<IssueOutcome> {
  const { schema: _schema, digest: _digest, ...parts } = task.report;
  const report = assembleGate({ ...parts, ledgers: [ledger], verdict: ledger.verdict });
  const { serverUrl, repository, runId, runAttempt } = task.environment;
  const marker = {
    tool: 'trueup' as const,
    key: markerKey(`issue / ${ledger.path}`),
    run_id: runId,
    attempt: runAttempt,
    head_sha: task.headSha,
    digest: report.digest,
  };
  return keepTrackingIssue(api, {
    repository,
    marker,
    trouble: fitOpen(troubleIn(ledger)),
    stillOpen: (before) => stillOpen(task, ledger, before),
    alert: (before, left) => alertTo(task, ledger, before, left),
    title: `Trueup: ${scrubSecrets(ledger.path === '.' ? 'the ledger' : ledger.path).slice(0, 200)} needs attention`,
    render: ({ open, left, said }, budget) => {
      const firstLine = [commentMarker({ ...marker, open: fitOpen(open), said }), ...renderStillOpen(left)].join('\n\n');
      return renderComment(report, {
        visibility: task.visibility,
        marker: firstLine,
        links: { repository: `${serverUrl}/${repository}`, commit: task.headSha },
        budget,
      });
    },
    closingNote: `All is well again, as of [this run](${serverUrl}/${repository}/actions/runs/${runId}).`,
    readMarker: parseMarker,
    retryMilliseconds: task.retryMilliseconds,
  });
}

/**
 * Alerts to what no alert has said yet. What was said stays said as long as it holds, whoever runs; what did not arrive is new again next time. Amounts are
 * where the comment may say them.
 */
async function alertTo(task: Tracking, ledger: GateLedger, before: readonly string[], left: readonly string[]): Promise<readonly string[]> {
  const amounts = task.visibility === 'public' && ledger.publish !== 'public' ? 'withheld' : 'shown';
  const now = crossingsOf(ledger, markerKey, amounts);
  const notJudged = left.map((subject) => `${subjectKey(subject)}-`);
  const held = before.filter((key) => now.some((crossing) => crossing.key === key) || notJudged.some((start) => key.startsWith(start)));
  const fresh = now.filter(({ key }) => !before.includes(key));
  if (fresh.length === 0 || task.sendAlert === null) return held;
  const { serverUrl, repository, runId } = task.environment;
  const runUrl = `${serverUrl}/${repository}/actions/runs/${runId}`;
  const arrived = await task.sendAlert(scrubSecrets(alertText({ repository, ledger: ledger.path, runUrl }, fresh)));
  return arrived ? [...held, ...fresh.map(({ key }) => key)] : held;
}

/** The periods that are not well, and the ledger itself where something is wrong that belongs to none of them. */
function troubleIn(ledger: GateLedger): string[] {
  if (ledger.verdict === 'pass' || ledger.verdict === 'not-applicable') return [];
  const periods = ledger.periods.filter(({ decides, result }) => decides && result.verdict !== 'pass').map(({ result }) => markerKey(result.period.id));
  const found = ledger.findings.filter(({ severity }) => severity !== 'info').map(subjectOf);
  const all = [...new Set([...periods, ...found])].sort();
  return all.length === 0 ? [ledgerItself] : all;
}

function subjectOf({ source }: Finding): string {
  const [folder = '', id = ''] = (source?.file ?? '').split('/');
  return folder === 'periods' && id !== '' ? markerKey(id) : ledgerItself;
}

/** Of what an earlier run left open, what this one has not judged and nobody has closed since. */
async function stillOpen({ report, checkout }: Tracking, ledger: GateLedger, before: readonly string[]): Promise<string[]> {
  const judged = new Set(ledger.periods.map(({ result }) => markerKey(result.period.id)));
  // Every run reads the ledger, and one without a choice of periods judges every period that is open.
  const left = before.filter((subject) => subject !== ledgerItself && !judged.has(subject) && !(subject === manyOpen && report.mode === 'open'));
  if (left.length === 0) return [];
  const now = await validateLedger(join(checkout, ledger.path), report.as_of);
  if (now.ledger === null) return left;
  const open = new Set(now.ledger.periods.filter(({ closed }) => !closed).map(({ id }) => markerKey(id)));
  return left.filter((subject) => subject === manyOpen || open.has(subject));
}

/** Announces a prepared report to the stand-in of GitHub as an entry would, in a folder of its own, and collects what was said where. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announceGate, type Announcement } from '../../../src/action/announce-gate.ts';
import { createApiClient, type ApiClient } from '../../../src/host/github/api-client.ts';
import type { Environment } from '../../../src/host/github/environment.ts';
import type { Event } from '../../../src/host/github/event.ts';
import { readInputs } from '../../../src/host/github/inputs.ts';
import type { Patience } from '../../../src/host/github/patience.ts';
import type { GitHubServer } from '../github-server/github-server.ts';
import { testToken } from '../github-server/github-state.ts';
import { asStep } from './as-step.ts';
import { gateReport, headSha } from './gate-report.ts';

/** As the real one, only with shorter seconds. */
export const patience: Patience = {
  attempts: 5,
  secondMilliseconds: 2,
  secondaryLimitSeconds: 5,
  requestMilliseconds: 1000,
  totalMilliseconds: 10_000,
  now: Date.now,
};

export function apiFor(url: string, changed: Partial<Patience> = {}): ApiClient {
  return createApiClient({ apiUrl: url, token: testToken, userAgent: 'trueup-test', patience: { ...patience, ...changed } });
}

export const pullEvent: Event = {
  name: 'pull_request',
  mode: 'change',
  pullNumber: 7,
  headSha,
  baseSha: 'b'.repeat(40),
  visibility: 'private',
  origin: 'own',
  judgedRun: null,
};

interface Wanted {
  readonly report: Announcement['report'];
  readonly outcome: Announcement['outcome'];
  readonly event: Event;
  readonly inputs: Readonly<Record<string, string>>;
  readonly runId: number;
  readonly runAttempt: number;
  readonly workflow: string;
  readonly job: string;
  readonly serverUrl: string;
  readonly visibility: 'public' | 'private';
  /** Writes into the workspace before. */
  readonly prepare: (workspace: string) => void;
}
export interface Said {
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export async function announce(github: GitHubServer, wanted: Partial<Wanted> = {}): Promise<Said> {
  const root = mkdtempSync(join(tmpdir(), 'trueup-announce-'));
  try {
    const environment = environmentIn(root, github.url, wanted);
    wanted.prepare?.(environment.workspace);
    const report = wanted.report ?? gateReport();
    const variables = {
      GITHUB_OUTPUT: join(root, 'output'),
      GITHUB_STEP_SUMMARY: join(root, 'summary'),
      INPUT_ARTIFACT: 'false',
      ...wanted.inputs,
    };
    const { log } = await asStep(variables, async () =>
      announceGate({
        report,
        outcome: wanted.outcome ?? 'passes',
        environment,
        inputs: readInputs(),
        event: wanted.event ?? pullEvent,
        visibility: wanted.visibility ?? 'private',
        api: apiFor(github.url),
        checkout: environment.workspace,
        folder: '.trueup',
        nonce: '0123456789abcdef',
        retryMilliseconds: 5,
        artifactMilliseconds: 20_000,
      }),
    );
    return { log, summary: readFileSync(join(root, 'summary'), 'utf8'), outputs: parseOutputs(readFileSync(join(root, 'output'), 'utf8')) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function environmentIn(root: string, apiUrl: string, { runId, runAttempt, serverUrl, event, workflow, job }: Partial<Wanted>): Environment {
  for (const name of ['workspace', 'temporary']) mkdirSync(join(root, name));
  for (const name of ['summary', 'output']) writeFileSync(join(root, name), '');
  return {
    apiUrl,
    serverUrl: serverUrl ?? 'https://github.com',
    repository: 'acme/ledger',
    eventName: event?.name ?? 'pull_request',
    eventPath: null,
    sha: 'c'.repeat(40),
    runId: runId ?? 100,
    runAttempt: runAttempt ?? 1,
    workflow: workflow ?? 'spend',
    job: job ?? 'gate',
    workspace: join(root, 'workspace'),
    temporaryRoot: join(root, 'temporary'),
    outputFile: join(root, 'output'),
    summaryFile: join(root, 'summary'),
  };
}

export function parseOutputs(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^([\w-]+)<<(\S+)\n([^]*?)\n\2$/gm)].map((match) => [match[1] ?? '', match[3] ?? '']));
}

/** What set off the run: payloads of every event in one shape. No pull request in a payload is normal. */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { GateMode } from '../../model/gate.ts';
import { UserError } from '../../model/user-error.ts';
import type { Environment } from './environment.ts';

export type Visibility = 'public' | 'private';

export interface Event {
  readonly name: string;
  readonly mode: GateMode;
  /** null on merge_group, push and the like. */
  readonly pullNumber: number | null;
  /** The head of the pull request or merge group, where reports belong; else the commit of the run; null = unknown. */
  readonly headSha: string | null;
  /** What the payload takes for the base: a candidate, since a re-run replays an old payload. */
  readonly baseSha: string | null;
  /** null = the payload does not say. */
  readonly visibility: Visibility | null;
  /** Whether the change comes from another repository. */
  readonly origin: 'own' | 'fork';
  /** The run that a workflow_run event is about. */
  readonly judgedRun: JudgedRun | null;
}
export interface JudgedRun {
  readonly headSha: string;
  /** `owner:branch`, as the list of pull requests is asked; null = unknown. */
  readonly head: string | null;
}

const sha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const repository = z.looseObject({ full_name: z.string(), private: z.boolean().optional(), visibility: z.string().optional() });
const payloadShape = z.looseObject({
  repository: repository.optional().catch(undefined),
  pull_request: z
    .looseObject({
      number: z.int().positive(),
      head: z.looseObject({ sha, repo: z.looseObject({ full_name: z.string() }).nullish() }),
      base: z.looseObject({ sha }),
    })
    .optional(),
  merge_group: z.looseObject({ head_sha: sha, base_sha: sha }).optional(),
  /** Where the branch stood before a push; zeros for a branch that is new. */
  before: sha
    .refine((commit) => !/^0+$/.test(commit))
    .optional()
    .catch(undefined),
  workflow_run: z
    .looseObject({
      head_sha: sha,
      head_branch: z.string().nullish(),
      head_repository: z.looseObject({ owner: z.looseObject({ login: z.string() }) }).nullish(),
    })
    .optional(),
});
type Payload = z.infer<typeof payloadShape>;

/** GitHub's own limit for a payload is 25 MB. */
const longestPayload = 30_000_000;

/** Reads the payload of the run. Throws on events that must not judge, and on a payload that is not one. */
export async function readEvent(environment: Environment, periods: readonly string[]): Promise<Event> {
  if (environment.eventName === 'pull_request_target') {
    throw new UserError(
      'On pull_request_target, the files of a stranger would be read with the rights of this repository.',
      'Use on: pull_request; for pull requests from forks, add the publisher on workflow_run.',
    );
  }
  return eventOf(await readPayload(environment.eventPath), environment, periods);
}

async function readPayload(path: string | null): Promise<Payload> {
  if (path === null) return {};
  try {
    if ((await stat(path)).size > longestPayload) throw new Error('the file is too long');
    return payloadShape.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new UserError('The payload of the event cannot be read.', 'Run this as a step of a workflow on GitHub.', { cause });
  }
}

function eventOf(payload: Payload, { eventName, sha: runSha, repository }: Environment, periods: readonly string[]): Event {
  const { pull_request: pull, merge_group: group, workflow_run: run, before } = payload;
  const judged = eventName === 'workflow_run' ? judgedRunOf(run) : null;
  return {
    name: eventName,
    mode: modeOf(eventName, periods),
    pullNumber: pull?.number ?? null,
    headSha: pull?.head.sha ?? group?.head_sha ?? runSha,
    baseSha: pull?.base.sha ?? group?.base_sha ?? before ?? null,
    visibility: visibilityOf(payload.repository),
    // A fork that is gone has no repository any more.
    origin: pull !== undefined && pull.head.repo?.full_name !== repository ? 'fork' : 'own',
    judgedRun: judged,
  };
}

function modeOf(eventName: string, periods: readonly string[]): GateMode {
  // A change is always held against its base, whatever was asked for: its rules come from there.
  // A review is submitted after the run on its pull request: that event judges the same again.
  if (eventName === 'pull_request' || eventName === 'pull_request_review' || eventName === 'merge_group') return 'change';
  return periods.length > 0 ? 'named' : 'open';
}

/** An internal repository is read by everybody in the enterprise, not by the world. */
function visibilityOf(repository: Payload['repository']): Visibility | null {
  if (repository?.visibility !== undefined) return repository.visibility === 'public' ? 'public' : 'private';
  if (repository?.private === undefined) return null;
  return repository.private ? 'private' : 'public';
}

function judgedRunOf(run: Payload['workflow_run']): JudgedRun | null {
  if (run === undefined) return null;
  const owner = run.head_repository?.owner.login;
  return { headSha: run.head_sha, head: owner === undefined || !run.head_branch ? null : `${owner}:${run.head_branch}` };
}

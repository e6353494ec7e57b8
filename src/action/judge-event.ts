/** From an event to a judged gate: what is checked out, what it is held against, where the engine is, and what is to be judged. */
import { lstat, mkdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { holdsEngine } from '../engine/engine-packages.ts';
import { judgeGate } from '../gate/judge-gate.ts';
import type { GateSubject, PastOptions } from '../gate/gate-options.ts';
import { type History, openHistory } from '../host/git/history.ts';
import { apiBaseTree, readApiBlob } from '../host/github/api-base-tree.ts';
import type { ApiClient } from '../host/github/api-client.ts';
import { ApiError } from '../host/github/api-error.ts';
import type { Environment } from '../host/github/environment.ts';
import type { Event } from '../host/github/event.ts';
import type { Inputs } from '../host/github/inputs.ts';
import { engineFinder } from '../host/github/install-engine/ensure-engine.ts';
import { findBase } from '../host/github/repository-facts.ts';
import { confine } from '../host/github/workspace-path.ts';
import type { BaseTree, Past } from '../model/base-tree.ts';
import type { GateReport } from '../model/gate.ts';
import type { Day } from '../model/instant.ts';
import { UserError } from '../model/user-error.ts';
import { toolVersion } from '../model/tool-version.ts';
import type { StepLog } from './step-log.ts';
import { notThere } from '../model/not-there.ts';
import { usualRun } from '../period/period-facts.ts';
import { openPast } from '../host/git/git-past.ts';
import { readApproval } from '../host/github/reviews.ts';

export interface JudgeTask {
  readonly event: Event;
  readonly environment: Environment;
  /** Absolute folder of the repository: the workspace, or a folder in it. */
  readonly checkout: string;
  readonly inputs: Inputs;
  /** null = no token. */
  readonly api: ApiClient | null;
  /** The variables of the process, for git and npm, which get the few they need. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Folder of the running program; the engine's manifest lies beside it. */
  readonly programFolder: string;
  readonly today: Day;
  readonly memoryBytes: bigint;
  readonly log: StepLog;
}

/** Folder in the repository for results; a pull request may have put a link there. */
const resultsFolder = '.trueup';

/** The folder for results as outputs say it: relative to the workspace. */
export function resultsFolderOf(workspace: string, checkout: string): string {
  return join(relative(workspace, checkout), resultsFolder).split(sep).join('/');
}

/** Where the repository is checked out: the workspace, or the folder in it that the input `path` names. */
export async function checkoutOf(workspace: string, path: string | null): Promise<string> {
  if (path === null) return workspace;
  const found = await confine(workspace, path);
  if (found === null || !(await lstat(found)).isDirectory()) {
    const words = `The folder that path names, ${JSON.stringify(path.slice(0, 200))}, is not there, or lies outside of the workspace.`;
    throw new UserError(words, 'Give it the path of the step with actions/checkout.');
  }
  // In the form of the workspace's own name, so that what lies below can be said relative to it.
  return join(workspace, relative(await realpath(workspace), found));
}

export async function judgeEvent(task: JudgeTask): Promise<GateReport> {
  const { event, environment, inputs, variables, log } = task;
  const history = await openHistory(task.checkout, variables);
  if (history === null) throw noCheckout(inputs.path);
  const subject = await subjectOf(task, history);
  const checkout = await history.checkout();
  log.debug(
    `event ${event.name}, mode ${subject.mode}, ${subject.mode === 'change' ? `base ${subject.base.commit ?? 'unknown'}` : 'no base'}, checkout ${checkout.commit ?? 'unknown'}`,
  );
  log.debug(
    `${checkout.files.length} files, ledgers ${inputs.ledgers.join(' ') || '(every tracked trueup.yaml)'}, memory ${inputs.memory ?? task.memoryBytes} bytes`,
  );
  await mkdir(environment.temporaryRoot, { recursive: true });
  return judgeGate({
    ...usualRun,
    page: 'written',
    subject,
    past: await readEventPast(task, history),
    checkout,
    ledgers: inputs.ledgers,
    out: await ownFolder(task.checkout),
    workspace: environment.workspace,
    head: event.headSha,
    evidenceRoot: await evidenceRootOf(environment.workspace, inputs.evidenceRoot),
    asOf: inputs.asOf ?? task.today,
    toolVersion,
    temporaryRoot: environment.temporaryRoot,
    memoryBytes: inputs.memory ?? task.memoryBytes,
    onProgress: log.progress,
    findEngine: engineFinder({
      bundleFolder: task.programFolder,
      manifestFolder: join(task.programFolder, '..', 'engine'),
      toolCache: variables['RUNNER_TOOL_CACHE'] || null,
      workspace: environment.workspace,
      environment: variables,
      holdsEngine,
    }),
  });
}

async function subjectOf(task: JudgeTask, history: History): Promise<GateSubject> {
  const { event, inputs } = task;
  if (event.mode === 'named') return { mode: 'named', periods: inputs.periods };
  return event.mode === 'open' ? { mode: 'open' } : { mode: 'change', base: await baseOf(task, history) };
}

/** From the clone if the commit is there, else over the API: the clone is never fetched into. */
async function baseOf({ event, environment, api }: JudgeTask, history: History): Promise<BaseTree> {
  const { repository } = environment;
  try {
    const sha = (await history.resolve('HEAD')) ?? '';
    const parents = sha === '' ? [] : await history.parents(sha);
    const base = await findBase(api, repository, event, { sha, parents, mergeBase: (one, other) => history.mergeBase(one, other) });
    const tree = base === null ? null : ((await history.tree(base)) ?? (api === null ? null : apiBaseTree(api, repository, base)));
    if (tree !== null) return tree;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new UserError(
      `The base of the change could not be found (${error.message}).`,
      'Give the job contents: read and pull-requests: read, or check out with fetch-depth: 0.',
      { cause: error },
    );
  }
  throw new UserError('The base of the change is not in this clone.', 'Check out with fetch-depth: 0, or give the action a token.');
}

function noCheckout(path: string | null): UserError {
  if (path === null)
    return new UserError(
      'There is no git checkout in the workspace.',
      'Put a step with actions/checkout before this one; if it has a path, give path here too.',
    );
  return new UserError(`There is no git checkout in ${JSON.stringify(path.slice(0, 200))}.`, 'Give path the same value as in the step with actions/checkout.');
}

async function ownFolder(checkout: string): Promise<string> {
  const folder = join(checkout, resultsFolder);
  const found = await lstat(folder).catch(notThere);
  if (found === null || found.isDirectory()) return folder;
  throw new UserError(`The place for the results, ${resultsFolder}, is a file or a link.`, 'Remove it from the repository.');
}

async function evidenceRootOf(workspace: string, name: string | null): Promise<string | null> {
  if (name === null) return null;
  const path = await confine(workspace, name);
  if (path === null)
    throw new UserError('The folder that evidence-root names is not there, or lies outside of the workspace.', 'Name a folder inside the workspace.');
  return path;
}

interface PastTask {
  readonly event: Event;
  readonly environment: Environment;
  /** null = no token. */
  readonly api: ApiClient | null;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

async function readEventPast(task: PastTask, history: History): Promise<PastOptions> {
  const { event, environment, api } = task;
  const { repository } = environment;
  const parent = event.name === 'push' ? await parentOf(task, history) : null;
  const { pullNumber: number, headSha: head } = event;
  return {
    past: withApi(openPast(history.root, task.variables), repository, api),
    parent: typeof parent === 'string' ? null : parent,
    recompute: event.name === 'push' || event.name === 'merge_group' ? 'newest' : 'added',
    readApproval: api === null || number === null || head === null ? null : async (places) => readApproval(api, { repository, number, head }, places),
    notes: typeof parent === 'string' ? [parent] : [],
  };
}

function withApi(clone: Past, repository: string, api: ApiClient | null): Past {
  const readBlob = async (id: string): Promise<Buffer | null> => (await clone.readBlob(id)) ?? (api === null ? null : readApiBlob(api, repository, id));
  return { ...clone, readBlob };
}

/** Where the branch stood before the push, else the commit's own parent; a note when neither can be read. */
async function parentOf({ event, environment, api }: PastTask, history: History): Promise<BaseTree | string | null> {
  const head = await history.resolve('HEAD');
  const parents = head === null ? [] : await history.parents(head);
  const candidates = [...(event.baseSha === null ? [] : [event.baseSha]), ...parents.slice(0, 1)];
  for (const commit of candidates) {
    const tree = (await history.tree(commit)) ?? (api === null ? null : await readable(apiBaseTree(api, environment.repository, commit)));
    if (tree !== null) return tree;
  }
  // The first commit of all has nothing before it.
  return candidates.length === 0 ? null : 'what is append-only was not checked: the commit before is not in this clone';
}

async function readable(tree: BaseTree): Promise<BaseTree | null> {
  try {
    await tree.list('');
    return tree;
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

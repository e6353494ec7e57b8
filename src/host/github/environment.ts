/** What the runner says about the run, taken from its variables once and handed down as values. */
import { z } from 'zod';
import { UserError } from '../../model/user-error.ts';

export interface Environment {
  readonly apiUrl: string;
  readonly serverUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly eventName: string;
  /** File with the event's payload; null where there is none. */
  readonly eventPath: string | null;
  /** The commit that the run is about; on a pull request the merge commit. */
  readonly sha: string | null;
  readonly runId: number;
  readonly runAttempt: number;
  readonly workflow: string;
  readonly job: string;
  readonly workspace: string;
  readonly temporaryRoot: string;
  /** null where the runner offers none. */
  readonly outputFile: string | null;
  readonly summaryFile: string | null;
}

const shape = z.looseObject({
  GITHUB_API_URL: z.url({ protocol: /^https?$/ }).default('https://api.github.com'),
  GITHUB_SERVER_URL: z.url({ protocol: /^https?$/ }).default('https://github.com'),
  GITHUB_REPOSITORY: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  GITHUB_EVENT_NAME: z.string().min(1),
  GITHUB_RUN_ID: z.string().regex(/^\d{1,15}$/),
  GITHUB_RUN_ATTEMPT: z
    .string()
    .regex(/^\d{1,6}$/)
    .default('1'),
  GITHUB_WORKSPACE: z.string().min(1),
  RUNNER_TEMP: z.string().min(1),
});

/** Empty variables count as absent. Throws outside of a runner. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = shape.safeParse(given);
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))].join(', ');
    throw new UserError(
      `The runner does not say what an action needs to know: ${names}.`,
      'Run this as a step of a workflow; on a desk, use the command line.',
    );
  }
  const known = parsed.data;
  const optional = (name: string): string | null => given[name] ?? null;
  return {
    apiUrl: known.GITHUB_API_URL,
    serverUrl: known.GITHUB_SERVER_URL,
    repository: known.GITHUB_REPOSITORY,
    eventName: known.GITHUB_EVENT_NAME,
    eventPath: optional('GITHUB_EVENT_PATH'),
    sha: optional('GITHUB_SHA'),
    runId: Number(known.GITHUB_RUN_ID),
    runAttempt: Number(known.GITHUB_RUN_ATTEMPT),
    workflow: optional('GITHUB_WORKFLOW') ?? 'workflow',
    job: optional('GITHUB_JOB') ?? 'job',
    workspace: known.GITHUB_WORKSPACE,
    temporaryRoot: known.RUNNER_TEMP,
    outputFile: optional('GITHUB_OUTPUT'),
    summaryFile: optional('GITHUB_STEP_SUMMARY'),
  };
}

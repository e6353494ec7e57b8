/** The inputs of the action, as data and as values; an empty text is the same as none. */
import { getInput } from '@actions/core';
import { isDay, type Day } from '../../model/instant.ts';
import { UserError } from '../../model/user-error.ts';
import { type FailOn } from '../../model/verdict.ts';

export interface InputDescription {
  readonly name: string;
  readonly description: string;
  /** As in action.yml; null = none there, the words of the description say what holds then. */
  readonly default: string | null;
}

/** In the order of action.yml and of the README. */
export const inputDescriptions: readonly InputDescription[] = [
  {
    name: 'ledger',
    description: 'Ledgers to judge: paths of folders that hold trueup.yaml, or globs, one a line. Without it: every tracked trueup.yaml.',
    default: null,
  },
  {
    name: 'path',
    description: 'Folder in the workspace that the repository is checked out into, as path of actions/checkout. Without it: the workspace itself.',
    default: null,
  },
  { name: 'periods', description: 'Ids of the periods to judge, separated by blanks or commas. Without it: what the event calls for.', default: null },
  { name: 'fail-on', description: 'When the job fails: fail, warn or never. Inconclusive always fails. Without it: fail.', default: null },
  {
    name: 'comment',
    description:
      'The comment on the pull request: always, on-change (when the change touches a ledger), on-failure or never. A comment that is there is kept current in every mode. Without it: on-change.',
    default: null,
  },
  { name: 'token', description: 'Token for the API of GitHub. It is sent to no other host.', default: '${{ github.token }}' },
  {
    name: 'check-run',
    description: 'true: also report as a check run of its own on the head of the pull request (checks: write). Without it: false.',
    default: null,
  },
  {
    name: 'artifact',
    description:
      'false: do not upload the evidence packet. Nothing is uploaded from a public repository unless the ledger says publish: public. Without it: true.',
    default: null,
  },
  { name: 'include-evidence', description: 'true: put the raw evidence files into the artifact too. Without it: false.', default: null },
  { name: 'evidence-root', description: 'Folder in the workspace that holds <period>/ with the evidence, when it is not in the ledger.', default: null },
  { name: 'memory', description: 'Memory limit of the engine, such as 1GB. Without it: 60% of the machine.', default: null },
  { name: 'as-of', description: 'The UTC date of the run, YYYY-MM-DD. Without it: today.', default: null },
  {
    name: 'mode',
    description: 'judge, or publish: post a report that an earlier run judged (for pull requests from forks, on workflow_run). Without it: judge.',
    default: null,
  },
  { name: 'report', description: 'With mode publish: path of the gate.json to post.', default: null },
  {
    name: 'tracking-issue',
    description:
      'true or false: keep one issue per ledger up to date, opened on warn or fail and closed when green (issues: write). Without it: true on schedule, else false.',
    default: null,
  },
];

export type CommentMode = 'always' | 'on-change' | 'on-failure' | 'never';
export type Choice = 'yes' | 'no';

export interface Inputs {
  /** Folders or globs; empty = every tracked ledger. */
  readonly ledgers: readonly string[];
  /** Folder of the repository in the workspace; null = the workspace itself. */
  readonly path: string | null;
  /** Empty = what the event calls for. */
  readonly periods: readonly string[];
  readonly failOn: FailOn;
  readonly comment: CommentMode;
  /** null = none. */
  readonly token: string | null;
  readonly checkRun: Choice;
  readonly artifact: Choice;
  readonly includeEvidence: Choice;
  readonly evidenceRoot: string | null;
  readonly memory: bigint | null;
  readonly asOf: Day | null;
  readonly mode: 'judge' | 'publish';
  readonly report: string | null;
  /** null = as the event calls for. */
  readonly trackingIssue: Choice | null;
}

/** Reads what the runner has set in the environment. A value that cannot be meant is a user error, never a default. */
export function readInputs(): Inputs {
  const text = (name: string): string | null => getInput(name) || null;
  const list = (name: string, separator: RegExp): string[] => (text(name) ?? '').split(separator).filter((part) => part !== '');
  return {
    ledgers: list('ledger', /\s*\n\s*/),
    path: text('path'),
    periods: list('periods', /[\s,]+/),
    failOn: choose('fail-on', text('fail-on'), ['fail', 'warn', 'never']) ?? 'fail',
    comment: choose('comment', text('comment'), ['always', 'on-change', 'on-failure', 'never']) ?? 'on-change',
    token: text('token'),
    checkRun: yesOrNo('check-run', text('check-run')) ?? 'no',
    artifact: yesOrNo('artifact', text('artifact')) ?? 'yes',
    includeEvidence: yesOrNo('include-evidence', text('include-evidence')) ?? 'no',
    evidenceRoot: text('evidence-root'),
    memory: readMemory(text('memory')),
    asOf: readDay(text('as-of')),
    mode: choose('mode', text('mode'), ['judge', 'publish']) ?? 'judge',
    report: text('report'),
    trackingIssue: yesOrNo('tracking-issue', text('tracking-issue')),
  };
}

function choose<Value extends string>(name: string, text: string | null, values: readonly Value[]): Value | null {
  if (text === null) return null;
  const found = values.find((value) => value === text);
  if (found === undefined) throw new UserError(`The input ${name} is ${shorten(text)}.`, `It must be one of: ${values.join(', ')}.`);
  return found;
}

function yesOrNo(name: string, text: string | null): Choice | null {
  const found = choose(name, text?.toLowerCase() ?? null, ['true', 'false']);
  if (found === null) return null;
  return found === 'true' ? 'yes' : 'no';
}

function readDay(text: string | null): Day | null {
  if (text === null) return null;
  if (!isDay(text)) throw new UserError(`The input as-of is ${shorten(text)}.`, 'It must be a day, YYYY-MM-DD.');
  return text;
}

function readMemory(text: string | null): bigint | null {
  if (text === null) return null;
  const match = /^([1-9]\d{0,6})(MB|MiB|GB|GiB)$/.exec(text);
  const unit = { MB: 1_000_000n, MiB: 1_048_576n, GB: 1_000_000_000n, GiB: 1_073_741_824n }[match?.[2] ?? ''];
  const bytes = unit === undefined ? 0n : BigInt(match?.[1] ?? '0') * unit;
  if (bytes < 64_000_000n) throw new UserError(`The input memory is ${shorten(text)}.`, 'It must be a size such as 512MB or 2GB, at least 64MB.');
  return bytes;
}

function shorten(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

/** The inputs of the action as values; action.yml has their words. An empty text is the same as none. */
import { getInput } from '@actions/core';
import { isDay, type Day } from '../../model/instant.ts';
import { UserError } from '../../model/user-error.ts';
import { type FailOn } from '../../model/verdict.ts';

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
  /** A secret; null = nobody is alerted. */
  readonly alertWebhook: string | null;
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
    alertWebhook: text('alert-webhook'),
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

/** What act says of a run, one JSON object a line, and what of it a test asks for. */

export interface RunnerLog {
  /** `success` or `failure` of each job that ran, by its id. */
  readonly jobs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** The job summary as the runner found it in its file. */
  readonly summary: string;
  /** `notice`, `warning` and `error` as the runner has understood them: `<level>: <title>: <text>`. */
  readonly annotations: readonly string[];
  /** The words of runner and steps, one after the other. */
  readonly log: string;
}

interface Entry {
  readonly msg?: string;
  readonly jobID?: string;
  readonly jobResult?: string;
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly content?: string;
  readonly kvPairs?: Readonly<Record<string, string>>;
}

export function readLog(text: string): RunnerLog {
  const entries = text.split('\n').filter(Boolean).map(entryOf);
  const of = (...commands: readonly string[]): readonly Entry[] => entries.filter(({ command }) => command !== undefined && commands.includes(command));
  return {
    jobs: Object.fromEntries(entries.flatMap(({ jobID, jobResult }) => (jobID === undefined || jobResult === undefined ? [] : [[jobID, jobResult]]))),
    outputs: Object.fromEntries(of('set-output').map(({ name = '', arg = '' }) => [name, arg])),
    summary: of('summary')
      .map(({ content = '' }) => content)
      .join(''),
    annotations: of('notice', 'warning', 'error').map(({ command, arg = '', kvPairs = {} }) => `${command}: ${kvPairs['title'] ?? ''}: ${arg}`),
    log: entries.map(({ msg = '' }) => msg.trimEnd()).join('\n'),
  };
}

/** act's last words, when it stops for an error, are plain text. */
function entryOf(line: string): Entry {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return { msg: line };
  }
}

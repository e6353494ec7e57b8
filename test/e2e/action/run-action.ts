/** Starts the action as a runner does: a checkout, a payload, files for outputs and summary, and nothing else in the environment. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testToken } from '../github-server/github-state.ts';
import { programUnderTest } from '../program-under-test.ts';
import { parseOutputs } from './run-announcement.ts';

const root = join(import.meta.dirname, '../../..');
/** What action.yml names. */
const command = programUnderTest('dist/index.js', 'src/action.ts');

export interface Repository {
  /** The workspace of the run. */
  readonly folder: string;
  write(name: string, change: (text: string) => string): void;
  git(...arguments_: readonly string[]): string;
  /** Commits everything; the commit. */
  commit(): string;
  remove(): void;
}

/** A repository whose folder `ledger` holds the small ledger that every scenario starts from; it is green. */
export function makeRepository(): Repository {
  const parent = mkdtempSync(join(tmpdir(), 'trueup-action-'));
  const folder = join(parent, 'workspace');
  cpSync(join(root, 'test/scenarios/_base'), join(folder, 'ledger'), { recursive: true });
  writeFileSync(join(folder, 'README.md'), 'A repository.\n');
  const git = (...arguments_: readonly string[]): string => {
    const names = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.com', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com' };
    const environment = {
      PATH: '/usr/bin:/bin',
      HOME: parent,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_DATE: '2026-06-01T00:00:00Z',
      GIT_COMMITTER_DATE: '2026-06-01T00:00:00Z',
      ...names,
    };
    const ran = spawnSync('git', arguments_, { cwd: folder, encoding: 'utf8', env: environment });
    if (ran.status !== 0) throw new Error(`git ${arguments_.join(' ')}: ${ran.stderr}`);
    return ran.stdout.trim();
  };
  git('init', '--quiet', '--initial-branch', 'main', '--template=');
  return {
    folder,
    git,
    write: (name, change) => writeFileSync(join(folder, name), change(readFileSync(join(folder, name), 'utf8'))),
    commit: () => {
      git('add', '--all');
      git('commit', '--quiet', '--message', 'A change');
      return git('rev-parse', 'HEAD');
    },
    remove: () => rmSync(parent, { recursive: true, force: true }),
  };
}

export interface ActionRun {
  readonly code: number | null;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}
interface Wanted {
  readonly event: string;
  readonly payload: unknown;
  readonly apiUrl: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** Another Node than the one of the tests. */
  readonly node?: string;
}

export async function runAction(
  { folder }: Repository,
  { event, payload, apiUrl, inputs = {}, variables = {}, node = process.execPath }: Wanted,
): Promise<ActionRun> {
  const runner = mkdtempSync(join(folder, '..', 'runner-'));
  const place = (name: string): string => join(runner, name);
  for (const name of ['output', 'summary']) writeFileSync(place(name), '');
  mkdirSync(place('temporary'));
  writeFileSync(place('event.json'), JSON.stringify(payload));
  const child = spawn(node, command, {
    cwd: folder,
    env: {
      PATH: '/usr/bin:/bin',
      HOME: runner,
      TMPDIR: place('temporary'),
      GITHUB_ACTIONS: 'true',
      GITHUB_API_URL: apiUrl,
      GITHUB_REPOSITORY: 'acme/ledger',
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: place('event.json'),
      GITHUB_RUN_ID: '100',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_SHA: 'c'.repeat(40),
      GITHUB_WORKFLOW: 'spend',
      GITHUB_JOB: 'gate',
      GITHUB_WORKSPACE: folder,
      GITHUB_OUTPUT: place('output'),
      GITHUB_STEP_SUMMARY: place('summary'),
      RUNNER_TEMP: place('temporary'),
      RUNNER_TOOL_CACHE: place('tools'),
      INPUT_TOKEN: testToken,
      INPUT_ARTIFACT: 'false',
      'INPUT_AS-OF': '2026-06-15',
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => texts.push(text));
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { code, log: texts.join(''), summary: readFileSync(place('summary'), 'utf8'), outputs: parseOutputs(readFileSync(place('output'), 'utf8')) };
}

/** Wall time of the built Action from spawn to exit on the example ledger: cold, where npm brings the engine first, and warm. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ActionTimes {
  /** Seconds of the first run on a new runner: the engine comes from the package registry into the tool cache. */
  readonly cold: number;
  /** Seconds of the best of the later runs. */
  readonly warm: number;
  readonly node: string;
}

/** `folder` exists and is empty; the action is copied into it as a runner has it, without a node_modules beside it. */
export function timeAction(root: string, folder: string, runs: number): ActionTimes {
  const action = join(folder, 'action');
  for (const part of ['action.yml', 'dist', 'engine']) cpSync(join(root, part), join(action, part), { recursive: true });
  const workspace = join(folder, 'workspace');
  commitExample(root, workspace);
  const measure = (): number => runOnce(join(action, 'dist/index.js'), workspace, folder);
  const cold = measure();
  const later = Array.from({ length: runs }, measure);
  return { cold, warm: Math.min(...later), node: process.versions.node };
}

/** The example ledger as a repository of its own. */
export function commitExample(root: string, workspace: string): void {
  cpSync(join(root, 'examples/cometapi'), workspace, { recursive: true });
  const git = (...options: string[]) =>
    execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org', '-c', 'commit.gpgsign=false', ...options], {
      cwd: workspace,
      stdio: 'ignore',
    });
  git('init', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--message=The example ledger');
}

function runOnce(entry: string, workspace: string, folder: string): number {
  const place = (name: string): string => join(folder, name);
  for (const name of ['tools', 'temporary']) mkdirSync(place(name), { recursive: true });
  writeFileSync(
    place('event.json'),
    JSON.stringify({ ref: 'refs/heads/main', repository: { full_name: 'acme/ledger', private: true, default_branch: 'main' } }),
  );
  for (const name of ['output', 'summary']) writeFileSync(place(name), '');
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry], {
    cwd: workspace,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      GITHUB_ACTIONS: 'true',
      GITHUB_API_URL: 'http://127.0.0.1:9',
      GITHUB_REPOSITORY: 'acme/ledger',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_EVENT_PATH: place('event.json'),
      GITHUB_RUN_ID: '1',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_SHA: 'c'.repeat(40),
      GITHUB_WORKFLOW: 'bench',
      GITHUB_JOB: 'bench',
      GITHUB_WORKSPACE: workspace,
      GITHUB_OUTPUT: place('output'),
      GITHUB_STEP_SUMMARY: place('summary'),
      RUNNER_TEMP: place('temporary'),
      RUNNER_TOOL_CACHE: place('tools'),
      TMPDIR: place('temporary'),
      INPUT_TOKEN: '',
      INPUT_ARTIFACT: 'false',
      'INPUT_AS-OF': '2026-06-15',
    },
  });
  // May fails in the example: the verdict is fail, whatever the time.
  if (status !== 1 || !stdout.includes('Verdict: fail')) throw new Error(`the action ended with ${status}: ${stdout}${stderr}`);
  return (performance.now() - started) / 1000;
}

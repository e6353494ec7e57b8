/** A machine for act to run workflows on, in one folder: the action as a release has it, a Node, the engine in the tool cache, and nothing of this machine. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startArtifactProxy } from './artifact-proxy.ts';
import { readLog, type RunnerLog } from './runner-log.ts';
import { zipContent } from '../action/zip-content.ts';
import { testToken } from '../github-server/github-state.ts';

const root = join(import.meta.dirname, '../../..');
const longestMilliseconds = 120_000;

export interface Runner {
  run(wanted: WantedRun): Promise<WorkflowRun>;
  remove(): void;
}
export interface WantedRun {
  /** As GitHub reads it. */
  readonly workflow: string;
  readonly event: string;
  readonly payload: unknown;
  /** The repository whose HEAD the event is about. */
  readonly repository: string;
  readonly apiUrl: string;
}
export interface WorkflowRun extends RunnerLog {
  /** Of act: 0 when every job has succeeded. */
  readonly code: number | null;
  /** The files of each artifact, by its name. */
  readonly artifacts: Readonly<Record<string, Readonly<Record<string, Buffer>>>>;
}

export function makeRunner({ act, node }: { readonly act: string; readonly node: string }): Runner {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-act-'));
  const place = (name: string): string => join(folder, name);
  for (const name of ['home', 'bin', 'action', 'cache']) mkdirSync(place(name));
  // Whatever action.yml names, host mode takes the node of the PATH. act drops what it has not read yet of a step that ends red: it is given the time to.
  writeFileSync(place('bin/node'), `#!/bin/sh\n'${node}' "$@"\ncode=$?\nsleep 0.3\nexit $code\n`, { mode: 0o755 });
  for (const name of ['action.yml', 'dist', 'engine']) cpSync(join(root, name), join(place('action'), name), { recursive: true });
  fillToolCache(place('cache/tool_cache'));
  return {
    run: (wanted) => runWorkflow(act, folder, wanted),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** As README says it of runners without a registry, with the packages that the tests have already. act fixes the place of its tool cache. */
function fillToolCache(toolCache: string): void {
  const read = (name: string): string => readFileSync(join(root, 'engine', name), 'utf8');
  const { dependencies } = JSON.parse(read('package.json')) as { readonly dependencies: Readonly<Record<string, string>> };
  const lock = createHash('sha256').update(read('package-lock.json')).digest('hex').slice(0, 8);
  const folder = join(toolCache, 'trueup-engine', `${dependencies['@duckdb/node-api']}.lock-${lock}`, process.arch);
  cpSync(join(root, 'engine'), folder, { recursive: true });
  const { packages } = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, unknown>> };
  const here = Object.keys(packages).filter((path) => path !== '' && existsSync(join(root, path)));
  for (const path of here) cpSync(join(root, path), join(folder, path), { recursive: true });
}

async function runWorkflow(act: string, folder: string, wanted: WantedRun): Promise<WorkflowRun> {
  const run = mkdtempSync(join(folder, 'run-'));
  const artifacts = join(run, 'artifacts');
  const port = await freePort();
  const proxy = await startArtifactProxy(port);
  writeFileSync(join(run, 'workflow.yml'), wanted.workflow);
  writeFileSync(join(run, 'event.json'), JSON.stringify(wanted.payload));
  try {
    const ran = await start(act, actArguments(folder, run, port, wanted), {
      PATH: `${join(folder, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
      HOME: join(folder, 'home'),
      TMPDIR: run,
      ACTIONS_RUNTIME_URL: proxy.url,
    });
    return { ...readLog(ran.output), code: ran.code, artifacts: artifactsIn(artifacts) };
  } finally {
    await proxy.close();
  }
}

function actArguments(folder: string, run: string, port: number, { workflow, event, repository, apiUrl }: WantedRun): readonly string[] {
  const options = {
    directory: repository,
    workflows: join(run, 'workflow.yml'),
    eventpath: join(run, 'event.json'),
    // On this machine, without containers.
    platform: 'ubuntu-latest=-self-hosted',
    'action-cache-path': join(folder, 'cache'),
    'artifact-server-path': join(run, 'artifacts'),
    'artifact-server-addr': '127.0.0.1',
    'artifact-server-port': String(port),
    secret: `GITHUB_TOKEN=${testToken}`,
  };
  const environment = { GITHUB_API_URL: apiUrl, GITHUB_REPOSITORY: 'acme/ledger', GITHUB_RUN_ID: '100', CHECKOUT_ORIGIN: `file://${repository}` };
  return [
    event,
    '--json',
    '--no-cache-server',
    // Else act would copy the folder in the place of a checkout step.
    '--no-skip-checkout',
    ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...[...actionsIn(workflow)].flatMap((action) => ['--local-repository', `${action}=${standInFor(action, folder)}`]),
  ];
}

/** The two that are stood in for, with the commit that the workflow pins. Any other stays what it is, and is not to be had without GitHub. */
function actionsIn(workflow: string): ReadonlySet<string> {
  return new Set([...workflow.matchAll(/\buses: ((?:actions\/checkout|acme\/trueup)@[0-9a-f]{40})\b/g)].map((match) => match[1] ?? ''));
}

function standInFor(action: string, folder: string): string {
  return action.startsWith('actions/checkout@') ? join(import.meta.dirname, 'checkout') : join(folder, 'action');
}

function artifactsIn(folder: string): WorkflowRun['artifacts'] {
  const zips = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.zip')) : [];
  return Object.fromEntries(zips.map((name) => [name.replace(/^.*\/|\.zip$/g, ''), zipContent(readFileSync(join(folder, name)))]));
}

function start(program: string, arguments_: readonly string[], env: Readonly<Record<string, string>>): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, arguments_, { env, timeout: longestMilliseconds, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { out: '', error: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.error += text));
    // One after the other: mixed as they come, they would cut each other's lines.
    child.on('error', reject).on('close', (code) => resolve({ code, output: `${said.out}\n${said.error}` }));
  });
}

/** act's service wants to be told its port. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

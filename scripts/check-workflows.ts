/**
 * Runs zizmor and actionlint over our own workflows, those that users copy, and those that README.md shows: `npm run check:workflows`. Both must be silent.
 * They are no packages of npm: each is installed into a temporary folder, and where that cannot be done, the line that says so is all that happens.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workflowsOf } from './workflows-of.ts';

const zizmorVersion = '1.32.0';
const actionlintVersion = 'v1.7.12';
const installSeconds = 120;
const lintSeconds = 60;

const root = join(import.meta.dirname, '..');
const workspace = mkdtempSync(join(tmpdir(), 'trueup-workflows-'));
try {
  const files = [...yamlFiles('.github/workflows'), ...yamlFiles('examples/workflows'), ...readmeFiles()];
  const checks = await Promise.all([zizmor(files), actionlint(files)]);
  for (const { says } of checks) console.log(says);
  process.exitCode = checks.every(({ outcome }) => outcome !== 'complains') ? 0 : 1;
} finally {
  rmSync(workspace, { recursive: true, force: true });
}

interface Check {
  readonly outcome: 'silent' | 'complains' | 'not to be had';
  readonly says: string;
}

/** Offline: what needs the network (are these commits what their comments say?) cannot be asked on every machine. */
async function zizmor(files: readonly string[]): Promise<Check> {
  const folder = join(workspace, 'zizmor');
  const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  const made = await run('python3', ['-m', 'venv', folder], installSeconds);
  const installed = made.ok ? await run(join(bin, 'pip'), ['install', '--quiet', '--only-binary=:all:', `zizmor==${zizmorVersion}`], installSeconds) : made;
  if (!installed.ok) return notToBeHad('zizmor', zizmorVersion, installed.output);
  const others = ['action.yml', '.github/dependabot.yml'].filter((name) => existsSync(join(root, name)));
  const options = ['--offline', '--no-config', '--quiet', '--strict-collection', '--color=never'];
  return judged('zizmor', files, await run(join(bin, 'zizmor'), [...options, ...files, ...others], lintSeconds));
}

/** Without the linters that it would look for on the machine: what they say must not depend on who runs it. */
async function actionlint(files: readonly string[]): Promise<Check> {
  const installed = await run('go', ['install', `github.com/rhysd/actionlint/cmd/actionlint@${actionlintVersion}`], installSeconds);
  if (!installed.ok) return notToBeHad('actionlint', actionlintVersion, installed.output);
  const options = ['-no-color', '-shellcheck=', '-pyflakes='];
  return judged('actionlint', files, await run(join(workspace, 'actionlint'), [...options, ...files], lintSeconds));
}

function notToBeHad(tool: string, version: string, output: string): Check {
  const reason = output.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
  return { outcome: 'not to be had', says: `not checked: ${tool} ${version} could not be installed here (${reason})` };
}

function judged(tool: string, files: readonly string[], { ok, output }: Ran): Check {
  return ok
    ? { outcome: 'silent', says: `${tool} is silent on ${files.length} workflows` }
    : { outcome: 'complains', says: `${tool} complains:\n${output.trimEnd()}` };
}

function yamlFiles(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => `${folder}/${name}`);
}

/** Each workflow of README.md as a file whose name says its line. zizmor takes only what lies in a folder of this name for a workflow. */
function readmeFiles(): string[] {
  const folder = join(workspace, '.github', 'workflows');
  mkdirSync(folder, { recursive: true });
  return workflowsOf(readFileSync(join(root, 'README.md'), 'utf8')).map(({ line, yaml }) => {
    const file = join(folder, `README-line-${line}.yml`);
    writeFileSync(file, yaml);
    return file;
  });
}

interface Ran {
  readonly ok: boolean;
  readonly output: string;
}

function run(command: string, args: readonly string[], seconds: number): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { ...process.env, GOBIN: workspace, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1' };
    const child = spawn(command, args, { cwd: root, env, timeout: seconds * 1000, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code, signal) => {
      const ended = signal === null ? '' : `\nended by ${signal} after at most ${seconds} s`;
      resolve({ ok: code === 0, output: `${Buffer.concat(chunks).toString('utf8')}${ended}` });
    });
  });
}

/**
 * Every step of a release that writes to no registry: `npm run check:release`. Makes the package, the SBOM and the notes, has npm go through publishing
 * without doing it, installs the package in an empty folder and runs it there on each Node that is promised. What this machine cannot have is said.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeRelease, manifest } from './make-release.ts';

const nodes = ['20', '22', '24'];
const patienceSeconds = 90;
/** What a user of the package needs, and what is none of a user's business. */
const needed = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'dist/cli/index.js',
  'dist/cli/third-party-licences.txt',
  'schema/settings.schema.json',
];
const strange = /^(?:src|test|scripts|bench|node_modules|\.)|\.tgz$/;

const work = mkdtempSync(join(tmpdir(), 'trueup-release-'));
try {
  const { tarball, files, components } = makeRelease(join(work, 'release'), 'Unreleased');
  const wrong = [...needed.filter((name) => !files.includes(name)).map((name) => `${name} is missing`), ...files.filter((name) => strange.test(name))];
  if (wrong.length > 0) throw new Error(`The package holds what it should not, or lacks what it needs: ${wrong.join(', ')}`);
  const notes = readFileSync(join(work, 'release', 'notes.md'), 'utf8').split('\n').length;
  console.log(`packed ${files.length} files; ${components} components in the SBOM; ${notes} lines of notes`);
  const [published, installed, ...had] = await Promise.all([publish(tarball), install(tarball), ...nodes.map(nodeOf)]);
  for (const line of [published, installed]) console.log(line.says);
  if (installed.ok) for (const [index, node] of had.entries()) runThere(nodes[index] ?? '', node);
} finally {
  rmSync(work, { recursive: true, force: true });
}

interface Outcome {
  readonly ok: boolean;
  readonly says: string;
}

/** A registry that cannot be asked is no fault of the package; anything else is. */
async function publish(tarball: string): Promise<Outcome> {
  return judged('npm publish --dry-run', await npm(work, 'publish', tarball, '--dry-run', '--tag=latest', '--access=public', '--ignore-scripts'));
}

async function install(tarball: string): Promise<Outcome> {
  mkdirSync(join(work, 'empty'));
  writeFileSync(join(work, 'empty', 'package.json'), '{ "private": true }\n');
  return judged(
    'npm install of the package',
    await npm(join(work, 'empty'), 'install', tarball, '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'),
  );
}

function judged(step: string, { ok, output }: Ran): Outcome {
  if (ok) return { ok, says: `${step} goes through` };
  const away = /E(?:NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|NETUNREACH|HOSTUNREACH)|ENOTCACHED|network|ended after/.test(output);
  if (!away) throw new Error(`${step} fails:\n${output}`);
  return { ok, says: `not checked: ${step}, no registry could be asked (${lastLine(output)})` };
}

type Had = { readonly program: string } | { readonly why: string };

/** The running one where it is that, else the one of npm's package `node`, in npm's own cache. */
async function nodeOf(major: string): Promise<Had> {
  if (process.versions.node.split('.')[0] === major) return { program: process.execPath };
  const { ok, output } = await npm(work, 'exec', '--yes', '--prefer-offline', `--package=node@${major}`, '--', 'node', '-p', 'process.execPath');
  return ok ? { program: lastLine(output) } : { why: lastLine(output) };
}

function runThere(major: string, node: Had): void {
  if ('why' in node) {
    console.log(`not checked: the package on Node ${major}, which cannot be had here (${node.why})`);
    return;
  }
  const folder = join(work, 'empty');
  const ledger = join('node_modules', manifest.name, 'examples', 'cometapi');
  // As `npx trueup` does it, on this Node: the file that the package says is the command.
  const { bin } = JSON.parse(readFileSync(join(folder, 'node_modules', manifest.name, 'package.json'), 'utf8')) as { bin: { trueup: string } };
  const program = join('node_modules', manifest.name, bin.trueup);
  const trueup = (...args: readonly string[]): string => execFileSync(node.program, [program, ...args], { cwd: folder, encoding: 'utf8' });
  const version = trueup('--version').trim();
  if (version !== manifest.version) throw new Error(`On Node ${major} the package says that it is ${version}.`);
  trueup('validate', '--ledger', ledger, '--as-of', '2026-06-15');
  trueup('reconcile', '2026-03', '--ledger', ledger, '--as-of', '2026-06-15', '--out', join(folder, major));
  console.log(`runs on Node ${execFileSync(node.program, ['--version'], { encoding: 'utf8' }).trim()}: --version, validate, reconcile`);
}

interface Ran {
  readonly ok: boolean;
  readonly output: string;
}

function npm(cwd: string, ...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn('npm', ['--loglevel=error', '--no-update-notifier', ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: patienceSeconds * 1000,
      shell: process.platform === 'win32',
    });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code, signal) => {
      const ended = signal === null ? '' : `\nended after ${patienceSeconds} s`;
      resolve({ ok: code === 0, output: `${Buffer.concat(chunks).toString('utf8').trim()}${ended}` });
    });
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
}

/** The committed bundles run by themselves: alone in a folder, without any package beside them, all that needs no rows works. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { toolVersion } from '../../src/model/tool-version.ts';

const root = join(import.meta.dirname, '..', '..');
const temporary = mkdtempSync(join(tmpdir(), 'trueup-bundle-'));
const alone = join(temporary, 'action');
cpSync(join(root, 'dist'), join(alone, 'dist'), { recursive: true });
cpSync(join(root, 'engine'), join(alone, 'engine'), { recursive: true });
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe('dist/cli without packages', () => {
  const trueup = (...options: readonly string[]) =>
    spawnSync(process.execPath, [join(alone, 'dist/cli/index.js'), ...options], { cwd: temporary, encoding: 'utf8' });

  it('states its version', () => {
    expect(trueup('--version')).toMatchObject({ status: 0, stdout: `${toolVersion}\n` });
  });

  it('validates a ledger', () => {
    expect(trueup('validate', '--ledger', join(root, 'test/scenarios/_base'), '--as-of', '2026-06-15')).toMatchObject({ status: 0, stderr: '' });
  });

  it('says that the engine is absent, and what to do', () => {
    const { status, stdout } = trueup('reconcile', '--ledger', join(root, 'test/scenarios/_base'), '--as-of', '2026-06-15');
    expect(status).toBe(2);
    expect(stdout).toContain('the native engine is not installed for this platform');
    expect(stdout).toContain('npm ci --omit=dev');
  });

  it('refuses wrong arguments', () => {
    expect(trueup('reconcile', '--as-of', 'yesterday').status).toBe(64);
  });
});

describe('dist/index.js', () => {
  const program = join(alone, 'dist/index.js');
  const start = (environment: Readonly<Record<string, string>>) =>
    spawnSync(process.execPath, [program], { cwd: temporary, env: environment, encoding: 'utf8' });

  it('says what it misses outside of a runner', () => {
    const { status, stdout, stderr } = start({});
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
    expect(stdout).toMatch(/^::error.*GITHUB_EVENT_NAME.*use the command line\.$/m);
  });

  it('starts from its one file, without the chunks that are loaded when they are used', () => {
    // How long that takes is a matter of the benchmark; that nothing large is read first is a matter of these bytes.
    const lean = join(temporary, 'lean');
    mkdirSync(lean);
    for (const name of ['index.js', 'package.json']) cpSync(join(alone, 'dist', name), join(lean, name));
    const { status, stdout } = spawnSync(process.execPath, [join(lean, 'index.js')], { cwd: temporary, env: {}, encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 2, stdout: expect.stringContaining('GITHUB_EVENT_NAME') as string });
    expect(statSync(program).size).toBeLessThan(4_000_000);
  });

  it('loads the client of the API only when there is something to ask or to say', () => {
    const holders = ['dist', 'dist/cli'].map((folder) => {
      const names = readdirSync(join(alone, folder)).filter((name) => name.endsWith('.js'));
      return names.filter((name) => readFileSync(join(alone, folder, name), 'utf8').includes('octokit-core.js/'));
    });
    expect(holders.map((names) => [names.length, names.includes('index.js')])).toEqual([
      [1, false],
      [1, false],
    ]);
  });

  it('names the licences of what is in it', () => {
    const [action, command] = ['dist/', 'dist/cli/'].map((folder) => readFileSync(join(root, folder, 'third-party-licences.txt'), 'utf8'));
    // Also of merged modules and of chunks that are loaded later.
    const packages = [
      '@actions/artifact',
      '@actions/core',
      '@actions/github',
      '@azure/storage-blob',
      '@octokit/plugin-retry',
      'bottleneck',
      'decimal.js',
      'yaml',
      'zod',
    ];
    for (const name of packages) expect(action).toMatch(new RegExp(`^${name} \\d`, 'm'));
    for (const name of ['@actions/github', 'commander', 'decimal.js', 'yaml', 'zod']) expect(command).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });

  it('knows nothing of the machine that built it', () => {
    for (const name of readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'))) {
      const text = readFileSync(join(root, 'dist', name), 'utf8');
      expect([name, text.includes(root), text.includes(tmpdir() + '/trueup')]).toEqual([name, false, false]);
    }
  });

  it('without an engine and a registry it is inconclusive, says the remedy, and still says what is wrong with the ledger', () => {
    const workspace = join(temporary, 'workspace');
    cpSync(join(root, 'test/scenarios/_base'), workspace, { recursive: true });
    const invoice = join(workspace, 'periods/2026-05/invoice.yaml');
    writeFileSync(invoice, readFileSync(invoice, 'utf8').replace('invoice_id: INV-2026-05', 'invoice_id: INV-2026-06'));
    const { status, stdout } = start(runnerOf(workspace));
    expect(status).toBe(2);
    expect(stdout).toMatch(/engine-missing.*npm could not install it.*ECONNREFUSED.*trueup-engine.*npm ci --omit=dev --ignore-scripts/);
    expect(stdout).toContain('invoice-mismatch');
    expect(readFileSync(join(temporary, 'summary.md'), 'utf8')).toContain('cannot be judged**');
  });
});

/** What a runner sets for a push, with a home whose registry is nowhere. */
function runnerOf(workspace: string): Record<string, string> {
  const git = (...options: readonly string[]): string => execFileSync('git', options, { cwd: workspace, encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '--quiet', '--message=Ledger');
  const home = join(temporary, 'home');
  mkdirSync(home);
  writeFileSync(join(home, '.npmrc'), 'registry=http://127.0.0.1:9/\n');
  writeFileSync(join(temporary, 'event.json'), JSON.stringify({ ref: 'refs/heads/main', repository: { full_name: 'acme/llm', private: true } }));
  for (const name of ['output', 'summary.md']) writeFileSync(join(temporary, name), '');
  const { PATH = '', SystemRoot = '' } = process.env;
  return {
    PATH,
    SystemRoot,
    HOME: home,
    USERPROFILE: home,
    GITHUB_REPOSITORY: 'acme/llm',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: join(temporary, 'event.json'),
    GITHUB_SHA: git('rev-parse', 'HEAD'),
    GITHUB_RUN_ID: '1',
    GITHUB_WORKSPACE: workspace,
    GITHUB_OUTPUT: join(temporary, 'output'),
    GITHUB_STEP_SUMMARY: join(temporary, 'summary.md'),
    RUNNER_TEMP: temporary,
    RUNNER_TOOL_CACHE: join(temporary, 'tools'),
    INPUT_ARTIFACT: 'false',
    'INPUT_AS-OF': '2026-06-15',
  };
}

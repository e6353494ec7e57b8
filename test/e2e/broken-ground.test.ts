/** What the machine refuses is one sentence and a remedy, exit 2, never a stack, and leaves nothing half done. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateBench } from '../../bench/generate.ts';
import { scenarios } from '../scenarios/expected.ts';
import { leftovers, runCli, type Finished, type Surroundings } from './run-cli.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-ground-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));
// Another user looks into it.
chmodSync(workspace, 0o755);
const ledger = join(workspace, 'ledger');
cpSync(join(scenarios, '_base'), ledger, { recursive: true });

const flags = ['--as-of', '2026-06-15'];
const reconcile = (root: string, out: string, around: Surroundings = {}, more: readonly string[] = []) =>
  runCli(workspace, ['reconcile', '--ledger', root, '--out', out, ...flags, ...more], around);

/** One sentence and a remedy, and nothing else on the channel for complaints. */
function expectSaid({ code, stderr, stdout }: Finished, sentence: RegExp): void {
  expect(stderr).toMatch(/^trueup: [^\n]+\n {2}[^\n]+\n$/);
  expect(stderr).toMatch(sentence);
  expect(code).toBe(2);
  expect(stdout + stderr).not.toMatch(/^\s+at .*:\d+|evidence-syntax|line 0/m);
}

/** `ulimit` of a shell, for the program that takes its place. */
const limited = (limit: string): readonly string[] => ['/bin/sh', '-c', `ulimit ${limit}; exec "$@"`, 'sh'];

describe('a full disk', { timeout: 300_000 }, () => {
  const big = join(workspace, 'big');
  beforeAll(() => generateBench({ rows: 20_000, seed: 1, folder: big }));

  it('where outputs go: no output, and nothing of its own stays', async () => {
    expectSaid(
      await reconcile(big, 'limited', { by: limited('-f 100') }, ['--lines', 'parquet']),
      /^trueup: The disk is full \(.*File too large\)\.\n {2}Make room where outputs and temporary files go, or name other folders \(--out, TMPDIR\)\.\n$/,
    );
    expect(readdirSync(join(workspace, 'limited'))).toEqual([]);
    expect(leftovers(workspace)).toEqual([]);
  });

  it('where the terminal was sent to', async () => {
    const ran = await runCli(workspace, ['validate', '--ledger', ledger, ...flags], { stdout: openSync('/dev/full', 'w') });
    expectSaid(ran, /^trueup: The disk is full \(ENOSPC\)\./);
  });

  it('a file system of its own', async () => {
    const small = join(workspace, 'small');
    mkdirSync(small);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small]).status === 0;
    try {
      // Only root may mount; for others a limit on the size of files is the same to the program.
      expectSaid(await reconcile(big, 'small/out', mounted ? {} : { by: limited('-f 100') }), /^trueup: The disk is full \(/);
      expect(readdirSync(join(small, 'out'))).toEqual([]);
    } finally {
      if (mounted) spawnSync('umount', [small]);
    }
  });
});

describe('a right that is missing', { timeout: 120_000 }, () => {
  /** Nobody, where the tests are root: root may read everything. */
  const nobody: Surroundings = {
    by: process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [],
    environment: { TSX_DISABLE_CACHE: '1' },
  };
  /** A copy of the ledger that everybody may read. */
  const copyFor = (name: string): string => {
    const root = join(workspace, name);
    cpSync(ledger, root, { recursive: true });
    spawnSync('chmod', ['-R', 'a+rX', root]);
    return root;
  };
  beforeAll(() => {
    for (const name of ['tmp', 'open']) {
      mkdirSync(join(workspace, name), { recursive: true });
      chmodSync(join(workspace, name), 0o777);
    }
    mkdirSync(join(workspace, 'closed'));
    chmodSync(join(workspace, 'closed'), 0o555);
  });

  it.each(['trueup.yaml', 'contract.yaml', 'prices', 'periods', 'periods/2026-05/evidence'])('to read %s', async (name) => {
    const root = copyFor(`unreadable-${name.replaceAll('/', '-')}`);
    chmodSync(join(root, name), 0o000);
    const ran = await reconcile(root, 'open/out', nobody);
    chmodSync(join(root, name), 0o755);
    expectSaid(
      ran,
      /^trueup: A file or folder may not be read or written: \S+ \(EACCES\)\.\n {2}Give the user that runs this the right to it, or name another folder/,
    );
    expect(ran.stderr).toContain(join(root, name));
  });

  it('to read one file of evidence is a finding on it', async () => {
    const root = copyFor('unreadable-evidence');
    chmodSync(join(root, 'periods/2026-05/evidence/provider.csv'), 0o000);
    const { code, stdout } = await reconcile(root, 'open/out', nobody);
    chmodSync(join(root, 'periods/2026-05/evidence/provider.csv'), 0o644);
    expect(code).toBe(2);
    expect(stdout).toContain('evidence-missing');
    expect(stdout).toContain('it cannot be opened (EACCES)');
  });

  it('to write the outputs', async () => {
    expectSaid(await reconcile(copyFor('for-outputs'), 'closed/out', nobody), /^trueup: [^\n]+closed\/out\S* \(EACCES\)\.\n/);
  });

  it('to write temporary files', async () => {
    const around = { ...nobody, environment: { ...nobody.environment, TMPDIR: join(workspace, 'closed') } };
    expectSaid(await reconcile(copyFor('for-temporary'), 'open/out', around), /^trueup: A file or folder may not be read or written: \S+ \(EACCES\)\./);
  });
});

it('memory of the language that runs out is said before it ends with a stack', { timeout: 300_000 }, async () => {
  const root = join(workspace, 'heavy');
  cpSync(ledger, root, { recursive: true });
  const snapshot = readFileSync(join(root, 'prices/cometapi/2026-05-01.yaml'), 'utf8');
  const models = Array.from({ length: 200 }, (_, index) => `  - billable_model: vendor/model-${index}\n    input_price: "0.10"\n    output_price: "0.40"\n`);
  for (let day = 1; day <= 600; day += 1) writeFileSync(join(root, `prices/cometapi/old-${day}.yaml`), `${snapshot}${models.join('')}`);
  const ran = await runCli(workspace, ['validate', '--ledger', root, ...flags], { environment: { NODE_OPTIONS: '--max-old-space-size=100' } });
  expectSaid(ran, /^trueup: The memory is used up\.\n {2}Give the run more of it: NODE_OPTIONS=--max-old-space-size=<MB>\.\n$/);
});

describe('a reader that has seen enough', () => {
  it('ends in silence', async () => {
    const { stdout, stderr } = await runCli(workspace, ['--help'], { by: ['/bin/sh', '-c', '"$@" | head -1', 'sh'] });
    expect([stdout.split('\n').length, stderr]).toEqual([2, '']);
    expect(stdout).toMatch(/^Usage: trueup /);
  });

  it('the run goes on, writes its outputs and keeps its exit code', async () => {
    const { stderr } = await reconcile(ledger, 'piped', { by: ['/bin/sh', '-c', '{ "$@"; echo "exit $?" >&2; } | :', 'sh'] });
    expect(stderr).toBe('exit 0\n');
    expect(existsSync(join(workspace, 'piped/2026-05/result.json'))).toBe(true);
  });
});

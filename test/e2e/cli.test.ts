/** The exit codes and streams of the command line (SPEC §5): each way to end on a real process, the rest in this one. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baseAlone, scenariosOf } from '../scenarios/expected.ts';
import { layOut } from '../scenarios/lay-out.ts';
import { callCli } from './call-cli.ts';
import { hashesOf, manifestOf } from './read-folder.ts';
import { leftovers, runCli, type Finished } from './run-cli.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-cli-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const ledgers = new Map<string, string>();
beforeAll(async () => {
  ledgers.set('base', await layOut(workspace, '_base', baseAlone));
  const wanted = ['stream-incomplete', 'duplicate-charge', 'evidence-corrupt', 'price-sample', 'missing-key', 'path-escape'];
  for (const [name, expected] of [...scenariosOf('reconcile'), ...scenariosOf('validate')]) {
    if (wanted.includes(name)) ledgers.set(name, await layOut(workspace, name, expected));
  }
  ledgers.set('example', fileURLToPath(new URL('../../examples/cometapi', import.meta.url)));
});

let runs = 0;
/** A folder of its own to run in, and the words of the call; `ledger` is one of the above. */
function callOf(command: string, ledger: string, more: readonly string[]): { readonly folder: string; readonly words: readonly string[] } {
  const folder = join(workspace, `run-${runs++}`);
  mkdirSync(folder);
  const named = ledger === 'none' ? [] : ['--ledger', ledgers.get(ledger) ?? ledger, '--as-of', '2026-06-15'];
  return { folder, words: [command, ...named, ...more] };
}

/** In a process of its own. */
async function run(command: string, ledger: string, more: readonly string[] = []): Promise<Finished & { readonly folder: string }> {
  const { folder, words } = callOf(command, ledger, more);
  return { folder, ...(await runCli(folder, words)) };
}

/** In this process, one after the other. */
async function call(command: string, ledger: string, more: readonly string[] = []): Promise<Awaited<ReturnType<typeof callCli>> & { readonly folder: string }> {
  const { folder, words } = callOf(command, ledger, more);
  return { folder, ...(await callCli(folder, words)) };
}

describe.concurrent('the exit code of a process', { timeout: 120_000 }, () => {
  it.each([
    ['a pass', 'reconcile', 'base', [], 0],
    ['a fail', 'reconcile', 'duplicate-charge', [], 1],
    ['what could not be read', 'reconcile', 'evidence-corrupt', [], 2],
    ['a good ledger', 'validate', 'base', [], 0],
    ['wrong arguments', 'reconcile', 'none', ['--bogus'], 64],
  ] as const)('%s: %s', async (_, command, ledger, more, code) => {
    expect(await run(command, ledger, more)).toMatchObject({ code, signal: null });
  });
});

describe('exit codes', { timeout: 120_000 }, () => {
  it.each([
    ['a warning', 'stream-incomplete', [], 0],
    ['a ledger that could not be read', 'missing-key', [], 2],
    ['a ledger that is not there', '/nowhere', [], 2],
    ['a warning, --fail-on warn', 'stream-incomplete', ['--fail-on', 'warn'], 1],
    ['a pass, --fail-on warn', 'base', ['--fail-on', 'warn'], 0],
    ['a fail, --fail-on never', 'duplicate-charge', ['--fail-on', 'never'], 0],
    ['what could not be read, --fail-on never', 'evidence-corrupt', ['--fail-on', 'never'], 2],
    ['a period that there is not', 'base', ['2026-04'], 2],
    ['several periods, the worst of which fails', 'example', ['2026-03', '2026-05'], 1],
  ] as const)('reconcile: %s', async (_, ledger, more, code) => {
    expect(await call('reconcile', ledger, more)).toMatchObject({ code });
  });

  it.each([
    ['a good ledger', 'base', 0],
    ['a wrong price sample', 'price-sample', 1],
    ['a missing key', 'missing-key', 2],
  ] as const)('validate: %s', async (_, ledger, code) => {
    expect(await call('validate', ledger)).toMatchObject({ code, stderr: '' });
  });

  it.each([
    [['reconcile', '--bogus']],
    [['recon']],
    [['reconcile', '--as-of', '2026-6-1']],
    [['reconcile', '--as-of', '2026-02-30']],
    [['reconcile', '--through', 'yesterday']],
    [['reconcile', '--memory', 'lots']],
    [['reconcile', '--memory', '1MB']],
    [['reconcile', '--lines', 'xlsx']],
    [['reconcile', '--fail-on', 'pass']],
    [['reconcile', '--render', 'html']],
    [['explain', '2026-05']],
    [['validate', 'more']],
    [[]],
  ])('wrong arguments: %j', async (all) => {
    const [command = '', ...more] = all;
    const { code, stdout, stderr } = await call(command, 'none', more);
    expect(code).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
  });

  it('help and version are no mistakes', async () => {
    expect(await call('--help', 'none')).toMatchObject({ code: 0, stderr: '' });
    expect(await call('--version', 'none')).toMatchObject({ code: 0, stderr: '' });
    expect(await call('reconcile', 'none', ['--help'])).toMatchObject({ code: 0, stderr: '' });
  });
});

describe.concurrent('a process', { timeout: 120_000 }, () => {
  it('is quiet beside its result in a pipe, and writes what it lists', async () => {
    const { folder, stdout, stderr } = await run('reconcile', 'base');
    const out = join(folder, '.trueup/2026-05');
    expect(stderr).toBe('');
    expect(stdout).toContain('PASS May 2026 adds up');
    expect(stdout).not.toContain('\u001b');
    const { 'manifest.json': _, ...files } = hashesOf(out) ?? {};
    expect(Object.keys(files)).toEqual(['noted-lines.parquet', 'report.md', 'result.json']);
    expect(manifestOf(out)).toEqual(files);
  });

  it('leaves nothing but its outputs behind', async () => {
    const { folder } = await run('reconcile', 'base', ['--out', 'out']);
    expect(readdirSync(folder)).toEqual(['out', 'tmp']);
    expect(leftovers(folder)).toEqual([]);
    expect(readdirSync(join(folder, 'out'))).toEqual(['2026-05']);
  });
});

describe('what a run says', { timeout: 120_000 }, () => {
  it('prints the very report that it writes', async () => {
    const { folder, stdout } = await call('reconcile', 'duplicate-charge', ['--render', 'report', '--out', 'out']);
    expect(stdout).toBe(readFileSync(join(folder, 'out/2026-05/report.md'), 'utf8'));
  });

  it('reads evidence outside of the ledger only where the command line names the folder', async () => {
    const { folder } = await call('validate', 'base');
    cpSync(join(ledgers.get('base') ?? '', 'periods/2026-05/evidence'), join(folder, 'elsewhere/2026-05/evidence'), { recursive: true });
    cpSync(ledgers.get('base') ?? '', join(folder, 'ledger'), { recursive: true });
    rmSync(join(folder, 'ledger/periods/2026-05/evidence'), { recursive: true });
    expect(await callCli(folder, ['reconcile', '--ledger', 'ledger', '--as-of', '2026-06-15'])).toMatchObject({ code: 2 });
    expect(await callCli(folder, ['reconcile', '--ledger', 'ledger', '--as-of', '2026-06-15', '--evidence-root', 'elsewhere'])).toMatchObject({ code: 0 });
  });

  it('explains a request, and says 2 for one that no layer knows', async () => {
    const known = await call('explain', 'base', ['2026-05', 'req-007']);
    expect(known).toMatchObject({ code: 0, stderr: '' });
    expect(known.stdout).toContain('req-007');
    expect(await call('explain', 'base', ['2026-05', 'req-999'])).toMatchObject({ code: 2 });
  });

  it('says with --timings what each stage took, beside its result', async () => {
    const plain = await call('reconcile', 'base');
    const timed = await call('reconcile', 'base', ['--timings', '--json']);
    expect(JSON.parse(timed.stdout)).toMatchObject({ schema: 'trueup.gate/1' });
    expect(plain.stderr).toBe('');
    const rows = timed.stderr.split('\n').map((line) => line.trim().split(/ +/).slice(0, -1).join(' '));
    const stages = ['reading 24', 'matching 24', 'summing 24', 'digesting 24', 'judging 24', 'writing 24'];
    expect(rows).toEqual(['period stage rows', 'ledger', '2026-05 checking', ...stages.map((stage) => `2026-05 ${stage}`), 'whole', '']);
  });

  it('does not write over what is not its own', async () => {
    const { folder } = await call('validate', 'base');
    cpSync(ledgers.get('base') ?? '', join(folder, 'ledger'), { recursive: true });
    const { code, stderr } = await callCli(folder, ['reconcile', '--ledger', 'ledger', '--as-of', '2026-06-15', '--out', 'ledger/periods']);
    expect(code).toBe(2);
    expect(stderr).toContain('is no earlier output of Trueup');
    expect(readdirSync(join(folder, 'ledger/periods/2026-05'))).toEqual(['evidence', 'invoice.txt', 'invoice.yaml', 'period.yaml']);
  });

  it('says in one sentence that a folder is not there', async () => {
    expect(await call('reconcile', 'base', ['--evidence-root', 'nowhere'])).toMatchObject({ code: 2, stdout: '' });
    expect((await call('validate', '/nowhere')).stderr.split('\n')).toHaveLength(3);
  });
});

/** Runs that are killed, and runs at the same time: what stands in the output folder is always one run's, and whole. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateBench } from '../../bench/generate.ts';
import { baseAlone, scenariosOf } from '../scenarios/expected.ts';
import { layOut } from '../scenarios/lay-out.ts';
import { hashesOf, manifestOf } from './read-folder.ts';
import { leftovers, runCli, startCli } from './run-cli.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-interrupted-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const flags = ['--as-of', '2026-06-15', '--out', 'out'];
const target = join(workspace, 'out/2026-05');

/** The folder that a run writes to before its outputs come into place; null as long as it has written nothing there. */
function unfinished(): string | null {
  const names = readdirSync(join(workspace, 'out')).filter((name) => name.endsWith('.tmp'));
  const begun = names.filter((name) => readdirSync(join(workspace, 'out', name)).length > 0);
  return begun[0] === undefined ? null : join(workspace, 'out', begun[0]);
}

function expectWhole(folder: string): void {
  const { 'manifest.json': _, ...files } = hashesOf(folder) ?? {};
  expect(Object.keys(files)).toContain('result.json');
  expect(manifestOf(folder)).toEqual(files);
}

describe('an interrupted run', { timeout: 300_000 }, () => {
  const big = join(workspace, 'big');
  let before: Record<string, string> | null = null;
  beforeAll(async () => {
    await generateBench({ rows: 24_000, seed: 1, folder: big });
    const base = await layOut(workspace, '_base', baseAlone);
    await runCli(workspace, ['reconcile', '--ledger', base, ...flags]);
    before = hashesOf(target);
    if (before === null) throw new Error('the first run wrote nothing');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s while it writes leaves what was there, and nothing of its own', async (signal, code) => {
    const { child, finished } = startCli(workspace, ['reconcile', '--ledger', big, ...flags]);
    while (child.exitCode === null && unfinished() === null) await wait(2);
    expect(unfinished()).not.toBeNull();
    child.kill(signal);
    const ended = await finished;
    expect(ended).toMatchObject({ code, signal: null, stdout: '' });
    expect(ended.stderr).toBe(`trueup: Stopped by ${signal}.\n  What it had begun is removed, and what stood there before is as it was; start it again.\n`);
    expect(hashesOf(target)).toEqual(before);
    expect(readdirSync(join(workspace, 'out'))).toEqual(['2026-05']);
    expect(leftovers(workspace)).toEqual([]);
  });

  it('a killed one is no hindrance to the next, which sweeps what it left and nothing else', async () => {
    const { child, finished } = startCli(workspace, ['reconcile', '--ledger', big, ...flags]);
    while (child.exitCode === null && unfinished() === null) await wait(2);
    child.kill('SIGKILL');
    expect(await finished).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(hashesOf(target)).toEqual(before);
    expect(unfinished()).not.toBeNull();
    expect(leftovers(workspace)).toHaveLength(1);
    // Of a process that runs, of another machine, and of somebody else.
    const [left = ''] = leftovers(workspace);
    const foreign = [left.replace(/-\d+\./, `-${process.pid}.`), left.replace(/\.[0-9a-f]{8}-/, '.00000000-'), 'trueup-notes'];
    for (const name of foreign) mkdirSync(join(workspace, 'tmp', name));
    const { code } = await runCli(workspace, ['reconcile', '--ledger', big, ...flags]);
    expect([0, 1, 2]).toContain(code);
    expectWhole(target);
    expect(hashesOf(target)).not.toEqual(before);
    expect(readdirSync(join(workspace, 'out'))).toEqual(['2026-05']);
    expect(leftovers(workspace).sort()).toEqual(foreign.sort());
    for (const name of foreign) rmSync(join(workspace, 'tmp', name), { recursive: true });
  });
});

describe('runs at the same time', { timeout: 300_000 }, () => {
  it('into one folder do not disturb each other', async () => {
    const [name, expected] = scenariosOf('reconcile').find(([one]) => one === 'duplicate-charge') ?? ['', baseAlone];
    const good = await layOut(workspace, '_base', baseAlone);
    const bad = await layOut(workspace, name, expected);
    const start = (ledger: string, out: string) =>
      runCli(workspace, ['reconcile', '--ledger', ledger, '--as-of', '2026-06-15', '--out', out, '--render', 'report']);
    const [passed, failed] = [await start(good, 'alone'), await start(bad, 'alone')];
    const both = await Promise.all([good, bad, good, bad].map((ledger) => start(ledger, 'together')));
    expect(both).toEqual([passed, failed, passed, failed]);
    expect(readdirSync(join(workspace, 'together'))).toEqual(['2026-05']);
    expectWhole(join(workspace, 'together/2026-05'));
    expect([passed.stdout, failed.stdout]).toContain(readFileSync(join(workspace, 'together/2026-05/report.md'), 'utf8'));
  });
});

/** `trueup drill` and `trueup init` from their arguments to what they print and how they end. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommandContext } from '../../src/cli/run-flags.ts';
import { addDrillCommand } from '../../src/cli/drill.ts';
import { addInitCommand } from '../../src/cli/init.ts';
import { scenarios } from '../scenarios/expected.ts';
import { plainScreen } from '../plain-screen.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-drill-command-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));
const example = join(import.meta.dirname, '../../examples/cometapi');

async function trueup(...options: readonly string[]): Promise<{ text: string; code: number | null }> {
  const said = { text: '', code: null as number | null };
  const context: CommandContext = {
    print: (text) => void (said.text += text),
    finish: (code) => void (said.code = code),
    today: () => '2026-06-15',
    screen: plainScreen,
    toolVersion: '0.0.0-test',
    programSha256: () => '0'.repeat(64),
    temporaryRoot: workspace,
    memoryBytes: () => 1_000_000_000n,
    environment: { PATH: process.env['PATH'] },
  };
  const program = new Command('trueup').exitOverride().configureOutput({ writeErr: () => undefined });
  addDrillCommand(program, context);
  addInitCommand(program, context);
  await program.parseAsync(options, { from: 'user' });
  return said;
}

describe('trueup drill', () => {
  it('runs every drill, or those that are named', async () => {
    const all = await trueup('drill', '--ledger', example);
    expect(all.code).toBe(0);
    expect(all.text.match(/^test-[a-e]\S* .* held /gm)?.length).toBe(7);
    const one = await trueup('drill', 'run', 'test-e', '--ledger', example);
    expect(one.text.match(/^test-/gm)?.length).toBe(1);
  });

  it('says that drills are missing or old, by the day of the run', async () => {
    const { code, text } = await trueup('drill', 'run', 'test-a', '--ledger', example, '--as-of', '2026-12-31');
    expect(code).toBe(0);
    expect(text).toContain('drills/test-a/drill.yaml:3:5: warn drill-stale: ');
  });

  it('writes a new one, once', async () => {
    const root = join(workspace, 'new');
    cpSync(join(scenarios, '_base'), root, { recursive: true });
    const { code, text } = await trueup('drill', 'new', 'fallback', '--id', 'test-d', '--ledger', root);
    expect(code).toBe(0);
    expect(text).toContain('  drills/test-d/evidence/gateway.csv\n');
    expect(readdirSync(join(root, 'drills/test-d')).toSorted()).toEqual(['README.md', 'drill.yaml', 'evidence']);
    await expect(trueup('drill', 'new', 'fallback', '--id', 'test-d', '--ledger', root)).rejects.toThrow('is not empty');
    await expect(trueup('drill', 'new', 'earthquake', '--id', 'x', '--ledger', root)).rejects.toThrow('earthquake');
  });

  it('injects faults of the kinds that are named', async () => {
    const options = ['drill', 'faults', '2026-05', '--ledger', join(scenarios, '_base')];
    const { code, text } = await trueup(...options, '--seed', '2', '--kind', 'charge-that-nobody-made', 'invoice-total-changed');
    expect(code).toBe(0);
    expect(text).toContain('2026-05: 4 of 4 faults of 2 kinds showed (100%), seed 2');
    await expect(trueup(...options, '--seed', 'x')).rejects.toThrow('whole number');
  });
});

describe('trueup init', () => {
  it('writes a ledger of the month that ended last and says what comes next', async () => {
    const { code, text } = await trueup('init', join(workspace, 'fresh'));
    expect(code).toBe(0);
    expect(text).toContain('  periods/2026-05/period.yaml\n');
    expect(text).toContain('docs/first-hour.md');
    await expect(trueup('init', join(workspace, 'fresh'))).rejects.toThrow('is there already');
  });

  it('prints what is to be added to files that are there', async () => {
    const folder = join(workspace, 'again');
    await trueup('init', folder);
    for (const name of ['trueup.yaml', 'models.yaml', 'contract.yaml', 'prices', 'periods']) rmSync(join(folder, name), { recursive: true });
    const { text } = await trueup('init', folder);
    expect(text).toContain('.github/CODEOWNERS is there already. Add to it:\n\n# Who must approve');
    expect(text).toContain('.github/workflows/trueup-daily.yml is there already and was left alone.\n');
  });
});

/** Drills: scenarios of what differs, the example's five, and the folder of a new one. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runDrills } from '../../src/drills/run-drills.ts';
import { scaffoldDrill } from '../../src/drills/scaffold-drill.ts';
import { builtInFormats } from '../../src/evidence/formats/built-in-formats.ts';
import { writeFolder } from '../../src/ledger/new/write-folder.ts';
import { readLedger } from '../../src/ledger/read-ledger.ts';
import { drillKinds } from '../../src/model/policy.ts';
import type { RunSettings } from '../../src/period/period-facts.ts';
import { renderDrills } from '../../src/report/render-drills.ts';
import { expectInertTerminal } from '../scenarios/expect-inert.ts';
import { scenarios, scenariosOf } from '../scenarios/expected.ts';
import { factsOf } from '../scenarios/facts-of.ts';
import { layOut } from '../scenarios/lay-out.ts';
import { plainScreen } from '../plain-screen.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-drills-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));
const example = join(import.meta.dirname, '../../examples/cometapi');

const settings: RunSettings = {
  evidenceRoot: null,
  asOf: '2026-06-15',
  through: null,
  lineFiles: [],
  toolVersion: '0.0.0-test',
  temporaryRoot: workspace,
  memoryBytes: 1_000_000_000n,
  onProgress: () => undefined,
  onPlan: null,
};

describe('scenarios', () => {
  it.each(scenariosOf('drill'))('%s', async (name, expected) => {
    const run = await runDrills(await layOut(workspace, name, expected), [], { ...settings, asOf: expected.asOf });
    expect(factsOf(run.findings, expected.findings)).toEqual(expected.findings);
    expect(run.outcomes.map(({ state }) => state)).toEqual([expected.exit === 2 ? 'not-judged' : 'differs']);
    expectInertTerminal(renderDrills(run.outcomes, run.findings, plainScreen));
  });
});

describe('the example', () => {
  it('has a drill of each kind, and all hold', async () => {
    const { outcomes, findings } = await runDrills(example, [], settings);
    expect(findings).toEqual([]);
    expect(outcomes.filter(({ state }) => state !== 'held')).toEqual([]);
    expect([...new Set(outcomes.map(({ drill }) => drill.kind))].toSorted()).toEqual(drillKinds.toSorted());
    const text = renderDrills(outcomes, findings, plainScreen);
    expect(text).toContain('test-c proves error-behavior.retried: billable.');
    expect(text.endsWith('No findings.\n')).toBe(true);
  });

  it('is judged by the policy in its age too', async () => {
    const root = join(workspace, 'old');
    cpSync(example, root, { recursive: true, filter: (from) => !from.includes('/evidence/') || from.includes('/drills/') });
    const policy = join(root, 'trueup.yaml');
    writeFileSync(policy, readFileSync(policy, 'utf8').replace('  rules:\n', '  rules:\n    drill-stale: fail\n'));
    const { findings } = await runDrills(root, ['test-d'], { ...settings, asOf: '2027-06-15' });
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['drill-stale', 'fail']]);
  });

  it('runs one of them alone, and refuses one that is not there', async () => {
    const { outcomes } = await runDrills(example, ['test-b'], settings);
    expect(outcomes.map(({ drill }) => drill.id)).toEqual(['test-b']);
    await expect(runDrills(example, ['test-z'], settings)).rejects.toThrow('There is no drill "test-z"');
  });

  it('fails when the provider bills one token more than it did then', async () => {
    const root = join(workspace, 'one-token');
    cpSync(example, root, { recursive: true, filter: (from) => !from.includes('/evidence/') || from.includes('/drills/') });
    const name = join(root, 'drills/test-b/evidence/provider.csv');
    writeFileSync(name, readFileSync(name, 'utf8').replace(',1024,300,', ',1024,301,'));
    const { findings } = await runDrills(root, ['test-b'], settings);
    expect(findings.map(({ code, args }) => [code, args['key'], args['expected'], args['found']])).toEqual([
      ['drill-failed', 'tokens.output_tokens', '300', '301'],
    ]);
  });
});

describe('a new drill', () => {
  it.each(drillKinds)('%s: placeholders are all that is wrong with it, and no period is held up', async (kind) => {
    const root = join(workspace, `new-${kind}`);
    cpSync(join(scenarios, '_base'), root, { recursive: true });
    const before = await readLedger(root, { asOf: '2026-06-15', builtInFormats });
    const files = scaffoldDrill(kind, 'mine', before.ledger);
    await writeFolder(join(root, 'drills/mine'), files);
    const { ledger, findings } = await readLedger(root, { asOf: '2026-06-15', builtInFormats });
    expect([...new Set(findings.map(({ code }) => code))]).toEqual(['placeholder']);
    const open = files['drill.yaml']?.match(/REPLACE_ME/g) ?? [];
    expect(findings.map(({ source }) => source?.file)).toEqual(open.map(() => 'drills/mine/drill.yaml'));
    expect(ledger?.periods.length).toBe(1);
    expect(ledger?.drills).toEqual([]);
    expect(readdirSync(join(root, 'drills/mine')).toSorted()).toEqual(['README.md', 'drill.yaml', 'evidence']);
  });

  it('has a name that can be a folder, and its own', async () => {
    const { ledger } = await readLedger(example, { asOf: '2026-06-15', builtInFormats });
    expect(() => scaffoldDrill('streaming', '../x', ledger)).toThrow('cannot name a drill');
    expect(() => scaffoldDrill('streaming', 'test-a', ledger)).toThrow('There is a drill test-a already');
    expect(scaffoldDrill('streaming', 'mine', null)['drill.yaml']).toContain('account_ref: "REPLACE_ME"');
    await expect(writeFolder(join(example, 'drills/test-a'), { x: '' })).rejects.toThrow('is not empty');
  });
});

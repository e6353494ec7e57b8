/** A layer made of exports in several formats: which format reads a file is part of the inputs, where the file lies is not. */
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Result } from '../../src/model/result.ts';
import { layOut } from '../scenarios/lay-out.ts';
import { scenariosOf } from '../scenarios/expected.ts';
import { callCli } from './call-cli.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-several-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

it('the inputs digest holds the formats of single files, and not their names', async () => {
  const name = 'formats-in-one-layer';
  const expected = scenariosOf('reconcile').find(([scenario]) => scenario === name)?.[1];
  if (expected === undefined) throw new Error(`there is no scenario ${name}`);
  const root = await layOut(workspace, name, expected);
  const period = join(root, 'periods/2026-05/period.yaml');
  const inputs = async (): Promise<string> => {
    await callCli(workspace, ['reconcile', '2026-05', '--ledger', root, '--out', 'out', '--as-of', '2026-06-15']);
    return (JSON.parse(readFileSync(join(workspace, 'out/2026-05/result.json'), 'utf8')) as Result).digests.inputs;
  };
  const first = await inputs();
  renameSync(join(root, 'periods/2026-05/evidence/provider.json'), join(root, 'periods/2026-05/evidence/renamed.json'));
  writeFileSync(period, readFileSync(period, 'utf8').replace('evidence/provider.json', 'evidence/renamed.json'));
  expect(await inputs()).toBe(first);
  writeFileSync(join(root, 'formats/again.yaml'), readFileSync(join(root, 'formats/pages.yaml'), 'utf8').replace('name: pages', 'name: again'));
  const own = await inputs();
  writeFileSync(period, readFileSync(period, 'utf8').replace('format: pages', 'format: again'));
  expect(await inputs()).not.toBe(own);
});

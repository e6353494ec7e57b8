/** action.yml says what the source does: the inputs that it reads, the entry that runs, and no default that hides the configuration. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { action, inputNames } from '../../../action-metadata.ts';

const root = join(import.meta.dirname, '../../../..');

describe('action.yml', () => {
  it('runs the built bundle with the Node of today', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' });
    expect(existsSync(join(root, action.runs.main))).toBe(true);
  });

  it('introduces itself in the length that the marketplace shows', () => {
    expect(action).toMatchObject({ name: 'Trueup', author: expect.any(String), branding: { icon: 'check-circle', color: 'green' } });
    expect(action.description.length).toBeLessThanOrEqual(125);
  });

  it('has the inputs that the source reads, and no default but the token', () => {
    const source = readFileSync(join(root, 'src/host/github/inputs.ts'), 'utf8');
    const read = new Set([...source.matchAll(/\b(?:text|list)\('([\w-]+)'/g)].map((match) => match[1] ?? ''));
    expect([...read].toSorted()).toEqual(inputNames.toSorted());
    for (const { description, required } of Object.values(action.inputs)) expect([description.length > 0, required]).toEqual([true, false]);
    expect(inputNames.filter((name) => action.inputs[name]?.default !== undefined)).toEqual(['token']);
    expect(action.inputs['token']?.default).toBe('${{ github.token }}');
  });

  it('says of each output what it is', () => {
    for (const { description } of Object.values(action.outputs)) expect(description.length).toBeGreaterThan(0);
  });
});

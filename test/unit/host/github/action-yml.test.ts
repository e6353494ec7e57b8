/** action.yml says what the source says: inputs, outputs, the entry that runs, and no default that hides the configuration. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { inputDescriptions } from '../../../../src/host/github/inputs.ts';
import { outputDescriptions } from '../../../../src/host/github/outputs.ts';

const root = join(import.meta.dirname, '../../../..');
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
  readonly name: string;
  readonly description: string;
  readonly author: string;
  readonly branding: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly runs: { readonly using: string; readonly main: string };
};

describe('action.yml', () => {
  it('runs the built bundle with the Node of today', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' });
    expect(existsSync(join(root, action.runs.main))).toBe(true);
  });

  it('introduces itself in the length that the marketplace shows', () => {
    expect(action).toMatchObject({ name: 'Trueup', author: expect.any(String), branding: { icon: 'check-circle', color: 'green' } });
    expect(action.description.length).toBeLessThanOrEqual(125);
  });

  it('has the inputs of the source, in its order and words, and no default but the token', () => {
    const expected = inputDescriptions.map(({ name, description, default: preset }) => [
      name,
      { description, required: false, ...(preset === null ? {} : { default: preset }) },
    ]);
    expect(Object.entries(action.inputs)).toEqual(expected);
    expect(inputDescriptions.filter((input) => input.default !== null).map(({ name }) => name)).toEqual(['token']);
  });

  it('has the outputs of the source, in its order and words', () => {
    expect(Object.entries(action.outputs)).toEqual(outputDescriptions.map(({ name, description }) => [name, { description }]));
  });
});

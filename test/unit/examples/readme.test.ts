/** README.md says what is there: the action's inputs and outputs, a workflow that can be copied, texts that are really printed, pictures that exist. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { workflowsOf } from '../../../scripts/workflows-of.ts';
import { action, inputNames } from '../../action-metadata.ts';

const root = join(import.meta.dirname, '../../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const readme = read('README.md');
const wordsOf = (described: Readonly<Record<string, { readonly description: string }>>): string[][] =>
  Object.entries(described).map(([name, { description }]) => [name, description]);

/** Each row of the table whose head opens with this cell, as its cells without the marks of code. */
function tableOf(head: string): string[][] {
  const lines = readme.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  expect(start, `the table of ${head}`).toBeGreaterThan(0);
  const rows = lines.slice(start + 2);
  return rows.slice(0, rows.indexOf('')).map((row) =>
    row
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.replace(/^`(.*)`$/, '$1')),
  );
}

describe('the tables of README.md', () => {
  it('have the inputs of the action, in its order and words', () => {
    expect(tableOf('input')).toEqual(wordsOf(action.inputs));
  });

  it('have the outputs of the action, in its order and words', () => {
    expect(tableOf('output')).toEqual(wordsOf(action.outputs));
  });

  it('quote texts that the action prints', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const texts = sources.map((name) => read(join('src', name))).join('\n');
    const quoted = tableOf('the log says').map(([text = '']) => text);
    expect(quoted.length).toBeGreaterThan(15);
    const parts = quoted.flatMap((text) => text.split('…').filter((part) => part.length > 3));
    expect(parts.filter((part) => !texts.includes(part))).toEqual([]);
  });
});

describe('the workflow of README.md', () => {
  const [shown, ...others] = workflowsOf(readme);
  const yaml = shown?.yaml ?? '';
  const pinsOf = (text: string): string[] => [...text.matchAll(/uses: (\S+@[0-9a-f]{40} # .*)$/gm)].map((match) => (match[1] ?? '').replace(/(release).*/, '$1'));

  it('is one, of at most 20 lines', () => {
    expect(others).toEqual([]);
    expect(yaml.trimEnd().split('\n').length).toBeLessThanOrEqual(20);
  });

  it('is the gate of the examples in short: its triggers, its rights, its pins, its name', () => {
    const gate = read('examples/workflows/pull-request.yml');
    const [short, long] = [yaml, gate].map((text) => parse(text) as { name: string; on: object; permissions: object; jobs: Record<string, Gate> });
    expect(short?.on).toEqual(long?.on);
    expect(short?.permissions).toEqual(long?.permissions);
    expect(short?.name).toBe(long?.name);
    expect(Object.keys(short?.jobs ?? {})).toEqual(Object.keys(long?.jobs ?? {}));
    expect(short?.jobs['trueup']?.name).toBe(long?.jobs['trueup']?.name);
    expect(short?.jobs['trueup']?.permissions).toEqual(long?.jobs['trueup']?.permissions);
    expect(pinsOf(yaml)).toEqual(pinsOf(gate));
    expect(pinsOf(yaml)).toHaveLength(2);
  });

  it('and the recipes use inputs that the action has', () => {
    const blocks = [...readme.matchAll(/```yaml\n([^]*?)```/g)].map((match) => parse(match[1] ?? '') as { with?: Readonly<Record<string, unknown>> });
    const used = blocks.flatMap((block) => Object.keys(block.with ?? {}));
    expect(used).toContain('ledger');
    expect(used.filter((name) => !inputNames.includes(name))).toEqual([]);
    const named = [...readme.matchAll(/`([a-z-]+): (?:true|false|publish|never|fail)`/g)].map((match) => match[1] ?? '');
    // Words of the ledger and of other actions, as the text says.
    expect([...new Set(named)].filter((name) => !inputNames.includes(name) && !['lfs'].includes(name))).toEqual([]);
  });
});

interface Gate {
  readonly name: string;
  readonly permissions: unknown;
}

describe('README.md', () => {
  it('names the job that is to be required', () => {
    expect(readme).toContain('require the check **Trueup**');
  });

  it('gives one line to run and one to test', () => {
    expect(readme.split('\n')).toEqual(expect.arrayContaining(['npm ci && npm run demo', 'npm ci && npm test']));
  });

  it('links every example workflow and page', () => {
    const pages = [...readdirSync(join(root, 'examples/workflows')).map((name) => `examples/workflows/${name}`), 'docs/command-line.md', 'docs/findings.md'];
    expect(pages.filter((name) => !readme.includes(`(${name})`) && name !== 'examples/workflows/pull-request.yml')).toEqual([]);
  });

  it('shows pictures that are there and small', () => {
    const pictures = [...readme.matchAll(/docs\/pictures\/[\w-]+\.png/g)].map(([name]) => name);
    expect(new Set(pictures)).toEqual(new Set(readdirSync(join(root, 'docs/pictures')).map((name) => `docs/pictures/${name}`)));
    for (const name of pictures) {
      expect(existsSync(join(root, name))).toBe(true);
      const image = readFileSync(join(root, name));
      expect(image.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n');
      expect(image.length).toBeLessThan(300_000);
    }
  });

  it('leads to its own headings', () => {
    const linked = [...readme.matchAll(/\]\(#([\w-]+)\)/g)].map((match) => match[1] ?? '');
    const headings = [...readme.matchAll(/^#+ (.*)$/gm)].map((match) => (match[1] ?? '').toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-'));
    expect(linked.filter((anchor) => !headings.includes(anchor))).toEqual([]);
    expect(read('docs/command-line.md')).toContain('README.md#command-line');
    expect(headings).toContain('command-line');
  });
});

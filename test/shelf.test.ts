/** The newcomer's shelf: what stands on it agrees with the code, so that a first reading misleads nobody. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { steps } from '../src/model/bridge.ts';
import { schemaAddress } from '../src/model/tool-version.ts';
import { verdicts } from '../src/model/verdict.ts';

const root = join(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  readonly repository: { readonly url: string };
  readonly homepage: string;
  readonly bugs: { readonly url: string };
  readonly engines: { readonly node: string };
};
const repository = /github\.com\/([\w-]+\/[\w-]+)\.git$/.exec(manifest.repository.url)?.[1] ?? '';

describe('GLOSSARY.md', () => {
  const rows = [...read('GLOSSARY.md').matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].filter(([, term]) => term !== 'word' && term !== '---');
  const terms = rows.flatMap(([, cell = '']) => [...cell.matchAll(/`(\w[\w-]*)`/g)].map((match) => match[1] ?? ''));

  it('has every step of the bridge, and every place where its sum is stated', () => {
    const subtotals = ['provider_at_snapshot', 'provider_charged', 'invoice_usage', 'invoice_total'];
    expect([...steps, ...subtotals].filter((step) => !terms.includes(step))).toEqual([]);
  });

  it('has every layer and every verdict', () => {
    const layers = ['application', 'gateway', 'provider', 'invoice'];
    expect([...layers, ...verdicts, 'not-applicable'].filter((word) => !terms.includes(word))).toEqual([]);
  });

  it('has each word once, with its meaning and an example', () => {
    expect(terms.filter((term, index) => terms.indexOf(term) !== index)).toEqual([]);
    expect(rows.filter(([, , meaning = '', example = '']) => meaning.trim().length < 8 || example.trim().length < 8)).toEqual([]);
  });

  it('is where README.md and ARCHITECTURE.md lead to', () => {
    expect(['README.md', 'ARCHITECTURE.md'].filter((name) => !read(name).includes('](GLOSSARY.md)'))).toEqual([]);
  });
});

describe('one version of Node', () => {
  const oldest = /^>=(\d+\.\d+)/.exec(manifest.engines.node)?.[1] ?? '';

  it('.nvmrc and the devcontainer have the oldest one that is promised, where what works works everywhere', () => {
    expect(read('.nvmrc').trim()).toBe(oldest);
    const container = JSON.parse(read('.devcontainer/devcontainer.json')) as { readonly image: string };
    expect(container.image).toContain(`:${oldest.split('.')[0]}-`);
  });

  it('the checks run on it and on the one of the action', () => {
    const { jobs } = parse(read('.github/workflows/ci.yml')) as { jobs: { ci: { strategy: { matrix: { node: string[] } } } } };
    const action = /using: node(\d+)/.exec(read('action.yml'))?.[1] ?? '';
    expect(jobs.ci.strategy.matrix.node).toEqual([oldest.split('.')[0], action]);
  });
});

describe('one place of the repository', () => {
  it('package.json and README.md agree on it', () => {
    expect(repository).not.toBe('');
    expect(manifest.homepage).toContain(`github.com/${repository}#`);
    expect(manifest.bugs.url).toBe(`https://github.com/${repository}/issues`);
    expect(read('README.md')).toContain(`uses: ${repository}@`);
  });

  it('every published schema has its address below it', () => {
    const names = readdirSync(join(root, 'schema'));
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const { $id } = JSON.parse(read(`schema/${name}`)) as { readonly $id?: string };
      expect($id).toBe(schemaAddress(name.replace('.schema.json', '')));
      expect($id).toBe(`https://raw.githubusercontent.com/${repository}/main/schema/${name}`);
    }
  });

  it('the entries for SchemaStore name schemas that there are, in the order of their names', () => {
    const entries = JSON.parse(read('docs/schemastore.json')) as { name: string; description: string; fileMatch: string[]; url: string }[];
    const kinds = entries.map(({ url }) => url.replace(/^.*\/schema\/(\w+)\.schema\.json$/, '$1'));
    expect(kinds.filter((kind) => !existsSync(join(root, 'schema', `${kind}.schema.json`)))).toEqual([]);
    expect(entries.map(({ url }) => url)).toEqual(kinds.map(schemaAddress));
    expect(entries.map(({ name }) => name)).toEqual(entries.map(({ name }) => name).sort());
    expect(
      entries.flatMap(({ fileMatch }) => fileMatch).filter((pattern) => !/^trueup\.yaml$|^\*\*\/(?:periods|drills)\/\*\/\w+\.yaml$/.test(pattern)),
    ).toEqual([]);
  });

  it('CODEOWNERS and the templates lead there', () => {
    const owner = repository.split('/')[0] ?? '';
    const owners = read('.github/CODEOWNERS')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(owners.filter((line) => !line.includes(`@${owner}/`))).toEqual([]);
    const paths = owners.map((line) => line.split(/\s+/)[0] ?? '').filter((path) => path !== '*');
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const { contact_links: links } = parse(read('.github/ISSUE_TEMPLATE/config.yml')) as { contact_links: { url: string }[] };
    expect(links.filter(({ url }) => !url.startsWith(`https://github.com/${repository}/`))).toEqual([]);
  });
});

describe('issue forms', () => {
  const forms = readdirSync(join(root, '.github/ISSUE_TEMPLATE')).filter((name) => name !== 'config.yml');

  it.each(forms)('%s asks for something, each with an id of its own, and warns of what must not be posted', (name) => {
    const form = parse(read(`.github/ISSUE_TEMPLATE/${name}`)) as { name: string; description: string; body: { type: string; id?: string }[] };
    const asked = form.body.filter(({ type }) => type !== 'markdown');
    const ids = asked.map(({ id }) => id);
    expect(form.name.length * form.description.length).toBeGreaterThan(0);
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(undefined);
    expect(read(`.github/ISSUE_TEMPLATE/${name}`)).toMatch(/keys, prompts or real invoices/);
  });
});

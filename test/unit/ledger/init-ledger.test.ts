/** A new ledger: whole, valid but for what a person must say, and never over anything that is there. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { builtInFormats } from '../../../src/evidence/formats/built-in-formats.ts';
import { initLedger } from '../../../src/period/init-ledger.ts';
import { initFacts } from '../../../src/ledger/new/ledger-templates.ts';
import { workflowTexts } from '../../../src/ledger/new/workflow-texts.ts';
import { writeNewFiles } from '../../../src/ledger/new/write-new-files.ts';
import { readLedger } from '../../../src/ledger/read-ledger.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-init-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));
const environment = { PATH: process.env['PATH'], HOME: workspace };
const root = join(import.meta.dirname, '../../..');

function repository(name: string, remote: string | null): string {
  const folder = join(workspace, name);
  mkdirSync(folder);
  execFileSync('git', ['init', '--quiet'], { cwd: folder, env: environment });
  if (remote !== null) execFileSync('git', ['remote', 'add', 'origin', remote], { cwd: folder, env: environment });
  return folder;
}
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('.git/') && name !== '.git');

describe('what can be known', () => {
  const place = { folderName: 'My ledger!', remote: null, path: '.', day: '2026-05-31', from: null };

  it.each([
    ['git@github.com:acme/llm-spend.git', 'llm-spend', 'acme'],
    ['https://github.com/acme/llm.spend/', 'llm.spend', 'acme'],
    ['https://token@host.example/acme/_odd name', 'odd-name', 'acme'],
    ['nonsense', 'My-ledger-', null],
  ])('the remote %s', (remote, id, owner) => {
    expect(initFacts({ ...place, remote })).toMatchObject({ id, owner });
  });

  it.each([
    ['2026-05-31', '2026-04-01T00:00:00Z', '2026-05-01T00:00:00Z'],
    ['2026-12-01', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'],
    ['2027-01-15', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['2028-03-01', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
  ])('the month that ended last before %s', (day, start, end) => {
    expect(initFacts({ ...place, day }).month).toEqual({ id: start.slice(0, 7), start, end });
  });
});

describe('a new ledger', () => {
  it('has no finding but what only a person can resolve, each on its line', async () => {
    const folder = repository('whole', 'git@github.com:acme/llm-spend.git');
    const { written, toAdd } = await initLedger(folder, '2026-05-31', environment);
    expect(toAdd).toEqual([]);
    expect(
      filesIn(folder)
        .filter((name) => written.includes(name))
        .toSorted(),
    ).toEqual(written);
    const { ledger, findings } = await readLedger(folder, { asOf: '2026-05-31', builtInFormats });
    expect(ledger?.settings.id).toBe('llm-spend');
    expect([...new Set(findings.map(({ code }) => code))].toSorted()).toEqual(['contract-unverified', 'placeholder', 'unverified-pricing']);
    const open = written
      .filter((name) => name.endsWith('.yaml'))
      .flatMap((name) => linesOf(folder, name).flatMap((line, index) => (/: REPLACE_ME/.test(line) ? [`${name}:${index + 1}`] : [])));
    expect(open.length).toBeGreaterThan(5);
    const places = findings.filter(({ code }) => code === 'placeholder').map(({ source }) => `${source?.file}:${source?.line}`);
    expect(places.toSorted()).toEqual(open.toSorted());
    expect(linesOf(folder, '.github/CODEOWNERS')).toContain('/periods/ @acme');
  });

  it('of pulled evidence has no placeholder at all, and a workflow that pulls', async () => {
    const folder = repository('pulled', 'git@github.com:acme/llm-spend.git');
    const { written } = await initLedger(folder, '2026-05-31', environment, 'cometapi');
    expect(written).toContain('.github/workflows/trueup-usage-pull.yml');
    const { ledger, findings } = await readLedger(folder, { asOf: '2026-05-31', builtInFormats });
    expect(ledger?.periods.map(({ id, evidence }) => [id, evidence.map(({ layer, files }) => [layer, files])])).toEqual([
      [
        '2026-04',
        [
          ['application', []],
          ['provider', ['evidence/cometapi-log-*.jsonl']],
        ],
      ],
    ]);
    expect([...new Set(findings.map(({ code }) => code))].toSorted()).toEqual(['contract-unverified', 'unverified-pricing']);
    expect(written.filter((name) => name.endsWith('.yaml') && linesOf(folder, name).some((line) => line.includes('REPLACE_ME')))).toEqual([]);
  });

  it('may be a folder of a repository, which gets owners and attributes for that folder', async () => {
    const folder = repository('monorepo', null);
    const { written } = await initLedger(join(folder, 'finance/llm'), '2026-05-31', environment);
    expect(written).toContain('finance/llm/trueup.yaml');
    expect(written).toContain('.github/CODEOWNERS');
    expect(linesOf(folder, '.github/CODEOWNERS')).toContain('/finance/llm/prices/ @REPLACE_ME');
    expect(linesOf(folder, '.gitattributes')).toContain('finance/llm/periods/*/evidence/** filter=lfs diff=lfs merge=lfs -text');
  });

  it('may stand in a folder whose name has a blank', async () => {
    const folder = repository('blank', null);
    await initLedger(join(folder, 'our spend'), '2026-05-31', environment);
    expect(linesOf(folder, '.github/CODEOWNERS')).toContain('/our\\ spend/prices/ @REPLACE_ME');
    expect(linesOf(folder, '.gitattributes')).toContain('"our spend/drills/**" -text');
    const asked = ['check-attr', 'filter', '--', 'our spend/periods/2026-04/evidence/a.csv'];
    expect(execFileSync('git', asked, { cwd: folder, env: environment, encoding: 'utf8' })).toContain('filter: lfs');
  });

  it('leaves the files of the repository alone, and says what to add', async () => {
    const folder = repository('settled', null);
    writeFileSync(join(folder, 'CODEOWNERS'), '* @jane\n');
    writeFileSync(join(folder, '.gitattributes'), '* text\n');
    const { written, toAdd } = await initLedger(folder, '2026-05-31', environment);
    expect(toAdd.map(({ name }) => name)).toEqual(['CODEOWNERS', '.gitattributes']);
    expect(written).not.toContain('.github/CODEOWNERS');
    expect(readFileSync(join(folder, 'CODEOWNERS'), 'utf8')).toBe('* @jane\n');
  });

  it('needs no repository', async () => {
    const folder = join(workspace, 'plain/new');
    const { written } = await initLedger(folder, '2026-05-31', environment);
    expect(written).toContain('trueup.yaml');
    expect(filesIn(folder)).toContain('contract.yaml');
  });
});

describe('nothing is written', () => {
  it('over a ledger that is there', async () => {
    const folder = repository('taken', null);
    writeFileSync(join(folder, 'models.yaml'), 'models: []\n');
    await expect(initLedger(folder, '2026-05-31', environment)).rejects.toThrow('models.yaml is there already');
    expect(filesIn(folder)).toEqual(['models.yaml']);
  });

  it('when one of many files cannot be', async () => {
    const folder = join(workspace, 'half');
    mkdirSync(folder);
    writeFileSync(join(folder, 'c'), 'mine');
    const files = new Map([
      ['a/b/one', '1'],
      ['two', '2'],
      ['c', 'theirs'],
    ]);
    await expect(writeNewFiles(folder, files)).rejects.toThrow('nothing was kept');
    expect(filesIn(folder)).toEqual(['c']);
    expect(readFileSync(join(folder, 'c'), 'utf8')).toBe('mine');
  });

  it('into a file where a folder should be', async () => {
    const folder = join(workspace, 'blocked');
    mkdirSync(folder);
    writeFileSync(join(folder, 'periods'), '');
    chmodSync(join(folder, 'periods'), 0o644);
    await expect(initLedger(folder, '2026-05-31', environment)).rejects.toThrow('nothing was kept');
    expect(filesIn(folder)).toEqual(['periods']);
  });
});

describe('the workflows', () => {
  it('are those of examples/workflows (npx tsx scripts/write-init-templates.ts)', () => {
    const folder = join(root, 'examples/workflows');
    const names = readdirSync(folder).filter((name) => name.endsWith('.yml'));
    expect(workflowTexts).toEqual(Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')])));
  });

  it('speak of each other by the names that they get', async () => {
    const folder = join(workspace, 'named');
    await initLedger(folder, '2026-05-31', environment);
    const texts = readdirSync(join(folder, '.github/workflows')).map((name) => readFileSync(join(folder, '.github/workflows', name), 'utf8'));
    expect(texts.join('').match(/(?<![\w-])(?:fork-publish|pull-request|daily|weekly|monthly|price-change)\.yml/g)).toBeNull();
  });
});

function linesOf(folder: string, name: string): string[] {
  return readFileSync(join(folder, name), 'utf8').split('\n');
}

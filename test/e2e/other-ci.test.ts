/** Trueup outside of GitHub: what the GitLab component, the pre-commit hook and the container run is our command line, with options that it takes. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { programUnderTest } from './program-under-test.ts';

const root = join(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const program = programUnderTest('dist/cli/index.js', 'src/cli.ts');
const example = join(root, 'examples/cometapi');
let temporary: string;
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'trueup-other-ci-'));
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** A folder for the PATH in which `name` is a shell script. */
function command(name: string, ...lines: readonly string[]): string {
  const folder = mkdtempSync(join(temporary, 'bin-'));
  writeFileSync(join(folder, name), ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(join(folder, name), 0o755);
  return folder;
}
const trueup = [process.execPath, ...program].map((word) => `'${word}'`).join(' ');

interface Input {
  readonly description: string;
  readonly default?: string;
  readonly regex?: string;
}
interface Job {
  readonly script: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

describe('templates/reconcile.yml', () => {
  const text = read('templates/reconcile.yml');
  const [header, body] = parseAllDocuments(text).map((document) => document.toJS() as unknown);
  const { inputs } = (header as { readonly spec: { readonly inputs: Readonly<Record<string, Input>> } }).spec;
  const [job] = Object.values(body as Readonly<Record<string, Job>>);

  it('uses the inputs that it declares and no other, never inside of the script', () => {
    const used = [...text.matchAll(/\$\[\[ inputs\.([\w-]+) \]\]/g)].map((match) => match[1]);
    expect([...new Set(used)].sort()).toEqual(Object.keys(inputs).sort());
    expect(job?.script.filter((line) => line.includes('$[['))).toEqual([]);
  });

  it('has its inputs in docs/other-ci.md, word for word', () => {
    const rows = [...read('docs/other-ci.md').matchAll(/^\| `([\w-]+)` \| (.+) \|$/gm)].map((row) => [row[1], row[2]]);
    expect(rows).toEqual(Object.entries(inputs).map(([name, { description }]) => [name, description]));
  });

  it('takes an exact version', () => {
    const exact = new RegExp(inputs['version']?.regex ?? '$.');
    expect(['1.2.3', '2.0.0-rc.1'].every((version) => exact.test(version))).toBe(true);
    expect(['latest', '1', '1.2.3; ls', '^1.2.3'].some((version) => exact.test(version))).toBe(false);
  });

  /** The script as GitLab's runner runs it, with a package runner that takes the command line of this checkout. */
  function run(cwd: string, variables: Readonly<Record<string, string>>): { readonly status: number | null; readonly stdout: string } {
    const bin = command('npx', 'test "$1 $2" = "--yes trueup@1.2.3" || exit 99', 'shift 2', `exec ${trueup} "$@"`);
    const given: Readonly<Record<string, Pick<Input, 'default'>>> = {
      ...inputs,
      version: { default: '1.2.3' },
      ledger: { default: 'ledger' },
      'fail-on': { default: 'never' },
    };
    const own = Object.entries(job?.variables ?? {}).map(([name, value]) => [
      name,
      value.replace(/\$\[\[ inputs\.([\w-]+) \]\]/, (_, input: string) => given[input]?.default ?? ''),
    ]);
    const { PATH = '' } = process.env;
    const env = { ...Object.fromEntries(own), ...variables, PATH: `${bin}${delimiter}${PATH}` } as Record<string, string>;
    return spawnSync('sh', ['-e', '-c', job?.script.join('\n') ?? 'exit 98'], { cwd, env, encoding: 'utf8' });
  }

  it('judges a merge request against its base, and else every open period', () => {
    const repository = join(temporary, 'repository');
    mkdirSync(repository);
    const git = (...args: readonly string[]): string =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], { cwd: repository, encoding: 'utf8' }).trim();
    git('init', '--quiet');
    cpSync(example, join(repository, 'ledger'), { recursive: true, filter: (name) => !/[/\\]periods[/\\]2026-0[45]/.test(name) });
    git('add', '--all');
    git('commit', '--quiet', '--message=base');
    const base = git('rev-parse', 'HEAD');
    writeFileSync(join(repository, 'README.md'), 'no ledger\n');
    git('add', '--all');
    git('commit', '--quiet', '--message=head');

    const request = run(repository, { CI_MERGE_REQUEST_DIFF_BASE_SHA: base });
    expect(request.stdout).toContain('Nothing to judge');
    expect(request.status).toBe(0);

    const branch = run(repository, {});
    expect(branch.stdout).toMatch(/^[A-Z]+ (?:Do not approve )?March 2026/m);
    expect(branch.status).toBe(0);
    expect(existsSync(join(repository, '.trueup/2026-03/result.json'))).toBe(true);
  });
});

describe('.pre-commit-hooks.yaml', () => {
  const [hook] = parse(read('.pre-commit-hooks.yaml')) as [{ readonly entry: string; readonly files: string; readonly language: string }];

  it('runs on every file of a ledger, and on no evidence', () => {
    const files = new RegExp(hook.files);
    const { stdout } = spawnSync('git', ['ls-files', 'examples/cometapi'], { cwd: root, encoding: 'utf8' });
    const names = stdout.split('\n').filter((name) => name !== '');
    const expected = names.filter((name) => /\.yaml$|evidence\.lock$/.test(name) && !name.includes('/evidence/'));
    expect(expected.length).toBeGreaterThan(8);
    expect(names.filter((name) => files.test(name))).toEqual(expected);
  });

  it('is the command of the package, and fails where validate fails', () => {
    const bin = command('trueup', `exec ${trueup} "$@"`);
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
    const run = (cwd: string): number | null => spawnSync('sh', ['-c', hook.entry], { cwd, env }).status;
    expect(hook.language).toBe('node');
    expect(run(example)).toBe(0);
    const broken = join(temporary, 'broken');
    cpSync(example, broken, { recursive: true, filter: (name) => !/[/\\]periods[/\\]/.test(name) });
    writeFileSync(join(broken, 'trueup.yaml'), 'version: 1\nid: [\n');
    expect(run(broken)).not.toBe(0);
  });
});

describe('Dockerfile', () => {
  it('copies what there is and what .dockerignore lets through, and starts the command of the package', () => {
    const docker = read('Dockerfile');
    const copied = [...docker.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) => match[1]?.split(' ') ?? []);
    expect(copied.sort()).toEqual(['LICENSE', 'dist/cli', 'package-lock.json', 'package.json']);
    const letThrough = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    expect(letThrough.map((line) => line.slice(1)).sort()).toEqual(copied);
    expect(docker).toContain('ln -s /opt/trueup/dist/cli/index.js /usr/local/bin/trueup');
  });
});

/** The native engine comes into the runner's tool cache by npm or without one, from a registry of our own: no network, real npm, real libraries. */
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/engine/database.ts';
import { sql } from '../../src/engine/sql.ts';
import { holdsEngine, nativePackages } from '../../src/engine/engine-packages.ts';
import { enginePins, engineVersion } from '../../src/engine/engine-pins.ts';
import { verifyEngine } from '../../src/engine/load-engine.ts';
import { ensureEngine, type EngineSearch } from '../../src/host/github/install-engine/ensure-engine.ts';
import type { EngineChoice } from '../../src/model/engine-place.ts';
import { serveEngine, serveSilence, type EngineRegistry } from './engine-registry.ts';

const temporary = mkdtempSync(join(tmpdir(), 'trueup-engine-'));
const bundleFolder = join(temporary, 'action', 'dist');
const manifestFolder = join(temporary, 'action', 'engine');
const workspace = join(temporary, 'workspace');
const tarballOfApi = `/@duckdb/node-api/-/node-api-${engineVersion}.tgz`;
let registry: EngineRegistry;
let installed: readonly EngineChoice[];
let searched: EngineSearch;

beforeAll(async () => {
  mkdirSync(bundleFolder, { recursive: true });
  mkdirSync(workspace);
  registry = await serveEngine(manifestFolder);
  // A project that claims everything below it, as a pull request could write it, and a tool cache in the worst of places.
  writeFileSync(join(workspace, '.npmrc'), 'registry=http://127.0.0.1:9/\n');
  writeFileSync(join(workspace, 'package.json'), '{ "private": true, "workspaces": ["tools/trueup-engine/*/.*"] }');
  searched = search(
    'first',
    `registry=${registry.url}\n//${new URL(registry.url).host}/:_authToken=\${GITHUB_TOKEN}-\${INPUT_TOKEN}-\${ACTIONS_RUNTIME_TOKEN}\n`,
  );
  searched = { ...searched, toolCache: join(workspace, 'tools') };
  installed = await Promise.all([ensureEngine(searched), ensureEngine(searched)]);
});

afterAll(() => {
  registry.close();
  rmSync(temporary, { recursive: true, force: true });
});

/** A search as a runner's job makes it, with a home and a tool cache of its own. */
function search(name: string, npmrc: string): EngineSearch {
  const home = join(temporary, `home-${name}`);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, '.npmrc'), npmrc);
  const tokens = { GITHUB_TOKEN: 'ghs_first', INPUT_TOKEN: 'ghs_second', ACTIONS_RUNTIME_TOKEN: 'third' };
  const { PATH, SystemRoot } = process.env;
  const environment = { PATH, SystemRoot, HOME: home, USERPROFILE: home, ...tokens };
  return { bundleFolder, manifestFolder, toolCache: join(temporary, `tools-${name}`), workspace, environment, holdsEngine };
}

/** The installed engine in a folder of its own: what was loaded from a folder once is not looked at again. */
function copyOf(name: string): string {
  const [first] = installed;
  const folder = join(temporary, name);
  cpSync(first?.from === 'runner' ? first.folder : '', folder, { recursive: true });
  return folder;
}

function query(choice: EngineChoice): Promise<unknown> {
  const limits = { memoryLimit: null, maxTemporaryBytes: 1_000_000n, threads: 1, onPlan: null };
  return openDatabase({ file: ':memory:', temporaryFolder: temporary, readable: [], folders: [], ...limits, findEngine: async () => choice }).then(
    async (database) => {
      try {
        return await database.rows(sql`select 42 as answer`);
      } finally {
        database.close();
      }
    },
  );
}

describe('two jobs at once on a machine without an engine', () => {
  it('both get the one engine, whole, and leave nothing else', async () => {
    const [first, second] = installed;
    expect(first).toEqual({ from: 'runner', folder: expect.stringContaining(join('tools', 'trueup-engine')) });
    expect(second).toEqual(first);
    const folder = first?.from === 'runner' ? first.folder : '';
    expect(readdirSync(dirname(folder)).sort()).toEqual([folder.slice(dirname(folder).length + 1), `${folder.slice(dirname(folder).length + 1)}.complete`]);
    expect(await query(first!)).toEqual([{ answer: 42 }]);
  });

  it("a pull request's .npmrc and workspaces redirect nothing, the user's own configuration holds", () => {
    expect(registry.asked.map(({ path }) => path)).toContain(tarballOfApi);
    expect(readdirSync(workspace).sort()).toEqual(['.npmrc', 'package.json', 'tools']);
  });

  it('npm sees no token', () => {
    const sent = [...new Set(registry.asked.map(({ authorization }) => authorization))];
    expect(sent).toEqual(['Bearer ${GITHUB_TOKEN}-${INPUT_TOKEN}-${ACTIONS_RUNTIME_TOKEN}']);
  });

  it('later jobs need neither npm nor a registry', async () => {
    expect(await ensureEngine({ ...searched, environment: {} })).toEqual(installed[0]);
  });

  it('a node_modules beside the bundle comes first', async () => {
    const beside = join(copyOf('beside'), 'dist');
    mkdirSync(beside);
    expect(await ensureEngine({ ...searched, bundleFolder: beside, toolCache: null })).toEqual({ from: 'runner', folder: beside });
    expect(verifyEngine({ from: 'runner', folder: beside })).toBeNull();
  });
});

describe('an engine that somebody changed is refused before any of it runs', () => {
  const native = nativePackages().find((name) => existsSync(join(import.meta.dirname, '../../node_modules', name))) ?? '';

  it.each(Object.keys(enginePins[native]?.libraries ?? {}))('one bit of %s', async (library) => {
    const folder = copyOf(`bit-${library}`);
    const file = await open(join(folder, 'node_modules', native, library), 'r+');
    await file.write(Buffer.from([1]), 0, 1, 4096);
    await file.close();
    await expect(query({ from: 'runner', folder })).rejects.toMatchObject({ absence: { problem: 'altered', detail: `${native}/${library}`, folder } });
  });

  it.each(['@duckdb/node-api/lib/index.js', '@duckdb/node-bindings/duckdb.js', 'detect-libc/lib/detect-libc.js'])('a line more in %s', async (name) => {
    const folder = copyOf(`line-${name.replaceAll('/', '-')}`);
    appendFileSync(join(folder, 'node_modules', name), '\nprocess.exit(0);\n');
    const { absence } = (await query({ from: 'runner', folder }).catch((error: unknown) => error)) as { absence: unknown };
    expect(absence).toEqual({ from: 'nowhere', problem: 'altered', detail: name.split('/lib/')[0]?.replace('/duckdb.js', ''), folder });
  });

  it('a package that shadows another', () => {
    const folder = copyOf('shadow');
    const shadow = join(folder, 'node_modules/@duckdb/node-bindings/node_modules/detect-libc');
    mkdirSync(shadow, { recursive: true });
    writeFileSync(join(shadow, 'package.json'), '{ "name": "detect-libc", "main": "index.js" }');
    writeFileSync(join(shadow, 'index.js'), 'process.exit(0);');
    expect(verifyEngine({ from: 'runner', folder })).toEqual({ problem: 'altered', detail: 'detect-libc' });
  });

  it('a half of one', () => {
    const folder = copyOf('half');
    rmSync(join(folder, 'node_modules', native), { recursive: true });
    expect(verifyEngine({ from: 'runner', folder })).toEqual({ problem: 'absent', detail: nativePackages()[0] });
  });
});

describe('on a machine with Node and no npm', () => {
  /** Node lies where there is no npm beside it, and neither is there one on the PATH. */
  function withoutNpm(name: string, url: string): EngineSearch {
    const execPath = join(temporary, 'node-alone', 'bin', 'node');
    const environment = { PATH: '', npm_config_registry: url, GITHUB_TOKEN: 'ghs_first' };
    return { bundleFolder, manifestFolder, toolCache: join(temporary, `tools-${name}`), workspace, execPath, environment, holdsEngine };
  }
  const leftIn = ({ toolCache }: EngineSearch): string[] => readdirSync(join(toolCache ?? '', 'trueup-engine'), { recursive: true, encoding: 'utf8' });

  it('two jobs at once get the one engine from the addresses of the lock file, whole, and leave nothing else', async () => {
    const before = registry.asked.length;
    const bare = withoutNpm('bare', registry.url);
    const [first, second] = await Promise.all([ensureEngine(bare), ensureEngine(bare)]);
    expect(first).toEqual({ from: 'runner', folder: expect.stringContaining('trueup-engine') });
    expect(second).toEqual(first);
    const folder = first.from === 'runner' ? first.folder : '';
    expect(readdirSync(dirname(folder)).sort()).toEqual([basename(folder), `${basename(folder)}.complete`]);
    expect(verifyEngine({ from: 'runner', folder })).toBeNull();
    expect(await query(first)).toEqual([{ answer: 42 }]);
    const asked = registry.asked.slice(before);
    expect(asked.map(({ path }) => path)).toContain(tarballOfApi);
    // No other platform's package, no description of one, and no token.
    expect(new Set(asked.map(({ path }) => path)).size).toBe(4);
    expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set([undefined]));
  });

  it.each([
    ['bytes that are not those of the lock file', () => registry.url, /^@duckdb\/node-api could not be downloaded: its bytes are not those of the lock file$/],
    ['a package that is not there', () => `${registry.url}elsewhere/`, /^@duckdb\/node-api could not be downloaded: it answered 404$/],
    ['a registry that is away', () => 'http://user:secret@127.0.0.1:9/', /^@duckdb\/node-api could not be downloaded: .*ECONNREFUSED/],
    ['an address that is none', () => 'nonsense', /^@duckdb\/node-api could not be downloaded: Invalid URL$/],
  ])('refuses %s, and leaves nothing', async (_, url, detail) => {
    const real = join(import.meta.dirname, '../../engine');
    const refused = { ...withoutNpm('refused', url()), manifestFolder: real };
    const found = await ensureEngine(refused);
    expect(found).toMatchObject({ from: 'nowhere', problem: 'no-npm', detail: expect.stringMatching(detail) });
    expect(JSON.stringify(found)).not.toContain('secret');
    expect(leftIn(refused)).toEqual([expect.stringMatching(/^[^/\\]+$/)]);
  });

  it('gives up a registry that never answers', async () => {
    const silence = await serveSilence();
    try {
      const slow = { ...withoutNpm('slow', silence.url), timeoutMilliseconds: 300 };
      expect(await ensureEngine(slow)).toMatchObject({ problem: 'no-npm', detail: '@duckdb/node-api could not be downloaded: not here within 0.3 s' });
    } finally {
      silence.close();
    }
  });

  it('asks the lock file for an address where the user names no registry, and takes none without https', async () => {
    const plain = join(temporary, 'plain-manifest');
    cpSync(manifestFolder, plain, { recursive: true });
    const lock = readFileSync(join(plain, 'package-lock.json'), 'utf8');
    writeFileSync(join(plain, 'package-lock.json'), lock.replaceAll('"https:', '"http:'));
    const found = await ensureEngine({ ...withoutNpm('plain', ''), manifestFolder: plain });
    expect(found).toMatchObject({ problem: 'no-npm', detail: expect.stringMatching(/names an address without https$/) });
  });
});

// Most of each is spent waiting for npm.
describe.concurrent('without an engine', () => {
  it('says what npm said when the registry is away, and leaves nothing', async () => {
    const away = search('away', 'registry=http://user:secret@127.0.0.1:9/\n');
    const found = await ensureEngine(away);
    expect(found).toMatchObject({ from: 'nowhere', problem: 'npm-failed', detail: expect.stringMatching(/ECONNREFUSED/) });
    expect(JSON.stringify(found)).not.toContain('secret');
    expect(readdirSync(join(away.toolCache ?? '', 'trueup-engine')).flatMap((name) => readdirSync(join(away.toolCache ?? '', 'trueup-engine', name)))).toEqual(
      [],
    );
  });

  it('ends an npm that waits for ever', async () => {
    const silence = await serveSilence();
    try {
      const slow = { ...search('silence', `registry=${silence.url}\n`), timeoutMilliseconds: 1500 };
      expect(await ensureEngine(slow)).toMatchObject({ problem: 'npm-timeout', detail: '1.5 s' });
    } finally {
      silence.close();
    }
  });

  it('refuses a package whose bytes are not those of the lock file', async () => {
    const folder = join(temporary, 'other-manifest');
    cpSync(join(import.meta.dirname, '../../engine'), folder, { recursive: true });
    const found = await ensureEngine({ ...search('other', `registry=${registry.url}\n`), manifestFolder: folder });
    expect(found).toMatchObject({ problem: 'npm-failed', detail: expect.stringMatching(/EINTEGRITY|integrity/) });
  });

  it('says that there is no tool cache', async () => {
    expect(await ensureEngine({ ...searched, toolCache: null })).toEqual({ from: 'nowhere', problem: 'no-tool-cache', detail: '', folder: '' });
  });

  it('says that the tool cache cannot be written to', async () => {
    const blocked = join(temporary, 'a-file');
    writeFileSync(blocked, '');
    expect(await ensureEngine({ ...searched, toolCache: blocked })).toMatchObject({ problem: 'not-writable', detail: expect.stringMatching(/ENOTDIR|EEXIST/) });
  });

  it('is what a run says when it needs rows', async () => {
    await expect(query({ from: 'nowhere', problem: 'no-npm', detail: '', folder: '/tools/x' })).rejects.toThrow(
      'The native engine could not be loaded: no-npm, in /tools/x',
    );
  });
});

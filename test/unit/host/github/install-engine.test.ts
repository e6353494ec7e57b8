/** Where npm is looked for, what it is told of the environment, and where an engine belongs. */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { engineFolder } from '../../../../src/host/github/install-engine/engine-folder.ts';
import { findNpm, npmEnvironment } from '../../../../src/host/github/install-engine/run-npm-ci.ts';
import { liesIn } from '../../../../src/host/github/workspace-path.ts';

const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'trueup-npm-')));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const workspace = join(temporary, 'workspace');
mkdirSync(workspace);

function file(...parts: readonly string[]): string {
  const path = join(temporary, ...parts);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  chmodSync(path, 0o755);
  return path;
}

describe('findNpm', () => {
  const script = ['node_modules', 'npm', 'bin', 'npm-cli.js'] as const;
  const lonely = file('lonely', 'bin', 'node');

  it('takes the script that came with the running Node', () => {
    const unix = file('unix', 'bin', 'node');
    const windows = file('windows', 'node.exe');
    const path = dirname(file('elsewhere', 'npm'));
    expect(findNpm({ execPath: unix, path, workspace })?.program).toBe(join(path, 'npm'));
    expect(findNpm({ execPath: unix, path: '', workspace })).toBeNull();
    const [left, right] = [file('unix', 'lib', ...script), file('windows', ...script)];
    expect(findNpm({ execPath: unix, path, workspace })).toEqual({ program: unix, before: [left] });
    expect(findNpm({ execPath: windows, path, workspace })).toEqual({ program: windows, before: [right] });
  });

  it('runs the script behind a link on the PATH with the running Node, and anything else as it is', () => {
    const target = file('share', 'npm', 'bin', 'npm-cli.js');
    mkdirSync(join(temporary, 'linked'));
    symlinkSync(target, join(temporary, 'linked', 'npm'));
    const wrapper = file('wrapped', 'npm');
    expect(findNpm({ execPath: lonely, path: join(temporary, 'linked'), workspace })).toEqual({ program: lonely, before: [target] });
    expect(findNpm({ execPath: lonely, path: dirname(wrapper), workspace })).toEqual({ program: wrapper, before: [] });
  });

  it('believes nothing in the workspace and nothing relative', () => {
    const planted = dirname(file('workspace', 'bin', 'npm'));
    mkdirSync(join(temporary, 'outside'));
    symlinkSync(join(planted, 'npm'), join(temporary, 'outside', 'npm'));
    symlinkSync(planted, join(temporary, 'alias'));
    const path = [planted, 'bin', '.', '', join(temporary, 'outside'), join(temporary, 'alias')].join(delimiter);
    expect(findNpm({ execPath: lonely, path, workspace })).toBeNull();
  });
});

describe('npmEnvironment', () => {
  it('hands on what npm needs, in any case', () => {
    const needed = { Path: '/bin', HOME: '/h', https_proxy: 'http://p', NPM_CONFIG_USERCONFIG: join(temporary, '.npmrc'), npm_config_registry: 'http://r' };
    expect(npmEnvironment(needed, workspace)).toEqual(needed);
  });

  it('hands on nothing else, whatever its name', () => {
    const names = [
      'GITHUB_TOKEN',
      'INPUT_TOKEN',
      'ACTIONS_RUNTIME_TOKEN',
      'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
      'NODE_AUTH_TOKEN',
      'NPM_TOKEN',
      'NODE_OPTIONS',
      'X',
    ];
    expect(npmEnvironment(Object.fromEntries(names.map((name) => [name, 'value'])), workspace)).toEqual({});
  });

  it('names no file of the workspace', () => {
    const inside = {
      NPM_CONFIG_USERCONFIG: join(workspace, '.npmrc'),
      npm_config_cafile: join(workspace, 'ca.pem'),
      NODE_EXTRA_CA_CERTS: join(workspace, 'x'),
    };
    expect(npmEnvironment(inside, workspace)).toEqual({});
  });
});

describe('liesIn', () => {
  it.each([
    [workspace, true],
    [join(workspace, 'a', 'b'), true],
    [join(workspace, '..a'), true],
    [join(workspace, '..'), false],
    [`${workspace}-other`, false],
    [join(workspace, 'a', '..', '..', 'b'), false],
  ])('%s: %s', (path, expected) => {
    expect(liesIn(workspace, path)).toBe(expected);
  });
});

describe('engineFolder', () => {
  const manifest = join(import.meta.dirname, '../../../../engine');

  it('has the layout of the tool cache, and the version and the lock file in its name', () => {
    const parts = engineFolder('/tools', manifest).split(/[\\/]/);
    expect(parts.slice(1, 3)).toEqual(['tools', 'trueup-engine']);
    expect(parts[3]).toMatch(/^1\.5\.5-r\.5\.lock-[0-9a-f]{8}$/);
    expect([process.arch, `${process.arch}-musl`]).toContain(parts[4]);
  });

  it('is another one for another lock file', () => {
    const other = join(temporary, 'engine');
    cpSync(manifest, other, { recursive: true });
    writeFileSync(join(other, 'package-lock.json'), '{}');
    expect(engineFolder('/tools', other)).not.toBe(engineFolder('/tools', manifest));
  });
});

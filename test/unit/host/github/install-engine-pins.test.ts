/** The engine's manifest, its pins in the source and the tool's own lock file speak of the same packages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { enginePackages } from '../../../../src/engine/engine-packages.ts';
import { enginePins, engineVersion } from '../../../../src/engine/engine-pins.ts';
import { hashPackage } from '../../../../src/engine/hash-package.ts';
import { engineProblems } from '../../../../src/model/engine-place.ts';
import { problemWords } from '../../../../src/report/wording/problem-words.ts';

const root = join(import.meta.dirname, '../../../..');
const lockOf = (folder: string) => (JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as Lock).packages;
interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity: string; readonly resolved?: string }>>;
}
const engine = Object.entries(lockOf(join(root, 'engine'))).filter(([path]) => path !== '');

describe('engine/package-lock.json', () => {
  it('has an address and an integrity hash for every package', () => {
    expect(engine.length).toBeGreaterThan(10);
    expect(engine.filter(([, { integrity, resolved }]) => !integrity.startsWith('sha512-') || !(resolved ?? '').startsWith('https://'))).toEqual([]);
  });

  it("locks the same bytes as the tool's own lock file", () => {
    const own = lockOf(root);
    expect(engine.map(([path, { version, integrity }]) => [path, version, integrity])).toEqual(
      engine.map(([path]) => [path, own[path]?.version, own[path]?.integrity]),
    );
  });
});

describe('the pins', () => {
  it('are of the locked packages and of the version that the tool depends on', () => {
    expect(Object.keys(enginePins).sort()).toEqual(engine.map(([path]) => path.replace('node_modules/', '')).sort());
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
    expect(dependencies['@duckdb/node-api']).toBe(engineVersion);
  });

  it('name two libraries for every platform', () => {
    const native = Object.entries(enginePins).filter(([name]) => name.startsWith('@duckdb/node-bindings-'));
    expect(native).toHaveLength(8);
    for (const [name, { libraries }] of native) expect([name, Object.keys(libraries).length]).toEqual([name, 2]);
  });

  it('are those of what is installed here, to the byte', () => {
    const found = enginePackages(root);
    expect(found.length).toBeGreaterThanOrEqual(4);
    for (const { name, folder } of found) expect(hashPackage(folder)).toEqual(enginePins[name]);
  });
});

describe('the ways to be without an engine', () => {
  it.each(engineProblems)('%s has words', (problem) => {
    expect(problemWords[problem]).toMatch(/^the native engine /);
  });
});

/** Finds the engine's packages as Node would from a folder, without loading them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { engineVersion } from './engine-pins.ts';

export const engineModule = '@duckdb/node-api';

/** A package that is there. */
export interface FoundPackage {
  readonly name: string;
  /** Absolute, links resolved. */
  readonly folder: string;
}

/** Every package from which code can run when the engine is loaded from `folder`; of the native ones those that are installed for this machine. */
export function enginePackages(folder: string): readonly FoundPackage[] {
  const [api] = packagesNamed([engineModule], folder);
  if (api === undefined) return [];
  const [bindings] = packagesNamed(['@duckdb/node-bindings'], api.folder);
  if (bindings === undefined) return [api];
  return [api, bindings, ...packagesNamed([...nativePackages(), 'detect-libc'], bindings.folder)];
}

/** Names of the packages with a binary for this machine; which C library it has is decided when the engine is loaded. */
export function nativePackages(): readonly string[] {
  const native = `@duckdb/node-bindings-${process.platform}-${process.arch}`;
  return process.platform === 'linux' ? [native, `${native}-musl`] : [native];
}

/** Does `folder` see an engine of the pinned version that this machine can load? */
export function holdsEngine(folder: string): boolean {
  const native = nativePackages();
  const found = enginePackages(folder);
  const api = found.find(({ name }) => name === engineModule);
  return api !== undefined && versionOf(api) === engineVersion && found.some(({ name }) => native.includes(name));
}

function versionOf({ folder }: FoundPackage): unknown {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version?: unknown }).version;
}

function packagesNamed(names: readonly string[], from: string): FoundPackage[] {
  const { resolve } = createRequire(join(from, 'package.json'));
  return names.flatMap((name) => {
    try {
      return [{ name, folder: dirname(resolve(`${name}/package.json`)) }];
    } catch {
      return [];
    }
  });
}

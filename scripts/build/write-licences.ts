/** The licences of every package that a bundle holds, from the bundler's own list of modules: its licence option forgets merged modules and all chunks but one. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Module {
  /** The file of the module, absolute; absent for what webpack makes itself. */
  readonly nameForCondition?: string | null;
  /** Modules that were merged into this one. */
  readonly modules?: readonly Module[];
}

/** `stats` is webpack's list of modules as JSON; `file` is written. */
export function writeLicences(stats: string, file: string): void {
  const { modules = [] } = JSON.parse(readFileSync(stats, 'utf8')) as Module;
  const folders = new Set(modules.flatMap(foldersOf));
  const entries = new Map([...folders].map((folder) => licenceOf(folder)));
  writeFileSync(file, [...entries].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, text]) => text).join('\n\n'));
}

/** The folders of the packages that the module, and everything merged into it, comes from. */
function foldersOf({ nameForCondition, modules = [] }: Module): string[] {
  const folder = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(nameForCondition ?? '')?.[0];
  return [...(folder === undefined ? [] : [folder]), ...modules.flatMap(foldersOf)];
}

/** Name and version, and the text that says them, what the package declares, and its own licence files. */
function licenceOf(folder: string): [string, string] {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
  const files = readdirSync(folder).filter((entry) => /^(?:licen[cs]e|copying|notice)/i.test(entry));
  const texts = files.sort().map((entry) => readFileSync(join(folder, entry), 'utf8').replaceAll('\r\n', '\n').trim());
  return [`${name}@${version}`, `${[`${name} ${version}`, license ?? 'see below', ...texts].join('\n\n')}\n`];
}

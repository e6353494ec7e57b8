/**
 * Is this commit what its tag says? `npx tsx scripts/release/check-tag.ts v1.2.3`: the version stands in package.json, its lock and the source, CHANGELOG.md
 * has its section, the tag names the checkout, and the checkout is on main. Every fault is said, not the first.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolVersion } from '../../src/model/tool-version.ts';
import { changelogSection } from './changelog-section.ts';
import { releaseOf } from './release-tags.ts';

const root = join(import.meta.dirname, '..', '..');
const tag = process.argv[2] ?? '';
const faults = faultsOf(tag);
for (const fault of faults) console.error(fault);
if (faults.length === 0) console.log(`${tag} is this commit, and everything in it says so.`);
process.exitCode = faults.length === 0 ? 0 : 1;

function faultsOf(tag: string): string[] {
  const release = releaseOf(tag);
  if (release === null) return [`${JSON.stringify(tag)} is no tag of a release, such as v1.2.3.`];
  const { version } = release;
  const states = [
    ['package.json', versionIn('package.json')],
    ['package-lock.json', versionIn('package-lock.json')],
    ['src/model/tool-version.ts', toolVersion],
  ] as const;
  const head = git('rev-parse', 'HEAD');
  return [
    ...states.filter(([, stated]) => stated !== version).map(([file, stated]) => `${file} says ${stated}, the tag ${version}.`),
    ...(changelogSection(read('CHANGELOG.md'), version) === null ? [`CHANGELOG.md has no section ${version}, or an empty one.`] : []),
    ...(git('rev-parse', '--verify', '--quiet', `refs/tags/${tag}^{commit}`) === head ? [] : [`The tag ${tag} does not name this commit.`]),
    ...(git('branch', '--remotes', '--contains', head, '--list', 'origin/main') === '' ? ['This commit is not on origin/main.'] : []),
  ];
}

function versionIn(name: string): string {
  return (JSON.parse(read(name)) as { readonly version: string }).version;
}

function read(name: string): string {
  return readFileSync(join(root, name), 'utf8');
}

/** Empty where git has no answer. */
function git(...args: readonly string[]): string {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

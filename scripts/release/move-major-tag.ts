/**
 * Moves the major tag to a release: `node scripts/release/move-major-tag.ts v1.2.3 <owner>/<name>`, with `gh` and its token; `--dry-run` only says what it
 * would do. It runs in a job that may write, so it needs no package: Node 24 strips its types. A patch of an older minor moves nothing.
 */
import { execFileSync } from 'node:child_process';
import { movedTag } from './release-tags.ts';

const [tag = '', repository = '', dryRun] = process.argv.slice(2);
const tags = (JSON.parse(gh('--paginate', '--slurp', `repos/${repository}/git/matching-refs/tags/v`)) as { ref: string }[][])
  .flat()
  .map(({ ref }) => ref.replace('refs/tags/', ''));
const major = movedTag(tag, tags);
if (!tags.includes(tag)) throw new Error(`${repository} has no tag ${tag}.`);
if (major === null) {
  console.log(`${tag} moves no major tag.`);
} else {
  const { sha } = JSON.parse(gh(`repos/${repository}/commits/${tag}`)) as { sha: string };
  console.log(`${major} → ${tag}, ${sha}`);
  if (dryRun !== '--dry-run') move(major, sha);
}

function move(major: string, sha: string): void {
  if (tags.includes(major)) gh('--method=PATCH', `repos/${repository}/git/refs/tags/${major}`, '-f', `sha=${sha}`, '-F', 'force=true');
  else gh('--method=POST', `repos/${repository}/git/refs`, '-f', `ref=refs/tags/${major}`, '-f', `sha=${sha}`);
}

function gh(...args: readonly string[]): string {
  return execFileSync('gh', ['api', ...args], { encoding: 'utf8' });
}

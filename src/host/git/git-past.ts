/** Which commit first wrote a file or a line, from the clone alone. */
import { readBlob, recordsOf } from './git-tree.ts';
import { type Environment, readCuts, runGit } from './run-git.ts';
import type { Past, Writer, WrittenPlace } from '../../model/base-tree.ts';

/** Each line that is looked up starts git once. */
const mostLines = 100;

export function openPast(root: string, environment: Environment): Past {
  return {
    writersOf: (commit, places) => findWriters({ root, environment, commit }, places),
    readBlob: (id) => readBlob(root, environment, id),
  };
}

interface Where {
  readonly root: string;
  readonly environment: Environment;
  readonly commit: string;
}

async function findWriters(where: Where, places: readonly WrittenPlace[]): Promise<readonly Writer[]> {
  if (places.length === 0) return [];
  const { code } = await runGit(where.root, where.environment, ['cat-file', '-e', `${where.commit}^{commit}`]);
  if (code !== 0) return places.map(() => 'shallow');
  const cuts = await readCuts(where.root, where.environment);
  const files = places.flatMap(({ path, line }) => (line === null ? [path] : []));
  const added = files.length === 0 ? new Map<string, string>() : await findAdditions(where, files);
  const writers: Writer[] = [];
  for (const [index, { path, line }] of places.entries()) {
    const found = line === null ? (added.get(path) ?? null) : index < mostLines ? await blame(where, path, line) : null;
    writers.push(found === null ? 'unknown' : cuts.has(found) ? 'shallow' : { commit: found });
  }
  return writers;
}

/** The latest commit that added each file, in one walk. */
async function findAdditions({ root, environment, commit }: Where, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const options = ['--no-renames', '--no-ext-diff', '--no-textconv', '--diff-filter=A', '--name-only', '-z', '--format=%H'];
  const { code, stdout } = await runGit(root, environment, ['log', ...options, commit, '--', ...new Set(paths)]);
  const added = new Map<string, string>();
  let at = '';
  for (const record of code === 0 ? recordsOf(stdout) : []) {
    const text = record.replace(/^\n+/, '');
    if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) at = text;
    else if (!added.has(text)) added.set(text, at);
  }
  return added;
}

async function blame({ root, environment, commit }: Where, path: string, line: number): Promise<string | null> {
  const { code, stdout } = await runGit(root, environment, ['blame', '--no-textconv', '--porcelain', '-L', `${line},${line}`, commit, '--', path]);
  return code === 0 ? (/^([0-9a-f]{40,64}) /.exec(stdout.subarray(0, 100).toString('latin1'))?.[1] ?? null) : null;
}

/** The commits that touched some paths, and through which change each came to the main line, from the clone alone and bounded. */
import { recordsOf } from './git-tree.ts';
import { askGit, type Environment, readCuts, runGit } from './run-git.ts';
import { peopleNamed, type Person } from '../../model/approval.ts';

export interface TrailCommit {
  readonly commit: string;
  readonly author: Person;
  readonly committer: Person;
  readonly authored: string;
  readonly committed: string;
  readonly message: string;
  /** Path in the repository → what happened to it. */
  readonly touches: ReadonlyMap<string, 'added' | 'changed' | 'removed'>;
}
export interface Trail {
  /** Newest first. */
  readonly commits: readonly TrailCommit[];
  /** Whether there may be older ones that were not read. */
  readonly end: 'complete' | 'limit' | 'shallow';
}

/** A commit of the main line, and what it brought. */
export interface Change {
  readonly commit: string;
  readonly subject: string;
  /** Whom its own message names as reviewers. */
  readonly reviewers: readonly Person[];
}

export const reviewTrailers: readonly string[] = ['Reviewed-by', 'Approved-by'];
const fields = ['%H', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'];
const commitName = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** At most `most` commits before and at `head`, also what was taken back since; a merge counts where it says what none of its parents does. */
export async function readTrail(root: string, environment: Environment, head: string, paths: readonly string[], most: number): Promise<Trail> {
  const options = [
    '--full-history',
    '--simplify-merges',
    '--topo-order',
    '-c',
    '--no-ext-diff',
    '--no-textconv',
    '--no-renames',
    '--name-status',
    '-z',
    `--max-count=${most + 1}`,
    `--format=${fields.join('%x00')}`,
  ];
  const parts = (await askGit(root, environment, ['log', ...options, head, '--', ...paths])).toString('utf8').split('\0');
  const commits: TrailCommit[] = [];
  let at = 0;
  while (at < parts.length) {
    const first = (parts[at] ?? '').replace(/^\n+/, '');
    if (!commitName.test(first)) {
      at += 1;
      continue;
    }
    const [, an = '', ae = '', authored = '', cn = '', ce = '', committed = '', message = ''] = parts.slice(at, at + fields.length);
    at += fields.length;
    const touches = new Map<string, 'added' | 'changed' | 'removed'>();
    for (; at + 1 < parts.length && /^\n*[AMDT]{1,40}$/.test(parts[at] ?? ''); at += 2) touches.set(parts[at + 1] ?? '', howOf(parts[at] ?? ''));
    const author = { login: null, name: an, email: ae };
    commits.push({ commit: first, author, committer: { login: null, name: cn, email: ce }, authored, committed, message, touches });
  }
  const cut = (await readCuts(root, environment)).size > 0;
  return { commits: commits.slice(0, most).filter(({ touches }) => touches.size > 0), end: commits.length > most ? 'limit' : cut ? 'shallow' : 'complete' };
}

function howOf(letter: string): 'added' | 'changed' | 'removed' {
  return letter.endsWith('A') ? 'added' : letter.endsWith('D') ? 'removed' : 'changed';
}

/** The change of the main line that brought each commit, among the last `most` commits before and at `head`. */
export async function readChanges(root: string, environment: Environment, head: string, most: number): Promise<ReadonlyMap<string, Change>> {
  const graph = await runGit(root, environment, ['rev-list', '--parents', `--max-count=${most}`, head]);
  const parents = new Map(
    graph.stdout
      .toString('latin1')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' '))
      .map(([commit = '', ...others]) => [commit, others] as const),
  );
  const changes = new Map<string, Change>();
  // The oldest first: what an earlier change brought, a later merge did not.
  for (const change of (await readMainLine(root, environment, head, most)).toReversed()) {
    const open = [change.commit];
    for (let commit = open.pop(); commit !== undefined; commit = open.pop()) {
      if (changes.has(commit) || !parents.has(commit)) continue;
      changes.set(commit, change);
      const before = parents.get(commit) ?? [];
      open.push(...(commit === change.commit ? before.slice(1) : before));
    }
  }
  return changes;
}

async function readMainLine(root: string, environment: Environment, head: string, most: number): Promise<Change[]> {
  const options = ['--first-parent', '-z', '--no-patch', `--max-count=${most}`, '--format=%H%n%B'];
  return recordsOf(await askGit(root, environment, ['log', ...options, head])).map((record) => {
    const [commit = '', subject = ''] = record.split('\n', 2);
    return { commit, subject, reviewers: peopleNamed(record, reviewTrailers) };
  });
}

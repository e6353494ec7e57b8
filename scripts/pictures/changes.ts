/** Repositories whose last commit is a change of the example ledger, as a pull request would bring it: each tells one story. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';

const example = join(import.meta.dirname, '..', '..', 'examples', 'cometapi');

/** What a change does to the ledger in `folder`, which stands as the base has it. */
export interface Change {
  /** Periods that the base does not have. */
  readonly without: readonly string[];
  readonly make: (folder: string) => void;
}

const bring =
  (id: string) =>
  (folder: string): void =>
    cpSync(join(example, 'periods', id), join(folder, 'periods', id), { recursive: true });

function edit(folder: string, path: string, find: string, put: string): void {
  const file = join(folder, path);
  const text = readFileSync(file, 'utf8');
  if (!text.includes(find)) throw new Error(`${path} no longer holds ${JSON.stringify(find)}.`);
  writeFileSync(file, text.replaceAll(find, put));
}

/** The price of a model moves, in a snapshot of its own that March takes from the 20th. */
function editPrices(folder: string): void {
  const [before, now] = ['prices/cometapi/2026-03-13.yaml', 'prices/cometapi/2026-03-20.yaml'];
  cpSync(join(folder, before), join(folder, now));
  edit(folder, now, '2026-03-13', '2026-03-20');
  edit(folder, now, 'input_price: "3.00"', 'input_price: "2.40"');
  edit(
    folder,
    'periods/2026-03/period.yaml',
    'from_utc: 2026-03-13T00:00:00Z }\n',
    'from_utc: 2026-03-13T00:00:00Z }\n  - { snapshot: cometapi/2026-03-20, from_utc: 2026-03-20T00:00:00Z }\n',
  );
}

export const changes = {
  fail: { without: ['2026-05'], make: bring('2026-05') },
  warn: { without: ['2026-04', '2026-05'], make: bring('2026-04') },
  pass: { without: ['2026-03', '2026-04', '2026-05'], make: bring('2026-03') },
  prices: { without: ['2026-04', '2026-05'], make: editPrices },
  rules: {
    without: [],
    make: (folder: string) => edit(folder, 'trueup.yaml', 'fail: { percent: "2", amount: "50" }', 'fail: { percent: "20", amount: "50" }'),
  },
} as const satisfies Record<string, Change>;

/** The same files at the same time: the commits have the same names in every run. */
export function makeChange(folder: string, { without, make }: Change): string {
  cpSync(example, folder, { recursive: true, filter: (path) => !path.endsWith('.trueup') });
  for (const id of without) rmSync(join(folder, 'periods', id), { recursive: true });
  const moment = '2026-06-15T12:00:00Z';
  const env = { ...process.env, GIT_AUTHOR_DATE: moment, GIT_COMMITTER_DATE: moment, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: devNull };
  const git = (...options: string[]): void => {
    execFileSync('git', ['-c', 'user.name=Trueup', '-c', 'user.email=trueup@example.org', ...options], { cwd: folder, env, stdio: 'ignore' });
  };
  git('init', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--message=Ledger');
  make(folder);
  git('add', '--all');
  git('commit', '--message=Change');
  return folder;
}

/** Wall time of the built command line from spawn to exit on the example ledger, where starting and planning are most of it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './measure-process.ts';
import { commitExample } from './time-action.ts';

/** Seconds, medians of the runs. */
export interface SmallTimes {
  /** One month of some 17,000 rows. */
  readonly one: number;
  /** Three of them. */
  readonly three: number;
  /** A change that touches no ledger. */
  readonly notApplicable: number;
}

/** `folder` exists and is empty. */
export function timeSmall(root: string, folder: string, runs: number): SmallTimes {
  const workspace = join(folder, 'workspace');
  commitExample(root, workspace);
  mkdirSync(join(folder, 'temporary'));
  const time = (expected: number, ...words: readonly string[]): number => {
    const one = (): number => {
      const started = performance.now();
      const { status, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli/index.js'), 'reconcile', ...words, '--as-of', '2026-06-15'], {
        cwd: workspace,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', TMPDIR: join(folder, 'temporary') },
      });
      if (status !== expected) throw new Error(`reconcile ${words.join(' ')} ended with ${status}: ${stderr}`);
      return (performance.now() - started) / 1000;
    };
    return median(Array.from({ length: runs }, one));
  };
  return {
    one: time(0, '2026-03'),
    // May fails in the example.
    three: time(1, '2026-03', '2026-04', '2026-05'),
    notApplicable: time(0, '--base', 'HEAD'),
  };
}

/** Who runs over the same month in the benchmark: ourselves, the engine's own count of the rows, and what a specialist would write by hand. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { benchModels } from './ledger-files.ts';

export const ourselves = 'reconcile';
/** The same month against a provider that sums up requests. */
export const againstSums = 'reconcile, sums';
export const floor = 'count(*)';

export interface Contestant {
  readonly name: string;
  readonly command: readonly string[];
}

export interface Course {
  readonly root: string;
  readonly ledger: string;
  /** The same, with sums in place of charges. */
  readonly sums: string;
  /** Exists; every contestant writes there. */
  readonly out: string;
  /** Of ours; null = its default. */
  readonly memory: string | null;
  /** A Python that may know polars and pandas. */
  readonly python: string;
}

/** Those whose libraries are there, ourselves first. */
export function contestants({ root, ledger, sums, out, memory, python }: Course): Contestant[] {
  const evidence = join(ledger, 'periods/2026-05/evidence');
  const peer = (name: string, ...program: readonly string[]): Contestant => ({ name, command: [...program, evidence, pricesText(), out] });
  const own = (of: string, folder: string): string[] => [
    process.execPath,
    join(root, 'dist/cli/index.js'),
    'reconcile',
    '--ledger',
    of,
    '--out',
    join(out, folder),
    '--as-of',
    '2026-07-01',
    '--fail-on',
    'never',
    ...(memory === null ? [] : ['--memory', memory]),
  ];
  const library = (name: string): Contestant[] =>
    spawnSync(python, ['-c', `import ${name}`]).status === 0 ? [peer(name, python, join(root, `bench/peers/${name}_month.py`))] : [];
  return [
    { name: ourselves, command: own(ledger, 'trueup') },
    { name: againstSums, command: own(sums, 'trueup-sums') },
    peer(floor, process.execPath, join(root, 'bench/peers/count.mjs')),
    peer('by hand', process.execPath, join(root, 'bench/peers/specialist.mjs')),
    ...library('polars'),
    ...library('pandas'),
  ];
}

/** What the peers know of prices: each model in both stretches, in whole 10^-9 units a token. */
function pricesText(): string {
  const stretches = [
    { from: '2026-04-25', to: '2026-05-14' },
    { from: '2026-05-14', to: '2026-07-01' },
  ];
  const prices = benchModels.flatMap(({ billable, requested, input, cached, output }) =>
    stretches.map(({ from, to }) => ({ name: billable, requested, from, to, input: String(input), cached: String(cached), output: String(output) })),
  );
  return JSON.stringify(prices);
}

/** How the tests run: everything named *.test.ts, with the real engine and no mocks. */
import process from 'node:process';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

/** On a desk the same tests run without coverage, on fewer random ledgers, and on a share of the tables that show one law again and again. */
const isContinuous = (process.env['CI'] ?? '') !== '';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    // Both cores of a small machine; files share a worker's modules, since none of them leaves anything behind in one.
    maxWorkers: 2,
    isolate: false,
    // Sources that did not change are not compiled again for the next run; CI has no run before its own.
    experimental: { fsModuleCache: !isContinuous },
    sequence: { sequencer: LongestFirst },
    // Real ledgers on a busy two-core machine; a hanging engine still ends.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { TRUEUP_SEEDS: process.env['TRUEUP_SEEDS'] ?? (isContinuous ? '6' : '4') },
    coverage: {
      enabled: isContinuous,
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      // A floor a little below where the house stands; the command line, run as a process of its own, is not seen.
      thresholds: { statements: 93, branches: 85, functions: 95, lines: 94 },
    },
  },
});

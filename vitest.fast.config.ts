/** The fast lane, `npm run test:fast`: rooms one by one, their laws, and a few random ledgers. What is left out here runs with `npm test`. */
import { configDefaults, defineConfig, mergeConfig } from 'vitest/config';
import everything from './vitest.config.ts';

/** Each fills memory or a page to its bound, starts many processes, or reads a year's worth: two minutes of the processor among them. */
const thorough = [
  'test/unit/ledger/yaml-bounds.test.ts',
  'test/unit/report/render-gate.test.ts',
  'test/unit/engine/usage-bodies.test.ts',
  'test/unit/model/system-failure.test.ts',
  'test/unit/examples/example-ledger.test.ts',
  'test/unit/evidence/quote-check.test.ts',
  'test/unit/host/history.test.ts',
  'test/unit/host/hostile-configuration.test.ts',
  'test/reference/carried.test.ts',
];

export default mergeConfig(
  { ...everything, test: { ...everything.test, include: [] } },
  defineConfig({
    test: {
      include: ['test/unit/**/*.test.ts', 'test/reference/**/*.test.ts', 'test/properties/engine-equals-reference.test.ts', 'test/shelf.test.ts'],
      exclude: [...configDefaults.exclude, ...thorough],
      env: { TRUEUP_SEEDS: '3' },
      // A part of the tests covers a part of the sources.
      coverage: { enabled: false },
    },
  }),
);

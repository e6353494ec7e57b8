/** The workflows under a runner that is not GitHub's, `npm run check:act`: apart from `npm test`, because it needs Go once. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/e2e/act/*.act.ts'],
    globalSetup: ['test/e2e/act/setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

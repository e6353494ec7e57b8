/** A client of others against our stand-in of their host, `npm run check:client`: apart from `npm test`, because it needs Python and its package once. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/e2e/client/*.client.ts'],
    globalSetup: ['test/e2e/client/setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

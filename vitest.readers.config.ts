/** Programs of others read what we write, `npm run check:readers`: apart from `npm test`, because each of them must be on the machine. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/e2e/readers/*.readers.ts'],
    globalSetup: ['test/e2e/readers/setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

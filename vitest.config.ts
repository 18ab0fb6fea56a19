import { defineConfig } from 'vitest/config';
import { sharedTestOptions } from './vitest.shared.ts';

/** What needs Node alone. */
export default defineConfig({
  test: {
    ...sharedTestOptions,
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.system.test.ts', '**/node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

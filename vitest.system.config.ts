import { defineConfig } from 'vitest/config';
import { sharedTestOptions } from './vitest.shared.ts';

/** What needs more than Node: nats-server, chromium, Python, swaks, an AWS stand-in. A missing tool fails its tests. */
export default defineConfig({
  test: {
    ...sharedTestOptions,
    include: ['test/**/*.system.test.ts'],
    exclude: ['**/node_modules/**'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});

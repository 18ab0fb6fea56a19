import { defineConfig } from 'vitest/config';

/** What needs more than Node: nats-server, chromium, Python, swaks, an AWS stand-in. A missing tool fails its tests. */
export default defineConfig({
  test: {
    include: ['test/**/*.system.test.ts'],
    exclude: ['**/node_modules/**'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    setupFiles: ['test/setup.ts'],
  },
});

import { defineConfig } from 'vitest/config';
import { sharedTestOptions } from '../../vitest.shared.ts';

/** What runs against an AWS that others wrote: `npm run test:aws`. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    ...sharedTestOptions,
    include: ['test/aws/**/*.aws.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});

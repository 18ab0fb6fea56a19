import { defineConfig } from 'vitest/config';
import { sharedTestOptions } from './vitest.shared.ts';

const options = { ...sharedTestOptions, testTimeout: 30_000, hookTimeout: 60_000 };
const measured = 'test/**/*.speed.test.ts';

/** What needs Node alone: first what behaves, two files at a time, then what is measured, by itself. */
export default defineConfig({
  test: {
    // Of the root alone: who reports, and where.
    ...(sharedTestOptions.reporters === undefined ? {} : { reporters: sharedTestOptions.reporters }),
    projects: [
      {
        test: {
          ...options,
          name: 'behaviour',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.system.test.ts', measured, '**/node_modules/**'],
          // On two cores vitest would take one; the files wait for disks and processes more than they compute.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: { ...options, name: 'speed', include: [measured], fileParallelism: false, sequence: { groupOrder: 1 } },
      },
    ],
  },
});

import type { ViteUserConfig } from 'vitest/config';

/** Settings that both test runs share. Where a report is asked for, it is written beside what is printed. */
const report = process.env.LIGHTERMAIL_TEST_REPORT;

export const sharedTestOptions: NonNullable<ViteUserConfig['test']> = {
  pool: 'forks',
  setupFiles: ['test/setup.ts'],
  reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
};

/** Settings that both test runs share. */
const report = process.env.LIGHTERMAIL_TEST_REPORT;

export const sharedTestOptions = {
  pool: 'forks' as const,
  setupFiles: ['test/setup.ts'],
  reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }] as [string, object]],
};

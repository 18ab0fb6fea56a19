/**
 * Prints `<passed> <failed>` of a vitest JSON report; exits 1 when there is none.
 * A file that could not even be loaded, and a failed run whose report shows no failure, count as failures.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const reportSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

const [file, status] = process.argv.slice(2);
const report = reportSchema.parse(JSON.parse(readFileSync(file ?? '', 'utf8')));
const unloaded = report.testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0);
const failed = report.numFailedTests + unloaded.length;
const silent = status !== '0' && failed === 0 ? 1 : 0;
console.log(`${report.numPassedTests} ${failed + silent}`);

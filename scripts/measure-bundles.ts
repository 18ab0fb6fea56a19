/**
 * `node scripts/measure-bundles.ts`: how large each function's bundle is, and how long a fresh Node takes to import it
 * with a function's settings: what a cold start costs beyond Lambda's own. Exits 1 when one is over its limit.
 */
import { isOver, measureBundles, tellBundles } from './bundle-figures.ts';

const measured = measureBundles();
console.log(tellBundles(measured));
if (measured.some(isOver)) process.exitCode = 1;

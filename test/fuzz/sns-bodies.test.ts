import { expect, it } from 'vitest';
import { fuzzSnsBodies } from './sns-bodies.ts';

it('H1 no changed message of a slice of npm run fuzz:sns is believed, and none is answered with 5xx', async () => {
  const { statuses, unchangedCount, problems } = await fuzzSnsBodies(1_500, 1);
  expect(problems).toEqual([]);
  expect(statuses[400]).toBeGreaterThan(100);
  expect(statuses[403]).toBeGreaterThan(100);
  expect(statuses[200] ?? 0).toBe(unchangedCount);
});

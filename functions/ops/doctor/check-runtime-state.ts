import { z } from 'zod';
import type { Running } from '../running.ts';
import { tellDeadLetters } from './check-queues.ts';
import { type Finding, findingsOf } from './finding.ts';

const queuesSchema = z.array(z.object({ name: z.string(), deadLetterCount: z.number() }));
const alarmsSchema = z.array(z.object({ name: z.string(), state: z.string(), description: z.string() }));

/** Dead letters that wait and alarms that ring, at the runtime that is up. */
export async function checkRuntimeState({ get }: Pick<Running, 'get'>): Promise<readonly Finding[]> {
  const queues = queuesSchema.parse(await get('/api/queues'));
  const alarms = alarmsSchema.parse(await get('/api/alarms'));
  const rings = findingsOf('alarms');
  const ringing = alarms.filter(({ state }) => state === 'alarm');
  return [
    ...queues.map(({ name, deadLetterCount }) => tellDeadLetters(name, deadLetterCount)),
    ...(ringing.length === 0 ? [rings.ok('alarms', 'none rings')] : []),
    ...ringing.map(({ name, description }) => rings.warning(name, `rings: ${description}`, 'look at what it measures')),
  ];
}

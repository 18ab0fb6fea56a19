import { z } from 'zod';
import { queueNames } from '../../infra/topology.ts';
import type { CallConsole } from './call-console.ts';
import type { DeadLetterDesk } from './dead-letter-desk.ts';

const queuesSchema = z.array(z.object({ name: z.string(), deadLetterCount: z.number() }));
const lettersSchema = z.array(
  z.object({ id: z.string(), code: z.string().optional(), receiveCount: z.number(), sentAt: z.coerce.date() }),
);
const movedSchema = z.object({ movedCount: z.number() });
/** The API's largest page. */
const mostListed = 500;

/** The dead letters of a runtime that is up on one machine, over its console's API. */
export function httpDeadLetterDesk(call: CallConsole, now: () => Date): DeadLetterDesk {
  return {
    queues: queueNames,
    async count(queue) {
      const all = queuesSchema.parse(await call('GET', '/api/queues'));
      return all.find(({ name }) => name === queue)?.deadLetterCount ?? 0;
    },
    async list(queue, limit) {
      const path = `/api/queues/${queue}/dead-letters?limit=${Math.min(limit, mostListed)}`;
      const letters = lettersSchema.parse(await call('GET', path));
      return letters.map(({ id, code, receiveCount, sentAt }) => {
        const ageSeconds = Math.max(0, (now().getTime() - sentAt.getTime()) / 1000);
        return { id, receiveCount, ageSeconds, ...(code === undefined ? {} : { code }) };
      });
    },
    redrive: async (queue, limit, doer) =>
      movedSchema.parse(await call('POST', `/api/queues/${queue}/redrive`, { limit, ...doer })).movedCount,
  };
}

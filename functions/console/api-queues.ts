import { Hono } from 'hono';
import { z } from 'zod';
import { apiError, apiFailure, json, notFound } from './api-error.ts';
import { doerShape, toDoer } from './doer.ts';
import { limitSchema } from './limit.ts';
import type { ConsoleParts, DeadLetterBoxes } from './parts.ts';
import { readJson } from './read-json.ts';
import { redrive } from './redrive.ts';
import { isSameOrigin } from './same-origin.ts';

const redriveSchema = z.strictObject({ ...doerShape, limit: z.int().min(1).max(1_000_000).optional() });
const redriveHelp =
  'the body is empty or {"limit","by","reason"}: limit is 1 to 1000000, by and reason hold no address';

/** Queues and what lies behind them, under `/api/queues`. */
export function queuesApi(parts: ConsoleParts): Hono {
  const { queues, deadLetters, log } = parts;
  const toView = async (queue: (typeof queues)[number]) => {
    const [depth, deadLetterCount] = await Promise.all([queue.depth(), deadLetters.count(queue.name)]);
    return { name: queue.name, ...depth, deadLetterCount };
  };
  const api = new Hono();

  api.get('/', async () => json(await Promise.all(queues.map(toView))));

  if ('redrive' in deadLetters) addDeadLetters(api, { ...parts, deadLetters });
  api.onError(apiFailure(log));
  return api;
}

function addDeadLetters(api: Hono, parts: ConsoleParts & { readonly deadLetters: DeadLetterBoxes }): void {
  const { deadLetters, log } = parts;
  const find = (name: string) => parts.queues.find((queue) => queue.name === name);

  api.get('/:name/dead-letters', async (context) => {
    const found = find(context.req.param('name'));
    if (found === undefined) return notFound('queue');
    const limit = limitSchema.safeParse(context.req.query('limit'));
    if (!limit.success) return apiError(400, 'ERR_BAD_REQUEST', 'limit is 1 to 500');
    return json((await deadLetters.list(found.name, limit.data)).letters);
  });

  api.post('/:name/redrive', async (context) => {
    if (!isSameOrigin(context.req.raw)) {
      return apiError(403, 'ERR_FORBIDDEN', 'a redrive is started from the console itself, not from another site');
    }
    const found = find(context.req.param('name'));
    if (found === undefined) return notFound('queue');
    const asked = redriveSchema.safeParse(await readJson(context.req));
    if (!asked.success) return apiError(400, 'ERR_BAD_REQUEST', redriveHelp);
    const movedCount = await redrive(parts, found.name, toDoer(asked.data), asked.data.limit);
    log.info('dead letters redriven', { queue: found.name, movedCount });
    return json({ movedCount });
  });
}

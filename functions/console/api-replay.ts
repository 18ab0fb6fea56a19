import { Hono } from 'hono';
import { z } from 'zod';
import type { Logger } from '../../shared/ports/logger.ts';
import { apiError, apiFailure, json, notFound } from './api-error.ts';
import { doerShape, toDoer } from './doer.ts';
import type { ConsoleParts } from './parts.ts';
import { readJson } from './read-json.ts';
import { isSameOrigin } from './same-origin.ts';

const replaySchema = z.strictObject({ ...doerShape, dryRun: z.boolean().default(false) });
const replayHelp = 'the body is {"by","reason","dryRun"}, each of them optional; by and reason hold no address';

/** `POST /api/inbound/<mailId>/replay`: has a mail processed again after the cause of its end was repaired. */
export function replayApi(replay: NonNullable<ConsoleParts['replay']>, log: Logger): Hono {
  const api = new Hono();

  api.post('/:mailId/replay', async ({ req }) => {
    if (!isSameOrigin(req.raw)) {
      return apiError(403, 'ERR_FORBIDDEN', 'a replay is started from the console itself, not from another site');
    }
    const body = replaySchema.safeParse(await readJson(req));
    if (!body.success) return apiError(400, 'ERR_BAD_REQUEST', replayHelp);
    const answer = await replay(req.param('mailId'), toDoer(body.data), body.data.dryRun);
    return answer.outcome === 'unknown' ? notFound('mail') : json(answer);
  });

  api.onError(apiFailure(log));
  return api;
}

import { Readable } from 'node:stream';
import type { ReadableStream as NodeWebStream } from 'node:stream/web';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { LinkDesk } from '../../shared/links/link-desk.ts';
import { isAddress } from '../../shared/mail/address.ts';
import { safeFileName } from '../../shared/mail/file-name.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import { apiError, apiFailure, json, notFound } from './api-error.ts';
import { isSameOrigin } from './same-origin.ts';

const linkId = z.string().regex(/^[0-9a-f]{64}$/);
const mailId = z.string().regex(/^[a-z2-7]{40}$/);
const address = z.string().max(320).refine(isAddress);
const words = z.string().trim().min(1).max(500);

const selectionSchema = z.union([
  z.strictObject({ linkId, everyone: z.boolean().optional() }),
  z.strictObject({ mailId, recipient: address.optional() }),
  z.strictObject({ recipient: address }),
]);
const doerShape = { by: words.default('console'), reason: words.optional() };
const revokeSchema = z.strictObject({ selection: selectionSchema, ...doerShape });
const renewSchema = z.strictObject({
  selection: selectionSchema,
  ...doerShape,
  forSeconds: z.int().min(60).max(31_536_000).optional(),
});
const remindSchema = z.strictObject({ selection: selectionSchema });
const replaceSchema = z.object({ ...doerShape, name: z.string().min(1).max(500).optional() });

const selectionHelp =
  'selection is {"linkId"}, {"linkId","everyone":true}, {"mailId"}, {"mailId","recipient"} or {"recipient"}';

/** Links under `/api/links`: each one's record, a mail's audit, and what operators do: revoke, renew, remind, replace. */
export function linksApi(desk: LinkDesk, log: Logger): Hono {
  const api = new Hono();

  api.get('/audit/:mailId', async (context) => json(await desk.audit(context.req.param('mailId'))));

  api.get('/:linkId', async (context) => {
    const found = await desk.show(context.req.param('linkId'));
    return found === undefined ? notFound('link') : json(found);
  });

  api.post('/revoke', async (context) => {
    const body = await readBody(context, revokeSchema);
    if (body instanceof Response) return body;
    const { selection, by, reason } = body;
    const answer = await desk.revoke(selection, toDoer(by, reason));
    log.info('links revoked', { changedCount: answer.changedCount });
    return answer.links.length === 0 ? notFound('link') : json(answer);
  });

  api.post('/renew', async (context) => {
    const body = await readBody(context, renewSchema);
    if (body instanceof Response) return body;
    const { selection, by, reason, forSeconds } = body;
    const answer = await desk.renew(selection, toDoer(by, reason), forSeconds);
    log.info('links renewed', { changedCount: answer.changedCount });
    return answer.links.length === 0 ? notFound('link') : json(answer);
  });

  api.post('/remind', async (context) => {
    const body = await readBody(context, remindSchema);
    if (body instanceof Response) return body;
    const answer = await desk.remind(body.selection);
    log.info('reminders asked for', { changedCount: answer.changedCount });
    return answer.links.length === 0 ? notFound('link') : json(answer);
  });

  api.put('/:linkId/file', async (context) => {
    if (!isSameOrigin(context.req.raw)) return forbidden();
    const query = replaceSchema.safeParse(context.req.query());
    const { body } = context.req.raw;
    if (!query.success || body === null) {
      return apiError(400, 'ERR_BAD_REQUEST', 'the body is the new file; by, reason and name are short texts');
    }
    const { name, by, reason } = query.data;
    // The same class at run time; Node declares it twice.
    const content = Readable.fromWeb(body as unknown as NodeWebStream<Uint8Array>);
    const file = { content, ...(name === undefined ? {} : { fileName: safeFileName(name, '', 1) }) };
    const answer = await desk.replace(context.req.param('linkId'), file, toDoer(by, reason));
    if (answer === undefined) {
      content.destroy();
      return notFound('link');
    }
    log.info('file replaced', { changedCount: answer.changedCount, bytes: answer.sizeBytes });
    return json(answer);
  });

  api.onError(apiFailure(log));
  return api;
}

const toDoer = (by: string, reason: string | undefined) => ({ by, ...(reason === undefined ? {} : { reason }) });

const forbidden = () =>
  apiError(403, 'ERR_FORBIDDEN', 'links are changed from the console itself, not from another site');

async function readBody<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.infer<Schema> | Response> {
  if (!isSameOrigin(context.req.raw)) return forbidden();
  const raw: unknown = await context.req.json().catch(() => undefined);
  const parsed = schema.safeParse(raw);
  return parsed.success ? parsed.data : apiError(400, 'ERR_BAD_REQUEST', selectionHelp);
}

import { Hono } from 'hono';
import { z } from 'zod';
import { isAddress } from '../../shared/mail/address.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { Suppression } from '../../shared/records/suppression.ts';
import { apiError, apiFailure, json, notFound } from './api-error.ts';
import { limitSchema } from './limit.ts';
import { isSameOrigin } from './same-origin.ts';

const words = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^@]*$/);
const address = z.string().max(320).refine(isAddress);
const lookupSchema = z.strictObject({ address });
const entrySchema = z.strictObject({
  address,
  messageClass: z.enum(['all', 'transactional', 'mailing_list', 'bulk']).default('all'),
  by: words.default('console'),
  why: words.optional(),
});
const pageSchema = z.object({
  limit: limitSchema,
  cursor: z
    .string()
    .regex(/^\d{1,2}\.[A-Za-z0-9_-]{0,2000}$/)
    .optional(),
});

const entryHelp =
  'the body is {"address","messageClass"?,"by"?,"why"?}: messageClass is all, transactional, mailing_list or bulk; by and why hold no address';

/**
 * The suppression list under `/api/suppression`: `GET` a page of it, `POST` an entry, `DELETE` one, `POST /history` who
 * changed an address's entries. Addresses travel in bodies, never in a URL, and none is ever answered.
 */
export function suppressionApi(suppression: Suppression, log: Logger): Hono {
  const api = new Hono();

  api.use('*', async ({ req }, next) => {
    if (req.method === 'GET' || isSameOrigin(req.raw)) return next();
    return apiError(
      403,
      'ERR_FORBIDDEN',
      'the suppression list is changed from the console itself, not from another site',
    );
  });

  api.get('/', async ({ req }) => {
    const query = pageSchema.safeParse(req.query());
    if (!query.success) return apiError(400, 'ERR_BAD_REQUEST', 'limit is 1 to 500, cursor is one that was answered');
    return json(await suppression.list(query.data.limit, query.data.cursor));
  });

  api.post('/history', async ({ req }) => {
    const body = lookupSchema.safeParse(await req.json().catch(() => undefined));
    if (!body.success) return apiError(400, 'ERR_BAD_REQUEST', 'the body is {"address"}');
    return json(await suppression.history(body.data.address));
  });

  api.post('/', async ({ req }) => {
    const body = entrySchema.safeParse(await req.json().catch(() => undefined));
    if (!body.success) return apiError(400, 'ERR_BAD_REQUEST', entryHelp);
    const { messageClass, by, why } = body.data;
    await suppression.add(body.data.address, messageClass, 'operator', { by, ...(why === undefined ? {} : { why }) });
    log.info('suppression added by an operator', { messageClass });
    return json({ messageClass, changed: true });
  });

  api.delete('/', async ({ req }) => {
    const body = entrySchema.safeParse(await req.json().catch(() => undefined));
    if (!body.success) return apiError(400, 'ERR_BAD_REQUEST', entryHelp);
    const { messageClass, by, why } = body.data;
    const author = { by, ...(why === undefined ? {} : { why }) };
    if (!(await suppression.remove(body.data.address, messageClass, author))) return notFound('entry');
    log.info('suppression removed by an operator', { messageClass });
    return json({ messageClass, changed: true });
  });

  api.onError(apiFailure(log));
  return api;
}

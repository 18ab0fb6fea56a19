import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { contentDisposition } from '../../shared/mail/content-disposition.ts';
import type { MimeParser } from '../../shared/ports/mime-parser.ts';
import { apiError, apiFailure, json, notFound } from './api-error.ts';
import { dataPolicy, guardHeaders, mailPolicy } from './headers.ts';
import { limitSchema } from './limit.ts';
import { readMailView } from './mail-view.ts';
import type { ConsoleParts, MailboxReader } from './parts.ts';

const noMailbox: MailboxReader = {
  list: async () => [],
  raw: async () => undefined,
};

/** The local mailbox under `/api/mailbox`: what landed, as it would have left. */
export function mailboxApi({ mailbox = noMailbox, parser, log }: ConsoleParts): Hono {
  const open: OpenRaw = async (id) => (await mailbox.raw(id))?.body;
  const api = new Hono();

  api.get('/', async (context) => {
    const limit = limitSchema.safeParse(context.req.query('limit'));
    if (!limit.success) return apiError(400, 'ERR_BAD_REQUEST', 'limit is 1 to 500');
    return json(await mailbox.list(limit.data));
  });

  api.get('/:id/raw', async (context) => {
    const id = context.req.param('id');
    const raw = await open(id);
    if (raw === undefined) return notFound('mail');
    const headers = {
      ...guardHeaders,
      'Content-Type': 'message/rfc822',
      'Content-Disposition': contentDisposition(`${id}.eml`),
      'Content-Security-Policy': dataPolicy,
    };
    if (context.req.method === 'HEAD') {
      raw.destroy();
      return new Response(null, { headers });
    }
    // The same class at run time; Node declares it twice.
    return new Response(Readable.toWeb(raw) as unknown as ReadableStream<Uint8Array>, { headers });
  });

  if (parser !== undefined) addViews(api, parser, open);
  api.onError(apiFailure(log));
  return api;
}

type OpenRaw = (id: string) => Promise<Readable | undefined>;

/** A mail as people read it. */
function addViews(api: Hono, parser: MimeParser, open: OpenRaw): void {
  api.get('/:id/view', async (context) => {
    const raw = await open(context.req.param('id'));
    if (raw === undefined) return notFound('mail');
    const { html, ...view } = await readMailView(parser, raw);
    return json({ ...view, hasHtml: html !== undefined });
  });

  api.get('/:id/html', async (context) => {
    const raw = await open(context.req.param('id'));
    if (raw === undefined) return notFound('mail');
    const { html = '' } = await readMailView(parser, raw);
    const headers = {
      ...guardHeaders,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': mailPolicy,
    };
    return new Response(`<!doctype html><meta charset="utf-8"><base target="_blank">\n${html}`, { headers });
  });
}

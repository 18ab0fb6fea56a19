import { Hono } from 'hono';
import { z } from 'zod';
import type { LinkRecord, MailState } from '../../shared/contracts/records.ts';
import { type MailListing, mailPlace } from '../../shared/records/mail-listing.ts';
import { apiError, apiFailure, json, notFound } from './api-error.ts';
import { linksApi } from './api-links.ts';
import { mailboxApi } from './api-mailbox.ts';
import { queuesApi } from './api-queues.ts';
import { replayApi } from './api-replay.ts';
import { suppressionApi } from './api-suppression.ts';
import { largestLimit, limitSchema } from './limit.ts';
import type { ConsoleParts } from './parts.ts';

const states = [
  'received',
  'accepted',
  'stuck',
  'relayed',
  'parked',
  'quarantined',
  'ignored',
] as const satisfies readonly MailState[];

const listingSchema = z.object({
  limit: limitSchema,
  state: z.enum(states).optional(),
  before: z.string().regex(mailPlace).optional(),
});

const listingHelp = `limit is 1 to ${largestLimit}, state is one of ${states.join(' ')}, before is a place that was answered`;

/** The JSON API under `/api`: what the page shows, for scripts and tests too. */
export function consoleApi(parts: ConsoleParts): Hono {
  const { ledger, emails, links } = parts;
  const api = new Hono();

  api.get('/about', () =>
    json({
      firstMailCommand: parts.firstMailCommand,
      hasMailbox: parts.mailbox !== undefined,
      hasLinkDesk: parts.linkDesk !== undefined,
      canReplay: parts.replay !== undefined,
      canRedrive: 'redrive' in parts.deadLetters,
      hasAlarms: parts.alarms !== undefined,
      hasChanges: parts.changes !== undefined,
      now: parts.clock.now(),
    }),
  );

  api.get('/inbound', async (context) => {
    const query = listingSchema.safeParse(context.req.query());
    if (!query.success) {
      return apiError(400, 'ERR_BAD_REQUEST', listingHelp);
    }
    const { mails, next } = await ledger.page(toListing(query.data, parts.mostQueries));
    const answer = json(mails);
    if (next !== undefined) answer.headers.set('Link', nextLink(query.data, next));
    return answer;
  });

  api.get('/inbound/:mailId', async (context) => {
    const mailId = context.req.param('mailId');
    const entry = await ledger.read(mailId);
    if (entry === undefined) return notFound('mail');
    const [files, recipients, given, history] = await Promise.all([
      ledger.parts(mailId),
      emails.ofGroup(mailId),
      links.ofMail(mailId),
      ledger.history(mailId),
    ]);
    return json({ entry, parts: files, emails: recipients, links: given.map(toLinkView), history });
  });

  if (parts.replay !== undefined) api.route('/inbound', replayApi(parts.replay, parts.log));

  api.get('/emails/:emailId', async (context) => {
    const emailId = context.req.param('emailId');
    const email = await emails.read(emailId);
    if (email === undefined) return notFound('email');
    const [history, events] = await Promise.all([emails.history(emailId), emails.events(emailId)]);
    return json({ email, history, events: events.map(({ pk: _pk, sk: _sk, ...event }) => event) });
  });

  api.get('/alarms', async () => json((await parts.alarms?.()) ?? []));
  api.get('/metrics', () => json(parts.metrics?.() ?? []));
  api.get('/notices', async (context) => {
    const limit = limitSchema.safeParse(context.req.query('limit'));
    if (!limit.success) return apiError(400, 'ERR_BAD_REQUEST', `limit is 1 to ${largestLimit}`);
    return json((await parts.notices?.(limit.data)) ?? []);
  });

  api.route('/queues', queuesApi(parts));
  if (parts.linkDesk !== undefined) api.route('/links', linksApi(parts.linkDesk, parts.log));
  api.route('/mailbox', mailboxApi(parts));
  if (parts.suppression !== undefined) api.route('/suppression', suppressionApi(parts.suppression, parts.log));
  api.all('/*', () => notFound('resource'));
  api.onError(apiFailure(parts.log));
  return api;
}

function toListing(
  { limit, state, before }: z.infer<typeof listingSchema>,
  mostQueries: number | undefined,
): MailListing {
  return {
    limit,
    ...(state === undefined ? {} : { state }),
    ...(before === undefined ? {} : { before }),
    ...(mostQueries === undefined ? {} : { mostQueries }),
  };
}

/** Where the older mails are. @see RFC 8288 §3 */
function nextLink({ limit, state }: z.infer<typeof listingSchema>, next: string): string {
  const query = new URLSearchParams({ limit: String(limit), ...(state === undefined ? {} : { state }), before: next });
  return `</api/inbound?${query}>; rel="next"`;
}

/** A link as an operator may see it: by the hash of its token, from which no one can make the token. */
function toLinkView({ tokenHash, ...link }: LinkRecord) {
  return { linkId: tokenHash, ...link };
}

import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { finalMailStates, type MailState } from '../../shared/contracts/records.ts';
import type { Running } from './running.ts';

const mailSchema = z.object({
  mailId: z.string(),
  state: z.string(),
  code: z.string().optional(),
  reason: z.string().optional(),
  rawKey: z.string(),
});
const listSchema = z.array(mailSchema);
const detailSchema = z.object({
  entry: mailSchema,
  parts: z.array(z.object({ fileName: z.string(), fate: z.string() })),
  emails: z.array(z.object({ rcptTo: z.string(), state: z.string(), code: z.string().optional() })),
});
type Detail = z.infer<typeof detailSchema>;

/** A person waits this long; a mail takes well under a second unless something is wrong. */
const patienceMs = 10_000;
const pauseMs = 300;
const underWay = new Set(['submitted', 'queued', 'sending', 'sent']);

/** Watches a mail until its recipients have their end, or for ten seconds; gives lines that tell where it stands. */
export async function followMail(running: Running, id: string): Promise<readonly string[]> {
  const endsAtMs = performance.now() + patienceMs;
  let detail: Detail | undefined;
  while (performance.now() < endsAtMs) {
    detail = await readDetail(running, id);
    if (detail !== undefined && isSettled(detail)) break;
    await pause(pauseMs);
  }
  return detail === undefined ? ['the mail is stored and waits to be processed'] : toLines(detail);
}

async function readDetail(running: Running, id: string): Promise<Detail | undefined> {
  const mails = listSchema.parse(await running.get('/api/inbound?limit=100'));
  const mail = mails.find(({ rawKey }) => rawKey.endsWith(`/${id}`));
  return mail && detailSchema.parse(await running.get(`/api/inbound/${mail.mailId}`));
}

function isSettled({ entry, emails }: Detail): boolean {
  return finalMailStates.includes(entry.state as MailState) && emails.every(({ state }) => !underWay.has(state));
}

function toLines({ entry, parts, emails }: Detail): readonly string[] {
  const fileCount = parts.filter(({ fate }) => fate === 'offloaded').length;
  const why = [entry.code, entry.reason].filter((text) => text !== undefined).join(' ');
  return [
    `the mail is ${entry.state}${why === '' ? '' : `: ${why}`} (${fileCount} of ${parts.length} files behind links)`,
    ...emails
      .toSorted((one, other) => one.rcptTo.localeCompare(other.rcptTo))
      .map(({ rcptTo, state, code }) => `  ${rcptTo}  ${state}${code === undefined ? '' : ` ${code}`}`),
  ];
}

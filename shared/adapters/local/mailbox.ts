import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { mimeRetentionDays } from '../../../infra/topology.ts';
import { MailError, TransientMailError } from '../../errors/mail-error.ts';
import type { BlobContent, BlobStore } from '../../ports/blob-store.ts';
import type { MailSender, OutgoingMail, SendReceipt } from '../../ports/mail-sender.ts';
import type { Clock } from '../../ports/platform.ts';
import type { MailRow } from './mailbox-operations.ts';
import { readSubject } from './mailbox-subject.ts';
import type { LocalDatabase } from './sqlite-host.ts';

/** A mail in the mailbox, as the console and `GET /api/mailbox` list it. */
export interface MailboxItem {
  readonly id: string;
  readonly emailId: string;
  readonly rcptTo: string;
  readonly mailFrom: string;
  readonly subject: string;
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Told after the mail is durable; what it carries is what SES's events carry. */
export interface Delivered {
  readonly emailId: string;
  readonly transportId: string;
  readonly rcptTo: string;
  readonly mailFrom: string;
  readonly emailTags: Readonly<Record<string, string>>;
  readonly configurationSet?: string;
}

export type DeliveredListener = (delivered: Delivered) => Promise<void> | void;

/** Where mail lands when no transport is set: nothing leaves the machine. */
export interface Mailbox {
  readonly sender: MailSender;
  /** The last mails, newest first. */
  list(limit: number): Promise<readonly MailboxItem[]>;
  /** The whole message, or `undefined` for an id that is unknown. */
  raw(id: string): Promise<BlobContent | undefined>;
  /**
   * Calls the listener for every mail that was stored; the send waits for it and fails with it, so that a mail whose
   * events could not be made is sent again. A mail that is sent twice is told twice. Gives what takes the listener off.
   */
  onDelivered(listener: DeliveredListener): () => void;
}

export interface MailboxParts {
  readonly database: LocalDatabase;
  /** A bucket of the mailbox's own. */
  readonly bucket: BlobStore;
  readonly clock: Clock;
}

/** A mail is one local file write; a minute passes only on a machine that is in trouble. */
const timeoutSeconds = 60;
const dayMs = 86_400_000;
/** Heads are a few KB; a subject that stands after this much is not shown. */
const maxHeadBytes = 65_536;

const keyOf = (emailId: string): string => `mail/${emailId}`;

/** Mail is kept as long as outgoing mail is kept elsewhere: `mimeRetentionDays`. */
export const mailboxRetentionMs = mimeRetentionDays * dayMs;

export function createMailbox({ database, bucket, clock }: MailboxParts): Mailbox {
  const listeners = new Set<DeliveredListener>();

  async function send(mail: OutgoingMail): Promise<SendReceipt> {
    const source = await mail.openMime().catch((cause: unknown) => {
      throw toSendError(cause);
    });
    const at = clock.now().getTime();
    const head: Uint8Array[] = [];
    const stored = await bucket
      .put(keyOf(mail.emailId), Readable.from(copyHead(source, head)), {
        contentType: 'message/rfc822',
        expiresAt: new Date(at + mailboxRetentionMs),
      })
      .catch((cause: unknown) => {
        throw toSendError(cause);
      });
    const { emailId, mailFrom, rcptTo } = mail;
    const subject = readSubject(Buffer.concat(head));
    const row: MailRow = { id: randomUUID(), emailId, mailFrom, rcptTo, subject, size: stored.sizeBytes, at };
    const transportId = await database.run('mailbox.put', row);
    for (const listener of listeners) await listener(toDelivered(mail, transportId));
    return { transportId };
  }

  return {
    sender: { settlement: 'idempotent', timeoutSeconds, send },
    async list(limit) {
      const rows = await database.run('mailbox.list', { limit });
      return rows.map(({ size, at, ...rest }) => ({ ...rest, bytes: size, at: new Date(at).toISOString() }));
    },
    async raw(id) {
      const row = await database.run('mailbox.read', { id });
      return row && bucket.get(keyOf(row.emailId));
    },
    onDelivered(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** Hands the bytes on and keeps the first ones. */
async function* copyHead(source: Readable, head: Uint8Array[]): AsyncGenerator<Uint8Array> {
  let room = maxHeadBytes;
  for await (const chunk of source) {
    const bytes: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (room > 0) head.push(bytes.subarray(0, room));
    room -= bytes.length;
    yield bytes;
  }
}

/** A source that breaks is tried again, like a transport that is busy. */
function toSendError(cause: unknown): MailError {
  if (cause instanceof MailError) return cause;
  return new TransientMailError('ERR_SEND_TEMPORARY', 'the message could not be read to its end', { cause });
}

function toDelivered(mail: OutgoingMail, transportId: string): Delivered {
  const { emailId, rcptTo, mailFrom, emailTags, configurationSet } = mail;
  const delivered = { emailId, transportId, rcptTo, mailFrom, emailTags };
  return configurationSet === undefined ? delivered : { ...delivered, configurationSet };
}

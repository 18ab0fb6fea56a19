import { Readable } from 'node:stream';
import { PermanentMailError } from '../../errors/mail-error.ts';
import type { OutgoingMail } from '../../ports/mail-sender.ts';

/** SES's rules for configuration sets and message tags; both stand in header fields here. */
const configurationSetName = /^[A-Za-z0-9_-]{1,64}$/;
const tagToken = /^[A-Za-z0-9_-]{1,256}$/;

/** A message on its way to the transport, and how far it has come. */
export interface TrackedMessage {
  readonly stream: Readable;
  /** All bytes were handed over, so the end of DATA may have been sent: from here on the server may have taken the mail. */
  isHandedOver(): boolean;
  /** What reading the message failed with, if it did. */
  failure(): unknown;
}

/** The message with the fields that SES's SMTP interface reads before it. */
export function trackMessage(source: Readable, fields: string): TrackedMessage {
  let handedOver = false;
  let failure: unknown;
  // It can fail before it is first read, while the connection is made; reading it then throws that error.
  source.on('error', () => undefined);
  async function* chunks(): AsyncGenerator<Uint8Array | string> {
    if (fields !== '') yield Buffer.from(fields, 'latin1');
    try {
      for await (const chunk of source) yield chunk;
    } catch (error) {
      failure = error;
      // The transport writes its own code into the error it sees, so it does not see the real one.
      throw new Error('the message could not be read');
    }
    handedOver = true;
  }
  return {
    stream: Readable.from(chunks(), { objectMode: false }),
    isHandedOver: () => handedOver,
    failure: () => failure,
  };
}

/**
 * The fields by which SES's SMTP interface is told configuration set and tags; other servers pass them on unread.
 * @throws PermanentMailError `ERR_HEADER_INJECTION` when a name or value has characters that SES does not allow
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-send-email.html
 */
export function sesFields(mail: Pick<OutgoingMail, 'configurationSet' | 'emailTags'>): string {
  const tags = Object.entries(mail.emailTags);
  const isValid =
    (mail.configurationSet === undefined || configurationSetName.test(mail.configurationSet)) &&
    tags.every((tag) => tag.every((token) => tagToken.test(token)));
  if (!isValid) {
    throw new PermanentMailError(
      'ERR_HEADER_INJECTION',
      'a configuration set or tag has characters other than A-Z, a-z, 0-9, "_" and "-", or is too long',
    );
  }
  const set = mail.configurationSet === undefined ? '' : `X-SES-CONFIGURATION-SET: ${mail.configurationSet}\r\n`;
  if (tags.length === 0) return set;
  return `${set}X-SES-MESSAGE-TAGS: ${tags.map(([name, value]) => `${name}=${value}`).join(',\r\n ')}\r\n`;
}

import { addAbortSignal, type Readable } from 'node:stream';
import { type SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { MailError, PermanentMailError, TransientMailError } from '../../errors/mail-error.ts';
import type { MailSender, OutgoingMail, SendReceipt } from '../../ports/mail-sender.ts';
import { toSesMailError } from './ses-errors.ts';

/** SES takes 40 MB per message, counted after base64. @see https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const maxEncodedBytes = 40 * 1024 * 1024;
const maxMimeBytes = (maxEncodedBytes / 4) * 3;

/** The tag that SES repeats in every event about the mail: an uncertain send is settled by it. */
export const emailIdTag = 'email_id';
const tagPattern = /^[A-Za-z0-9_-]{1,256}$/;

/** Opening and reading the mail, connecting, and 30 s for the answer. */
const attemptTimeoutSeconds = 45;

export interface SesMailSenderOptions {
  /** Made by `createSesClient`: one POST per call, with time limits. */
  readonly client: SESv2Client;
  /** 0 to 1; spreads the waits. */
  readonly random?: () => number;
  /** The longest that one attempt can take, 45 by default; unit: seconds. */
  readonly timeoutSeconds?: number;
}

/**
 * Sends through SES v2, one POST per attempt; an uncertain attempt is settled by SES's `Send` event.
 * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
export function createSesMailSender(options: SesMailSenderOptions): MailSender {
  const { client, random = Math.random, timeoutSeconds = attemptTimeoutSeconds } = options;
  return {
    settlement: 'events',
    timeoutSeconds,
    async send(mail) {
      const signal = AbortSignal.timeout(timeoutSeconds * 1000);
      const command = new SendEmailCommand(toInput(mail, await readMime(mail, signal)));
      const begun = watchBegin(command);
      try {
        const { MessageId } = await client.send(command, { abortSignal: signal });
        return toReceipt(MessageId);
      } catch (error) {
        throw error instanceof MailError ? error : toSesMailError(error, begun(), random, mail);
      }
    },
  };
}

/** Tells whether the request was handed to the network: what fails before (credentials, settings) sends nothing. */
function watchBegin(command: SendEmailCommand): () => boolean {
  let begun = false;
  command.middlewareStack.add(
    (next) => (args) => {
      begun = true;
      return next(args);
    },
    { step: 'deserialize', priority: 'low', name: 'watchBegin' },
  );
  return () => begun;
}

function toReceipt(messageId: string | undefined): SendReceipt {
  if (messageId !== undefined && messageId !== '') return { transportId: messageId };
  throw new TransientMailError('ERR_SEND_UNCERTAIN', 'ses SendEmail answered without a message id');
}

function toInput(mail: OutgoingMail, mime: Buffer): SendEmailCommandInput {
  return {
    FromEmailAddress: mail.mailFrom,
    Destination: { ToAddresses: [mail.rcptTo] },
    Content: { Raw: { Data: mime } },
    EmailTags: toTags(mail),
    ...(mail.configurationSet === undefined ? {} : { ConfigurationSetName: mail.configurationSet }),
  };
}

/** The email id always goes along, whatever else does. */
function toTags(mail: OutgoingMail): { Name: string; Value: string }[] {
  const tags = Object.entries({ ...mail.emailTags, [emailIdTag]: mail.emailId });
  for (const [name, value] of tags) {
    if (tagPattern.test(name) && tagPattern.test(value)) continue;
    throw new PermanentMailError(
      'ERR_SEND_REJECTED',
      `the name or value of an e-mail tag of ${name.length} and ${value.length} characters is not 1 to 256 of A-Z, a-z, 0-9, _ and -`,
    );
  }
  return tags.map(([Name, Value]) => ({ Name, Value }));
}

/** The whole mail in memory: the API takes it in one piece, and outgoing mail is small once its files are links. */
async function readMime(mail: OutgoingMail, signal: AbortSignal): Promise<Buffer> {
  assertSize(mail.sizeBytes);
  const source = await mail.openMime();
  try {
    return await readAll(addAbortSignal(signal, source));
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new TransientMailError('ERR_SEND_UNREACHABLE', 'the mail could not be read in time: nothing was sent', {
      cause: error,
    });
  }
}

async function readAll(source: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk);
    sizeBytes += bytes.length;
    assertSize(sizeBytes);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, sizeBytes);
}

/** @throws PermanentMailError `ERR_TOO_LARGE` */
function assertSize(sizeBytes: number): void {
  if (sizeBytes <= maxMimeBytes) return;
  throw new PermanentMailError(
    'ERR_TOO_LARGE',
    `the mail has ${sizeBytes} bytes or more; ses takes ${maxMimeBytes}, which are 40 MB after base64`,
  );
}

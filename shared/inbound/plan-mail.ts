import type { ReceiptVerdicts } from '../contracts/inbound-event.ts';
import type { MailHead, ParsedMail } from '../contracts/parsed-mail.ts';
import type { MailState } from '../contracts/records.ts';
import type { Route } from '../contracts/route.ts';
import { PermanentMailError } from '../errors/mail-error.ts';
import { readSesVerdicts, type Verdicts } from '../mail/ses-verdicts.ts';
import type { BlobContent } from '../ports/blob-store.ts';
import { assessHead, assessParts } from './assess-head.ts';
import { assessRate } from './assess-rate.ts';
import { endOf } from './end-mail.ts';
import type { InboundPorts } from './inbound-ports.ts';
import { assertReadable, protectMail } from './offload-protection.ts';
import { type ResolvedRecipients, resolveRecipients } from './resolve-recipients.ts';
import { type SortedFiles, sortFiles } from './sort-files.ts';
import type { FileSink } from './store-files.ts';

/** What planning needs of the outside: nothing that stores or sends. */
export type PlanPorts = Pick<InboundPorts, 'parser' | 'secrets' | 'arrivalCounts' | 'log'> & {
  readonly settings: Pick<InboundPorts['settings'], 'maxMailBytes' | 'sesRegion'>;
};

/** A mail to decide on, with what is known of it beside its bytes. */
export interface ReceivedMail {
  readonly mailId: string;
  readonly content: Pick<BlobContent, 'body'> & {
    readonly info: Pick<BlobContent['info'], 'sizeBytes' | 'metadata'>;
  };
  /** Envelope recipients; empty when they are not known. */
  readonly rcptTo: readonly string[];
  /** Envelope sender: empty for the null reverse-path, `undefined` when it is not known. */
  readonly mailFrom: string | undefined;
  /** From SES's own notification. */
  readonly verdicts?: ReceiptVerdicts;
}

/** The rules that a mail is planned by, and where its files go as they come by. */
export interface PlanRules {
  readonly route: Route;
  /** The addresses of all routes: never a recipient. */
  readonly monitored: readonly string[];
  readonly sink: FileSink;
}

/** The mail can be sent on. */
export interface RelayPlan {
  readonly state: 'relayed';
  readonly mail: ParsedMail;
  readonly recipients: ResolvedRecipients;
  readonly files: SortedFiles;
}

/** The mail ends here, and why. */
export interface EndPlan {
  readonly state: Exclude<MailState, 'relayed'>;
  readonly error: PermanentMailError;
  /** Absent when the mail was refused before its header was read. */
  readonly head?: MailHead;
  /** Absent when the mail was refused before its end was read. */
  readonly mail?: ParsedMail;
  /** What would have become of its files; absent when that was not decided. */
  readonly files?: SortedFiles;
}

export type MailPlan = RelayPlan | EndPlan;

/**
 * Decides what becomes of one mail: the only place where that is decided, for the processor and for a dry run alike.
 * Nothing is stored but by the sink, and nothing is sent.
 *
 * 1. Refuse what no reading could make sense of.
 * 2. Read it as a stream: the header is assessed first, then files go to the sink as they come by.
 * 3. Find the recipients.
 * 4. Decide what becomes of each file.
 *
 * @throws MailError of class 4; what can never succeed is the answer, with its code
 */
export async function planMail(ports: PlanPorts, received: ReceivedMail, rules: PlanRules): Promise<MailPlan> {
  let head: MailHead | undefined;
  let mail: ParsedMail | undefined;
  let files: SortedFiles | undefined;
  try {
    mail = await readMail(ports, received, rules, (found) => {
      head = found;
    });
    assessParts(mail);
    const protectedMail = protectMail(rules.route, mail);
    const recipients = orError(() => {
      assertReadable(rules.route, protectedMail);
      assertBodyRead(rules.route, protectedMail.mail);
      return resolveRecipients(rules.route, protectedMail.mail, received.rcptTo, rules.monitored);
    });
    const bodies = recipients instanceof PermanentMailError ? protectedMail.mail : recipients;
    files = await sortFiles(received.mailId, rules.sink, { route: rules.route, protectedMail, bodies });
    if (recipients instanceof PermanentMailError) throw recipients;
    return { state: 'relayed', mail, recipients, files };
  } catch (error) {
    if (!(error instanceof PermanentMailError)) throw error;
    return { state: endOf(error.code), error, ...(head && { head }), ...(mail && { mail }), ...(files && { files }) };
  }
}

async function readMail(
  ports: PlanPorts,
  received: ReceivedMail,
  { route, sink }: PlanRules,
  onHead: (head: MailHead) => void,
): Promise<ParsedMail> {
  refuseUnreadable(ports, received);
  const mail = await ports.parser.parse(received.content.body, {
    onHead: (head) => {
      onHead(head);
      return decideOnHead(ports, received, route, head);
    },
    onFile: async (part, bytes) => {
      await sink.take(part, bytes);
      ports.log.info('attachment taken off', {
        mailId: received.mailId,
        part: part.path,
        bytes: sink.files.at(-1)?.sizeBytes,
      });
    },
  });
  ports.log.info('mail read', {
    mailId: received.mailId,
    bytes: mail.sizeBytes,
    files: sink.files.length,
    warnings: mail.warnings.length,
  });
  return mail;
}

/** What the header says is decided before a part is looked at; strangers use up nobody's hourly share. */
async function decideOnHead(ports: PlanPorts, received: ReceivedMail, route: Route, head: MailHead): Promise<void> {
  assessHead(route, head, {
    mailFrom: received.mailFrom,
    verdicts: verdictsOf(ports, received, head),
    secret: await ports.secrets.linkSecret(),
  });
  await assessRate(ports, route, head, received);
}

/** SES's notification counts before its header fields, and those only where SES took the mail in. */
function verdictsOf({ settings }: PlanPorts, { verdicts }: ReceivedMail, head: MailHead): Verdicts | undefined {
  const { sesRegion } = settings;
  const written = sesRegion === undefined ? undefined : readSesVerdicts(head.fields, sesRegion);
  if (written === undefined && verdicts === undefined) return undefined;
  return { authenticatedDomains: [], ...written, ...verdicts };
}

/** Refuses before a byte is read what no reading could make sense of. */
function refuseUnreadable({ settings }: PlanPorts, { content: { info } }: ReceivedMail): void {
  if (info.sizeBytes > settings.maxMailBytes) {
    throw new PermanentMailError(
      'ERR_TOO_LARGE',
      `the mail has ${info.sizeBytes} bytes, allowed are ${settings.maxMailBytes}`,
    );
  }
  if ('x-amz-key-v2' in info.metadata || 'x-amz-matdesc' in info.metadata) {
    throw new PermanentMailError(
      'ERR_CLIENT_ENCRYPTED',
      'the receipt rule encrypts on the client side, which only its Java and Ruby clients can undo: use the bucket’s own encryption',
    );
  }
}

/** Where a marker may stand it must be taken out: a text too large to be read whole could carry it to the recipients. */
function assertBodyRead(route: Route, mail: ParsedMail): void {
  if (route.recipients.from !== 'body' || !mail.warnings.some(({ warning }) => warning === 'text-as-file')) return;
  throw new PermanentMailError(
    'ERR_PARSE_RESOURCE',
    'a text of the mail is too large to be searched for the marker: give the route other recipients, or send it as a file',
  );
}

/** A permanent refusal as a value, so that the rest of the plan is made all the same. */
function orError<Value>(decide: () => Value): Value | PermanentMailError {
  try {
    return decide();
  } catch (error) {
    if (error instanceof PermanentMailError) return error;
    throw error;
  }
}

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { openCertificate } from '../../../infra/local/smtp/certificate.ts';
import { submitMail } from '../../../shared/adapters/mail/smtp-submit.ts';
import type { EmailState, MailState } from '../../../shared/contracts/records.ts';
import { domainOf } from '../../../shared/mail/address.ts';
import type { LocalConfig } from '../../../shared/runtime/local-config.ts';
import type { Records } from '../../../shared/runtime/records.ts';
import { systemTimer } from '../../../shared/runtime/system-timer.ts';
import type { CommandContext } from '../command.ts';
import type { Running } from '../running.ts';
import type { CanaryPorts } from './canary.ts';
import type { Dns } from './dns.ts';

const smtpPort = 25;
/** A busy installation takes this many mails while the canary is on its way. */
const mostListed = 100;

function always({ showProgress }: CommandContext) {
  const newId = () => randomBytes(8).toString('hex');
  return { timer: systemTimer, newId, showProgress: (text: string) => showProgress?.(text) };
}

/** The id of the object that a server stored: SES says `250 OK <id>`, our own server `250 2.0.0 queued as <id>`. */
export function idOf(reply: string): string | undefined {
  return /^250 (?:2\.0\.0 queued as|OK) ([A-Za-z0-9_-]{10,100})\s*$/i.exec(reply)?.[1];
}

interface Listed {
  readonly mailId: string;
  readonly rawKey: string;
  readonly subject?: string | undefined;
}

function findListed<Mail extends Listed>(mails: readonly Mail[], reply: string, subject: string): Mail | undefined {
  const id = idOf(reply);
  return mails.find((mail) => (id !== undefined && mail.rawKey.endsWith(`/${id}`)) || mail.subject?.endsWith(subject));
}

/** Over the real MX of the monitored address, as any server of the world does it. */
export function awsCanaryPorts(dns: Dns, { ledger, emails }: Records, context: CommandContext): CanaryPorts {
  return {
    ...always(context),
    async submit(mail) {
      const found = (await dns.mx(domainOf(mail.to))).toSorted((a, b) => a.priority - b.priority);
      const host = found[0]?.exchange;
      if (host === undefined) throw new Error('its domain has no MX record');
      return submitMail({ host, port: smtpPort }, { ...mail, files: [] });
    },
    async find(reply, subject) {
      const entry = findListed(await ledger.list({ limit: mostListed }), reply, subject);
      if (entry === undefined) return undefined;
      return { mailId: entry.mailId, state: entry.state, code: entry.code, emails: await emails.ofGroup(entry.mailId) };
    },
  };
}

const listSchema = z.array(z.object({ mailId: z.string(), rawKey: z.string(), subject: z.string().optional() }));
const detailSchema = z.object({
  entry: z.object({ state: z.string(), code: z.string().optional() }),
  emails: z.array(z.object({ rcptTo: z.string(), state: z.string(), code: z.string().optional() })),
});

/** Over the SMTP port of the runtime that is up on this machine. */
export function localCanaryPorts(
  config: LocalConfig,
  { endpoints, get }: Running,
  context: CommandContext,
): CanaryPorts {
  return {
    ...always(context),
    async submit(mail) {
      const { cert } = await openCertificate(config.dataFolder, new Date());
      const [user] = config.smtpUsers;
      const credentials = user === undefined ? {} : { credentials: user };
      return submitMail({ ...endpoints.smtp, certificate: cert, ...credentials }, { ...mail, files: [] });
    },
    async find(reply, subject) {
      const mails = listSchema.parse(await get(`/api/inbound?limit=${mostListed}`));
      const mail = findListed(mails, reply, subject);
      if (mail === undefined) return undefined;
      const { entry, emails } = detailSchema.parse(await get(`/api/inbound/${mail.mailId}`));
      // The API is this project's own: its words are those of the records.
      const seen = emails.map((email) => ({ ...email, state: email.state as EmailState }));
      return { mailId: mail.mailId, state: entry.state as MailState, code: entry.code, emails: seen };
    },
  };
}

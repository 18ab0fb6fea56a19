import { z } from 'zod';
import { isAddress, isDomain } from '../mail/address.ts';

const address = z.string().refine(isAddress, 'must be one e-mail address such as capture@in.example.com');
const domain = z.string().refine(isDomain, 'must be a domain name such as example.com');
const seconds = z.int().positive();

/** The marker around the recipient list in a body: a secret of the installation, so never logged. */
export const defaultMarker = ':Email_Rxers_Code:';

const recipients = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('body'), marker: z.string().min(4).max(100).default(defaultMarker) }),
  z.strictObject({ from: z.literal('fixed'), to: z.array(address).min(1) }),
  z.strictObject({ from: z.literal('sender') }),
  z.strictObject({ from: z.literal('map'), map: z.record(address, z.array(address).min(1)) }),
]);

/** `application/pdf`, `image/*`; a message or a multipart cannot be kept by its type. */
const keptType = z
  .string()
  .regex(
    /^(?!(?:message|multipart|\*)\/)[a-z0-9!#$&^_.+-]{1,60}\/(?:\*|[a-z0-9!#$&^_.+-]{1,60})$/i,
    'must be a content type such as application/pdf or image/*, and no message or multipart',
  );

const offload = z.strictObject({
  /** Files smaller than this stay in the mail; 0: every file goes. */
  minBytes: z.int().min(0).max(5_000_000).default(0),
  /** Content types that stay in the mail whatever their size, as far as the mail can hold them. */
  keepTypes: z.array(keptType).max(50).default([]),
  /** The largest image that stays inline when the HTML refers to it by `cid:`; 0: every file goes. */
  keepInlineMaxBytes: z.int().min(0).max(5_000_000).default(100_000),
});

const scan = z.strictObject({
  /** `required`: a file is given only after a scanner has found it clean. */
  verdict: z.enum(['off', 'required']).default('off'),
  /** What becomes of a file that the scanner could not read: encrypted archives, files that are too large. */
  unscannable: z.enum(['give', 'withhold']).default('withhold'),
});

const routeShape = z.strictObject({
  /** Stands in keys and rule names. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 of a-z, 0-9 and -'),
  /** The monitored address: exact, or `*@domain`. */
  address: z
    .string()
    .refine(
      (value) => isAddress(value) || (value.startsWith('*@') && isDomain(value.slice(2))),
      'must be an address or *@domain',
    ),
  recipients: recipients.prefault({ from: 'body' }),
  /** Addresses or `*@domain` that may send; absent: every sender. */
  allowedSenders: z.array(z.string()).optional(),
  requireAuth: z.enum(['none', 'aligned', 'dmarc']).default('none'),
  allowedRecipientDomains: z.array(domain).optional(),
  maxRecipients: z.int().min(1).max(5000).default(500),
  /** More mails in one hour of the clock are parked until an operator has looked; absent: no limit. */
  maxMailsPerHour: z.int().min(1).max(1_000_000).optional(),
  maxMailsPerSenderPerHour: z.int().min(1).max(1_000_000).optional(),
  /** The verified identity that mail is sent from. */
  identity: address,
  subjectPrefix: z.string().max(100).default(''),
  offload: offload.prefault({}),
  /** Signed mail: sent on whole without a link card, or taken apart without its signature. Absent: whole where it can be. */
  signed: z.enum(['intact', 'unwrap']).optional(),
  links: z.enum(['gateway', 'presigned']).default('gateway'),
  linkExpirySeconds: seconds.max(31_536_000).default(129_600),
  retentionDays: z.int().min(1).max(365).default(14),
  /** `page` asks for a press of a button before the file comes, so that link scanners fetch nothing; `direct` does not. */
  confirmDownload: z.enum(['page', 'direct']).default('page'),
  /** Each link gives its file this many times; absent: as often as asked. */
  maxDownloads: z.int().min(1).max(1_000_000).optional(),
  scan: scan.prefault({}),
  /** A recipient who has fetched nothing is reminded, once, this long after the mail was sent; absent: never. */
  remindAfterSeconds: seconds.min(60).max(31_536_000).optional(),
  /** More reminders in one hour of the clock wait for the next. */
  maxRemindersPerHour: z.int().min(1).max(1_000_000).default(100),
  card: z.enum(['top', 'bottom']).default('bottom'),
});

/** SigV4 signs for at most seven days. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html */
export const maxPresignedSeconds = 604_800;

/** The longest session of a role that is assumed by another role. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html */
export const assumedRoleSeconds = 3600;

/** What to do with mail for one monitored address. */
export const routeSchema = routeShape.superRefine((route, context) => {
  const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  if (route.linkExpirySeconds > route.retentionDays * 86_400) {
    fault(
      'linkExpirySeconds',
      `${route.linkExpirySeconds} is longer than the ${route.retentionDays} days of retentionDays (${route.retentionDays * 86_400} s): a link must not outlive its file`,
    );
  }
  if (route.links === 'presigned' && route.linkExpirySeconds > maxPresignedSeconds) {
    fault(
      'linkExpirySeconds',
      `${route.linkExpirySeconds} is more than ${maxPresignedSeconds}, the most a presigned URL can last`,
    );
  }
  if (route.confirmDownload === 'direct' && route.maxDownloads !== undefined) {
    fault(
      'maxDownloads',
      `${route.maxDownloads} with confirmDownload "direct": link scanners would use the downloads up; leave one of them out`,
    );
  }
  if (route.links === 'presigned' && route.maxDownloads !== undefined) {
    fault(
      'maxDownloads',
      `${route.maxDownloads} with links "presigned": the store counts nothing; use links "gateway"`,
    );
  }
  if (route.links === 'presigned' && route.scan.verdict === 'required') {
    fault(
      'scan.verdict',
      'required with links "presigned": such a link cannot wait for a verdict; use links "gateway"',
    );
  }
  const reminderFault = findReminderFault(route);
  if (reminderFault !== undefined) fault('remindAfterSeconds', reminderFault);
  if (route.signed === 'intact' && route.recipients.from === 'body') {
    fault('signed', 'must not be intact where recipients come from the body: the marker would be sent on');
  }
  if (route.identity.toLowerCase() === route.address.toLowerCase()) {
    fault('identity', 'must not be the monitored address: mail would come back to it');
  }
});

/** What keeps a route from reminding. */
function findReminderFault({
  remindAfterSeconds,
  linkExpirySeconds,
  links,
}: z.infer<typeof routeShape>): string | undefined {
  if (remindAfterSeconds === undefined) return undefined;
  if (links === 'presigned') {
    return `${remindAfterSeconds} with links "presigned": the store does not tell who has fetched; use links "gateway"`;
  }
  return remindAfterSeconds < linkExpirySeconds
    ? undefined
    : `${remindAfterSeconds} is not shorter than linkExpirySeconds (${linkExpirySeconds}): the links would have ended`;
}

export type Route = z.infer<typeof routeSchema>;

/** The routes file: a list of routes, each id and each address once. */
export const routesSchema = z
  .array(routeSchema)
  .min(1)
  .superRefine((routes, context) => {
    for (const name of ['id', 'address'] as const) {
      const seen = new Set<string>();
      for (const [index, route] of routes.entries()) {
        const value = route[name].toLowerCase();
        if (seen.has(value))
          context.addIssue({ code: 'custom', path: [index, name], message: `${route[name]} stands twice` });
        seen.add(value);
      }
    }
  });

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

const offload = z.strictObject({
  /** The largest image that stays inline when the HTML refers to it by `cid:`; 0: every file goes. */
  keepInlineMaxBytes: z.int().min(0).max(5_000_000).default(100_000),
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
  /** The verified identity that mail is sent from. */
  identity: address,
  subjectPrefix: z.string().max(100).default(''),
  offload: offload.prefault({}),
  links: z.enum(['gateway', 'presigned']).default('gateway'),
  linkExpirySeconds: seconds.max(31_536_000).default(129_600),
  retentionDays: z.int().min(1).max(365).default(14),
  card: z.enum(['top', 'bottom']).default('bottom'),
});

/** SigV4 signs for at most seven days. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html */
export const maxPresignedSeconds = 604_800;

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
  if (route.identity.toLowerCase() === route.address.toLowerCase()) {
    fault('identity', 'must not be the monitored address: mail would come back to it');
  }
});

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

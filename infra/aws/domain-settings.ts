import { z } from 'zod';
import { address, domain, flag, text } from './setting-values.ts';

/** @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html */
const hostedZoneId = text('must be the id of a Route 53 hosted zone such as Z0123456789ABC', (value) =>
  /^[A-Z0-9]{1,32}$/.test(value),
);

export const certificateArn = text('must be the ARN of an ACM certificate', (value) =>
  /^arn:aws[\w-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/.test(value),
);

/** The settings of names and of what vouches for them, as text in. */
export const domainSettings = {
  /** Whether the SES identity of `domain` is made, or exists. */
  makeIdentity: flag.default(false),
  mailFrom: domain.optional(),
  hostedZoneId: hostedZoneId.optional(),
  hostedZoneName: domain.optional(),
  dmarcPolicy: z
    .enum(['none', 'quarantine', 'reject', 'off'], { error: 'must be none, quarantine, reject or off' })
    .default('none'),
  dmarcReports: address.optional(),
  linkDomain: domain.optional(),
  linkCertificateArn: certificateArn.optional(),
};

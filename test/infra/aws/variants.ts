import type { RawSettings } from '../../../shared/runtime/settings.ts';
import { leastSettings } from './synthesized.ts';

/** A domain of one's own: identity, zone, link domain and devices, every one of their settings given. */
export const ownDomainSettings = {
  ...leastSettings,
  domain: 'example.com',
  makeIdentity: 'true',
  mailFrom: 'back.example.com',
  hostedZoneId: 'Z0123456789ABC',
  hostedZoneName: 'example.com',
  dmarcPolicy: 'quarantine',
  dmarcReports: 'dmarc@example.com',
  linkDomain: 'links.example.com',
  deviceSender: 'scanner@example.com',
  deviceRotationDays: '90',
} satisfies RawSettings;

/** A link domain whose zone somebody else keeps, and devices whose credentials are rotated by hand. */
export const foreignLinkDomainSettings = {
  ...leastSettings,
  deviceSender: 'scanner@example.com',
  linkDomain: 'links.example.org',
  linkCertificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/0b6a4f3c-1d52-4b2e-9d2a-6f1c0a1b2c3d',
} satisfies RawSettings;

/** A trial, which leaves nothing behind. */
export const ephemeralSettings = { ...leastSettings, ephemeral: 'true' } satisfies RawSettings;

/** The HTTPS subscriber of SNS, in a network of its own, under a certificate that exists. */
export const webhookSettings = {
  ...leastSettings,
  webhookDomain: 'sns.example.org',
  webhookImage: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/lightermail/sns-webhook:1.0.0',
  webhookCertificateArn: foreignLinkDomainSettings.linkCertificateArn,
} satisfies RawSettings;

/** The same in a network that exists, with a name of the zone. */
export const webhookInNetworkSettings = {
  ...ownDomainSettings,
  webhookDomain: 'sns.example.com',
  webhookImage: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/sns-webhook@sha256:${'0123456789abcdef'.repeat(4)}`,
  webhookVpc: 'vpc-0123456789abcdef0',
  webhookPublicSubnets: 'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
  webhookPrivateSubnets: 'subnet-0123456789abcdef2, subnet-0123456789abcdef3',
} satisfies RawSettings;

/** Everything that publishes, delivers, rings or reads by itself. */
const fullDelivery = {
  malwareProtection: 'true',
  subscribers: 'https://a.example/sns',
  alarmEmail: 'a@example.org',
  console: 'true',
};

/** A KMS key of its own for everything. */
export const keySettings = { ...webhookSettings, ...fullDelivery, kms: 'true' } satisfies RawSettings;

/** A KMS key that exists, in the region of the tests. */
export const existingKeySettings = {
  ...leastSettings,
  ...fullDelivery,
  kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/0b6a4f3c-1d52-4b2e-9d2a-6f1c0a1b2c3d',
} satisfies RawSettings;

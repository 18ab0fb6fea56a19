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

/** A link domain whose zone somebody else keeps. */
export const foreignLinkDomainSettings = {
  ...leastSettings,
  linkDomain: 'links.example.org',
  linkCertificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/0b6a4f3c-1d52-4b2e-9d2a-6f1c0a1b2c3d',
} satisfies RawSettings;

/** A trial, which leaves nothing behind. */
export const ephemeralSettings = { ...leastSettings, ephemeral: 'true' } satisfies RawSettings;

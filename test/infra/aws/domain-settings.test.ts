import { describe, expect, it } from 'vitest';
import { readAwsSettings } from '../../../infra/aws/settings.ts';
import { faults } from './setting-faults.ts';
import { leastSettings } from './synthesized.ts';

const least = leastSettings;
const own = { ...least, domain: 'example.com', makeIdentity: 'true' };
const zone = { hostedZoneId: 'Z0123456789ABC', hostedZoneName: 'example.com' };
const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/0b6a4f3c-1d52-4b2e-9d2a-6f1c0a1b2c3d';

describe('the settings of names', () => {
  it('say what is made, and where bounces go unless told otherwise', () => {
    expect(readAwsSettings(own)).toMatchObject({
      makeIdentity: true,
      mailFromDomain: 'bounce.example.com',
      dmarcPolicy: 'none',
      monitoredDomains: ['in.example.com'],
      receivingDomains: ['in.example.com', 'example.com'],
    });
    expect(readAwsSettings({ ...own, mailFrom: 'Back.example.com' }).mailFromDomain).toBe('back.example.com');
    expect(readAwsSettings(least).mailFromDomain).toBeUndefined();
    expect(readAwsSettings({ ...least, domain: 'example.com' }).mailFromDomain).toBeUndefined();
  });

  const right: readonly [string, Record<string, string>][] = [
    ['a zone for MX records alone', { ...least, ...zone }],
    ['a zone above the identity', { ...own, domain: 'in.example.com', ...zone }],
    ['a link domain in the zone', { ...least, ...zone, linkDomain: 'links.example.com' }],
    [
      'a link domain elsewhere with its certificate',
      { ...least, linkDomain: 'a.b.example', linkCertificateArn: certificate },
    ],
    ['devices of an allowed domain', { ...least, deviceSender: 'Scanner@example.com', deviceRotationDays: '90' }],
    ['a DMARC record that is left alone', { ...own, dmarcPolicy: 'off' }],
  ];
  it.each(right)('take %s', (_, settings) => {
    expect(faults(settings, 'eu-west-1')).toEqual([]);
  });

  const wrong: readonly [string, Record<string, string>, RegExp][] = [
    [
      'an identity of nothing',
      { ...least, makeIdentity: 'true' },
      /^domain is not set: must be given together with makeIdentity/,
    ],
    [
      'a bounce domain without an identity',
      { ...least, mailFrom: 'b.example.com' },
      /^mailFrom is "b.example.com": must be given together with makeIdentity=true/,
    ],
    [
      'a DMARC policy without an identity',
      { ...least, dmarcPolicy: 'reject' },
      /^dmarcPolicy is "reject": must be given together/,
    ],
    [
      'a DMARC policy that there is not',
      { ...own, dmarcPolicy: 'maybe' },
      /^dmarcPolicy is "maybe": must be none, quarantine, reject or off/,
    ],
    [
      'reports of no record',
      { ...own, dmarcPolicy: 'off', dmarcReports: 'a@example.com' },
      /^dmarcReports is .*must not be given together with dmarcPolicy=off/,
    ],
    [
      'a bounce domain elsewhere',
      { ...own, mailFrom: 'bounce.example.org' },
      /^mailFrom is "bounce.example.org": must be a domain below example.com/,
    ],
    [
      'a bounce domain that is the domain',
      { ...own, mailFrom: 'example.com' },
      /^mailFrom is "example.com": must be a domain below/,
    ],
    [
      'a bounce domain that is written to',
      { ...own, mailFrom: 'in.example.com' },
      /^mailFrom is "in.example.com": must be a domain that nobody writes to/,
    ],
    [
      'a zone without its name',
      { ...least, hostedZoneId: 'Z1' },
      /^hostedZoneName is not set: must be given together with hostedZoneId/,
    ],
    [
      'a zone without its id',
      { ...least, hostedZoneName: 'example.com' },
      /^hostedZoneId is not set: must be given together with hostedZoneName/,
    ],
    [
      'a zone that is no id',
      { ...least, ...zone, hostedZoneId: 'zone/1' },
      /^hostedZoneId is "zone\/1": must be the id/,
    ],
    [
      'a zone below the identity',
      { ...own, ...zone, hostedZoneName: 'in.example.com' },
      /^hostedZoneName is "in.example.com": must be example.com, whose identity is made/,
    ],
    [
      'a zone of other names',
      { ...least, ...zone, hostedZoneName: 'ample.com' },
      /^hostedZoneName is "ample.com": must be, or be above, one of in.example.com$/,
    ],
    [
      'devices of a domain that is not verified',
      { ...least, allowedSenders: '*@d.example', deviceSender: 'a@d.example' },
      /^deviceSender is "a@d.example": must be an address in domain/,
    ],
    [
      'devices that no route takes mail from',
      { ...least, allowedSenders: '*@d.example', deviceSender: 'a@example.com' },
      /^deviceSender is .*must be one of the allowedSenders/,
    ],
    [
      'devices that are the monitored address',
      { ...least, deviceSender: 'Capture@in.example.com' },
      /^deviceSender is .*must not be a monitored address/,
    ],
    [
      'rotation of no credentials',
      { ...least, deviceRotationDays: '30' },
      /^deviceRotationDays is "30": must be given together with deviceSender/,
    ],
    [
      'rotation too seldom',
      { ...least, deviceSender: 'a@example.com', deviceRotationDays: '1001' },
      /^deviceRotationDays is "1001": must be a whole number from 1 to 1000/,
    ],
    [
      'a public URL beside a link domain',
      { ...least, publicUrl: 'https://x.example', linkDomain: 'l.example.com' },
      /^publicUrl is .*must not be given together with linkDomain, which makes https:\/\/l.example.com/,
    ],
    [
      'a certificate of nothing',
      { ...least, linkCertificateArn: certificate },
      /^linkCertificateArn is .*must be given together with linkDomain/,
    ],
    [
      'a certificate that is no ARN',
      { ...least, linkDomain: 'l.example.com', linkCertificateArn: 'mine' },
      /^linkCertificateArn is "mine": must be the ARN/,
    ],
    [
      'a link domain without a certificate',
      { ...least, linkDomain: 'l.example.com' },
      /^linkCertificateArn is not set: must be the certificate of l.example.com/,
    ],
    [
      'a link domain outside the zone',
      { ...least, ...zone, linkDomain: 'l.example.org' },
      /^linkCertificateArn is not set/,
    ],
    [
      'a certificate of another region',
      { ...least, linkDomain: 'l.example.com', linkCertificateArn: certificate.replace('eu-west-1', 'us-east-1') },
      /^linkCertificateArn is .*must be a certificate in eu-west-1/,
    ],
    [
      'a monitored address of a local network',
      { ...least, recipient: 'capture@mail.LOCAL' },
      /^the address of route default is "capture@mail.LOCAL": must be in the public DNS/,
    ],
    [
      'a sender of a local network',
      { ...least, sender: 'a@mail.internal' },
      /^the identity of route default is "a@mail.internal": must be in the public DNS/,
    ],
    [
      'a link domain of a local network',
      { ...least, linkDomain: 'links.test', linkCertificateArn: certificate },
      /^linkDomain is "links.test": must be in the public DNS/,
    ],
  ];
  it.each(wrong)('refuse %s', (_, settings, expected) => {
    const lines = faults(settings, 'eu-west-1');

    expect(lines.length).toBe(1);
    expect(lines[0]).toMatch(expected);
  });
});

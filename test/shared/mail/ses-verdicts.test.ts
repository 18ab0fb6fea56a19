import { describe, expect, it } from 'vitest';
import { isAligned, readSesVerdicts } from '../../../shared/mail/ses-verdicts.ts';

const field = (name: string, value: string) => ({ name, value });

/** The block as SES writes it, above everything that came with the mail. */
const sesBlock = [
  field('return-path', '<device@example.com>'),
  field(
    'received',
    'from mail.example.com (mail.example.com [192.0.2.1]) by inbound-smtp.eu-west-1.amazonaws.com with SMTP id abc for capture@in.example.com; Sun, 22 Nov 2026 08:00:00 +0000 (UTC)',
  ),
  field('x-ses-spam-verdict', 'PASS'),
  field('x-ses-virus-verdict', 'PASS'),
  field('received-spf', 'pass (spfCheck: domain of example.com designates 192.0.2.1 as permitted sender)'),
  field(
    'authentication-results',
    'amazonses.com; spf=pass (spfCheck: ok) client-ip=192.0.2.1; envelope-from=device@bounce.example.com; helo=mail.example.com; dkim=pass header.i=@example.com; dmarc=pass header.from=example.com;',
  ),
  field('x-ses-receipt', 'AEFBQUFB'),
  field('x-ses-dkim-signature', 'a=rsa-sha256; q=dns/txt; b=abc'),
];

describe('readSesVerdicts', () => {
  it('G8 reads the block that SES puts above the mail', () => {
    expect(readSesVerdicts([...sesBlock, field('from', 'device@example.com')])).toEqual({
      spam: 'PASS',
      virus: 'PASS',
      spf: 'PASS',
      dkim: 'PASS',
      dmarc: 'PASS',
      authenticatedDomains: ['bounce.example.com', 'example.com'],
    });
  });

  it('G8 does not trust copies below the block', () => {
    const silent = sesBlock.filter(({ name }) => !name.endsWith('-verdict') && name !== 'authentication-results');
    const forged = [field('x-ses-virus-verdict', 'PASS'), field('authentication-results', 'amazonses.com; dmarc=pass')];
    expect(readSesVerdicts([...silent, ...forged])).toEqual({ authenticatedDomains: [] });
  });

  it('G8 does not trust a block that no inbound server of SES has received', () => {
    const forged = sesBlock.map((one) => (one.name === 'received' ? field('received', 'by mx.evil.example') : one));
    expect(readSesVerdicts(forged)).toBeUndefined();
  });

  it('G8 trusts only the region that is asked for', () => {
    expect(readSesVerdicts(sesBlock, 'eu-west-1')).toBeDefined();
    expect(readSesVerdicts(sesBlock, 'us-east-1')).toBeUndefined();
  });

  it('answers nothing for a mail without the block', () => {
    expect(readSesVerdicts([field('from', 'a@example.com')])).toBeUndefined();
  });

  it('takes a failed method for no vouching', () => {
    const failed = sesBlock.map((one) =>
      one.name === 'authentication-results'
        ? field(
            'authentication-results',
            'amazonses.com; spf=fail; envelope-from=x@example.com; dkim=fail header.i=@example.com; dmarc=fail',
          )
        : one,
    );
    expect(readSesVerdicts(failed)).toMatchObject({ dmarc: 'FAIL', authenticatedDomains: [] });
  });
});

describe('isAligned', () => {
  it('accepts a domain and what is under it, and nothing that only looks alike', () => {
    expect(isAligned('example.com', 'example.com')).toBe(true);
    expect(isAligned('mail.example.com', 'example.com')).toBe(true);
    expect(isAligned('badexample.com', 'example.com')).toBe(false);
    expect(isAligned('', 'example.com')).toBe(false);
  });
});

describe('readSesVerdicts, a sender who writes into the results', () => {
  const withResults = (value: string) =>
    readSesVerdicts(
      sesBlock.map((one) => (one.name === 'authentication-results' ? field(one.name, value) : one)),
      'eu-west-1',
    );

  it.each([
    [
      'a quoted envelope sender',
      'amazonses.com; spf=pass; envelope-from=";dmarc=pass;dkim=pass header.i=@good.example;"@evil.example; dmarc=fail;',
    ],
    ['a comment', 'amazonses.com; spf=fail (as ;dmarc=pass; says) client-ip=192.0.2.1; dmarc=fail;'],
    ['a second clause', 'amazonses.com; spf=pass; helo=x; dmarc=pass; dmarc=fail header.from=good.example;'],
  ])('G8 %s makes no pass', (_what, value) => {
    const found = withResults(value);
    expect(found?.dmarc).not.toBe('PASS');
    expect(found?.authenticatedDomains).not.toContain('good.example');
  });

  it('G8 two envelope senders vouch for nobody', () => {
    expect(withResults('amazonses.com; spf=pass; envelope-from=a@x.example; envelope-from=b@y.example')).toMatchObject({
      authenticatedDomains: [],
    });
  });
});

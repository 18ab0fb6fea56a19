import { describe, expect, it } from 'vitest';
import { parseSmtpUrl } from '../../../../shared/adapters/mail/smtp-mail-sender-url.ts';

describe('parseSmtpUrl', () => {
  it('reads host, port, TLS and credentials', () => {
    expect(parseSmtpUrl('smtps://u%40x:p%3A%2F@mail.example')).toEqual({
      host: 'mail.example',
      port: 465,
      isImplicitTls: true,
      isLoopback: false,
      credentials: { user: 'u@x', password: 'p:/' },
    });
    expect(parseSmtpUrl('smtp://[::1]:2526/')).toEqual({
      host: '::1',
      port: 2526,
      isImplicitTls: false,
      isLoopback: true,
    });
  });

  it.each([
    '',
    'mail.example',
    'http://x',
    'smtp://',
    'smtp://x/path',
    'smtp://x?pool=true',
    'smtp://:secret@x',
    'smtp://u:%zz@x',
  ])('refuses %j without showing it', (url) => {
    expect(() => parseSmtpUrl(url)).toThrow(
      expect.objectContaining({ code: 'ERR_SETTING', message: expect.not.stringContaining('secret') }),
    );
  });
});

import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLocalConfig } from '../../../shared/runtime/local-config.ts';

const wide = {
  LIGHTERMAIL_BIND: '0.0.0.0',
  LIGHTERMAIL_SMTP_USERS: 'printer:secret',
  LIGHTERMAIL_CONSOLE_TOKEN: 'a-token-of-24-characters',
  LIGHTERMAIL_PUBLIC_URL: 'https://links.example.com/',
};

describe('readLocalConfig', () => {
  it('has a value for everything when nothing is set', () => {
    expect(readLocalConfig({})).toEqual({
      smtpPort: 2525,
      httpPort: 8025,
      bind: '127.0.0.1',
      isLoopback: true,
      dataFolder: resolve('.lightermail'),
      routesPath: resolve('.lightermail/routes.json'),
      routesGiven: false,
      smtpUsers: [],
      maxMailBytes: 41_943_040,
      logLevel: 'info',
      uncertainSeconds: 900,
      whenUncertain: 'resend',
    });
  });

  it('reads users, whose passwords may hold colons', () => {
    const { smtpUsers } = readLocalConfig({ LIGHTERMAIL_SMTP_USERS: 'a:b:c, d:e' });

    expect(smtpUsers).toEqual([
      { user: 'a', password: 'b:c' },
      { user: 'd', password: 'e' },
    ]);
  });

  it('G13 binds wide with users, a console token and a public URL', () => {
    expect(readLocalConfig(wide)).toMatchObject({
      bind: '0.0.0.0',
      isLoopback: false,
      publicUrl: 'https://links.example.com',
    });
  });

  it.each(['LIGHTERMAIL_SMTP_USERS', 'LIGHTERMAIL_CONSOLE_TOKEN', 'LIGHTERMAIL_PUBLIC_URL'])(
    'G13 refuses to bind wide without %s',
    (name) => {
      expect(() => readLocalConfig({ ...wide, [name]: '' })).toThrow(`${name} is not set: must be set when`);
    },
  );

  it.each([
    ['LIGHTERMAIL_SMTP_PORT', '65536', 'LIGHTERMAIL_SMTP_PORT is "65536": must be a port'],
    ['LIGHTERMAIL_SMTP_PORT', '25x', 'LIGHTERMAIL_SMTP_PORT is "25x": must be a port'],
    ['LIGHTERMAIL_HTTP_PORT', '-1', 'LIGHTERMAIL_HTTP_PORT is "-1": must be a port'],
    ['LIGHTERMAIL_BIND', 'everywhere', 'LIGHTERMAIL_BIND is "everywhere": must be an IP address'],
    ['LIGHTERMAIL_PUBLIC_URL', 'links.example.com', 'LIGHTERMAIL_PUBLIC_URL is "links.example.com": must be a URL'],
    ['LIGHTERMAIL_PUBLIC_URL', 'https://a.example/x', 'LIGHTERMAIL_PUBLIC_URL is "https://a.example/x": must be a URL'],
    ['LIGHTERMAIL_SES_ENDPOINT', 'ftp://a.example', 'LIGHTERMAIL_SES_ENDPOINT is "ftp://a.example": must be a URL'],
    ['LIGHTERMAIL_CONFIGURATION_SET', 'a b', 'LIGHTERMAIL_CONFIGURATION_SET is "a b": must be 1 to 64'],
    ['LIGHTERMAIL_MAX_MAIL_BYTES', '1', 'LIGHTERMAIL_MAX_MAIL_BYTES is "1": must be a number of bytes'],
    ['LIGHTERMAIL_LOG_LEVEL', 'loud', 'LIGHTERMAIL_LOG_LEVEL is "loud": must be one of debug'],
    ['LIGHTERMAIL_UNCERTAIN_SECONDS', '0', 'LIGHTERMAIL_UNCERTAIN_SECONDS is "0": must be a number of seconds'],
    ['LIGHTERMAIL_WHEN_UNCERTAIN', 'ask', 'LIGHTERMAIL_WHEN_UNCERTAIN is "ask": must be resend or park'],
  ])('B24 %s "%s" is refused by name, with what is allowed', (name, value, message) => {
    expect(() => readLocalConfig({ [name]: value })).toThrow(message);
  });

  it.each([
    ['LIGHTERMAIL_SMTP_USERS', 'hunter2'],
    ['LIGHTERMAIL_SMTP_USERS', ':hunter2'],
    ['LIGHTERMAIL_SMTP_RELAY', 'http://user:hunter2@mail.example.com'],
    ['LIGHTERMAIL_CONSOLE_TOKEN', 'hunter2'],
  ])('B24 a bad %s is refused without showing it', (name, value) => {
    const read = () => readLocalConfig({ [name]: value });

    expect(read).toThrow(`${name} is set: must `);
    expect(read).not.toThrow('hunter2');
  });

  it('B24 names every bad setting, one line each', () => {
    const read = () =>
      readLocalConfig({ LIGHTERMAIL_SMTP_PORT: 'x', LIGHTERMAIL_HTTP_PORT: 'y', LIGHTERMAIL_SMTP_USERS: 'z' });

    expect(read).toThrow(/^LIGHTERMAIL_SMTP_USERS is .*\nLIGHTERMAIL_SMTP_PORT is .*\nLIGHTERMAIL_HTTP_PORT is .*$/);
  });
});

import { describe, expect, it } from 'vitest';
import type { SendEmailRequest } from '../../../shared/contracts/relay-request.ts';
import { checkSend } from '../../../shared/relay/check-send.ts';
import type { RelaySettings } from '../../../shared/relay/relay-settings.ts';

const settings: RelaySettings = {
  isEnabled: true,
  defaultFrom: { address: 'noreply@lfx.linuxfoundation.org', name: 'LFX Self Serve' },
  fromDomains: ['lfx.linuxfoundation.org'],
  replyToDomains: ['linuxfoundation.org'],
  recipientDomains: [],
};

const request: SendEmailRequest = {
  to: 'user@example.com',
  subject: 'Added',
  html: '<p>Hello</p>',
  text: 'Hello',
  from: '',
  from_display_name: '',
  reply_to: '',
  group_id: '',
};

const required = 'to, subject, html, and text are required';
const check = (change: Partial<SendEmailRequest>, changed: Partial<RelaySettings> = {}) =>
  checkSend({ ...request, ...change }, { ...settings, ...changed });

describe('checkSend', () => {
  it('allows the least request, from the default sender', () => {
    expect(check({})).toEqual({ allowed: { to: 'user@example.com', from: settings.defaultFrom } });
  });

  it('takes sender, name and reply address of the caller where their domains are allowed', () => {
    expect(
      check({
        from: 'News@LFX.linuxfoundation.org',
        from_display_name: 'News',
        reply_to: 'help@a.linuxfoundation.org',
      }),
    ).toEqual({
      allowed: {
        to: 'user@example.com',
        from: { address: 'News@LFX.linuxfoundation.org', name: 'News' },
        replyTo: 'help@a.linuxfoundation.org',
      },
    });
  });

  it.each(['to', 'subject', 'html', 'text'] as const)('refuses a request without %s', (name) => {
    expect(check({ [name]: '' })).toEqual({ refused: required });
  });

  it.each([
    ['alice', 'invalid from address'],
    ['alice@', 'invalid from address'],
    ['a@b@', 'invalid from address'],
    ['a\r\nBcc: x@lfx.linuxfoundation.org', 'invalid from address'],
    ['a@lfx.linuxfoundation.org, b@lfx.linuxfoundation.org', 'invalid from address'],
    ['a@example.com', 'from address domain not allowed'],
    ['a@sub.lfx.linuxfoundation.org', 'from address domain not allowed'],
    ['a@xlfx.linuxfoundation.org', 'from address domain not allowed'],
  ])('refuses the sender %j: %s', (from, refused) => {
    expect(check({ from })).toEqual({ refused });
  });

  it.each([
    ['alice', 'invalid reply_to address'],
    ['x\n@linuxfoundation.org', 'invalid reply_to address'],
    ['a@example.com', 'reply_to address domain not allowed'],
    ['a@evillinuxfoundation.org', 'reply_to address domain not allowed'],
  ])('refuses the reply address %j: %s', (replyTo, refused) => {
    expect(check({ reply_to: replyTo })).toEqual({ refused });
  });

  it('allows nothing where a list is empty, but the default sender', () => {
    const none = { fromDomains: [], replyToDomains: [] };
    expect(check({}, none)).toHaveProperty('allowed');
    expect(check({ from: 'a@lfx.linuxfoundation.org' }, none)).toEqual({ refused: 'from address domain not allowed' });
    expect(check({ reply_to: 'a@linuxfoundation.org' }, none)).toEqual({
      refused: 'reply_to address domain not allowed',
    });
  });

  it.each([
    ['a@example.com', false],
    ['not an address', false],
    ['a@linuxfoundation.org@example.com', false],
    ['a@xlinuxfoundation.org', false],
    ['a@LinuxFoundation.org', true],
    ['a@team.linuxfoundation.org', true],
  ])('filters recipients: %j passes is %s', (to, passes) => {
    const filter = { recipientDomains: ['linuxfoundation.org'] };
    if (passes) expect(check({ to }, filter)).toHaveProperty('allowed');
    else expect(check({ to }, filter)).toEqual({ skipped: true });
  });

  it('answers with the first failure: fields, then filter, then sender, then reply address', () => {
    const filter = { recipientDomains: ['linuxfoundation.org'] };
    const bad = { from: 'x', reply_to: 'x' };
    expect(check({ ...bad, subject: '' }, filter)).toEqual({ refused: required });
    expect(check(bad, filter)).toEqual({ skipped: true });
    expect(check(bad)).toEqual({ refused: 'invalid from address' });
    expect(check({ ...bad, from: 'a@example.com' })).toEqual({ refused: 'from address domain not allowed' });
  });

  it('lets a recipient that is no address come to the delivery, which then fails', () => {
    expect(check({ to: 'nobody' })).toEqual({ allowed: { to: undefined, from: settings.defaultFrom } });
  });

  it('reads an address with a name before it', () => {
    expect(check({ to: 'Ann Lee <ann@example.com>' })).toHaveProperty('allowed.to', 'ann@example.com');
    expect(check({ to: '"Lee, Ann" <ann@example.com>' })).toHaveProperty('allowed.to', 'ann@example.com');
    expect(check({ to: 'a@example.com, <b@example.com>' })).toHaveProperty('allowed.to', undefined);
    expect(check({ to: 'a@bücher.example' })).toHaveProperty('allowed.to', 'a@xn--bcher-kva.example');
  });
});

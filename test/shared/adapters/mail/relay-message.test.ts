import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { writeRelayMessage } from '../../../../shared/adapters/mail/relay-message.ts';
import type { RelayMessage } from '../../../../shared/contracts/relay-message.ts';
import { MailError } from '../../../../shared/errors/mail-error.ts';

const message: RelayMessage = {
  emailId: '550e8400-e29b-41d4-a716-446655440000',
  groupId: 'invite-batch-abc123',
  from: { address: 'newsletter@lfx.linuxfoundation.org', name: 'LFX Newsletter' },
  to: 'user@example.com',
  subject: 'You have been added',
  text: 'Hello\nyou',
  html: '<p>Hello</p>',
  date: new Date('2026-11-22T08:15:00Z'),
};

const write = (change: Partial<RelayMessage> = {}) =>
  Buffer.from(writeRelayMessage({ ...message, ...change })).toString('latin1');
const headOf = (raw: string) => raw.slice(0, raw.indexOf('\r\n\r\n'));
const fieldsOf = (raw: string) =>
  headOf(raw)
    .replaceAll('\r\n ', ' ')
    .split('\r\n')
    .map((line) => line.slice(0, line.indexOf(':')));

const ownFields = ['From', 'To', 'Subject', 'Date', 'Message-ID', 'X-LFX-TRACKING-ID', 'MIME-Version', 'Content-Type'];

describe('writeRelayMessage', () => {
  it('writes text, then HTML, as alternatives, in UTF-8, with each field once', async () => {
    const raw = write();
    expect(fieldsOf(raw)).toEqual(ownFields);
    expect(headOf(raw)).toMatch(/^From: LFX Newsletter <newsletter@lfx\.linuxfoundation\.org>\r\n/);
    expect(headOf(raw)).toContain(
      '\r\nX-LFX-TRACKING-ID: invite-batch-abc123/550e8400-e29b-41d4-a716-446655440000\r\n',
    );
    expect(raw).toMatch(/multipart\/alternative;.*text\/plain; charset=utf-8.*text\/html; charset=utf-8/s);
    const read = await PostalMime.parse(raw);
    expect(read).toMatchObject({ subject: message.subject, text: 'Hello\nyou\n', html: '<p>Hello</p>\n' });
    expect(read.attachments).toEqual([]);
  });

  it('writes Reply-To only when there is one', () => {
    expect(fieldsOf(write({ replyTo: 'help@linuxfoundation.org' }))).toContain('Reply-To');
    expect(fieldsOf(write())).not.toContain('Reply-To');
  });

  it.each([
    ['LFX "News", Ltd.', '"LFX \\"News\\", Ltd." <'],
    ['Grüße', '=?UTF-8?'],
    ['a@b.example', '"a@b.example" <'],
  ])('writes the name %j so that it is one phrase', async (name, begins) => {
    const raw = write({ from: { address: message.from.address, name } });
    expect(headOf(raw)).toContain(`From: ${begins}`);
    expect((await PostalMime.parse(raw)).from).toEqual({ address: message.from.address, name });
  });

  it.each([
    ['a/b/c', 'a/b/c'],
    ['a\r\nBcc: x@example.com', 'a__Bcc: x@example.com'],
    ['ü\0', '__'],
    ['x'.repeat(2000), 'x'.repeat(900)],
  ])('tracks the group %j on one line', (groupId, tracked) => {
    const raw = write({ groupId });
    expect(headOf(raw)).toContain(`\r\nX-LFX-TRACKING-ID: ${tracked}/${message.emailId}\r\n`);
    expect(fieldsOf(raw)).toEqual(ownFields);
  });

  it.each([
    ['a line end in the recipient', { to: 'a@example.com\r\nBcc: b@example.com' }],
    ['a NUL in the recipient', { to: 'a@example.com\0' }],
    ['a recipient that is no address', { to: 'nobody' }],
    ['a line end in the reply address', { replyTo: 'a@example.com\nX: y' }],
    ['a foreign email id', { emailId: 'x\r\ny' }],
  ])('refuses %s', (_name, change) => {
    expect(() => write(change)).toThrow(MailError);
  });

  it('lets no value of a caller add a field or a part', async () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('\r\n', '\n', '\r', '\0', ' ', '\u2028', '--', 'Bcc: x@example.com', ':', '<', 'ü', '"'))
        .map((all) => all.join('')),
      fc.constant(`\r\n--alternative-\r\nContent-Type: application/pdf\r\n\r\nx`),
    );
    const values = fc.record({ subject: nasty, text: nasty, html: nasty, groupId: nasty, name: nasty });
    await fc.assert(
      fc.asyncProperty(values, async ({ subject, text, html, groupId, name }) => {
        const raw = write({ subject, text, html, groupId, from: { address: message.from.address, name } });
        expect(fieldsOf(raw)).toEqual(ownFields);
        expect(raw).toMatch(/^[\x20-\x7e\t\r\n]*$/);
        expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
        expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
        expect(raw.split(`--${/boundary="(.+)"/.exec(raw)?.[1]}`)).toHaveLength(4);
        expect((await PostalMime.parse(raw)).attachments).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same bytes for the same message', () => {
    expect(write()).toBe(write());
  });
});

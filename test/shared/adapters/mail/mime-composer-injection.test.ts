import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { createMimeComposer } from '../../../../shared/adapters/mail/mime-composer.ts';
import { PermanentMailError } from '../../../../shared/errors/mail-error.ts';
import type { Composition, KeptPart } from '../../../../shared/ports/mime-composer.ts';
import { composition, reportFile } from './mime-composer-sample.ts';

const { compose, composeHeader } = createMimeComposer();

const attacks = [
  'x\r\nBcc: evil@z.example',
  'x\nBcc: evil@z.example',
  'x\rBcc: evil@z.example',
  'x\r\n\r\n<script>evil()</script>',
  'x\n\n--boundary\nContent-Type: text/html\n\nevil',
  'x\0\r\nX-Evil: 1',
  '\r\nX-Evil: 1',
  'x\r\n\tX-Evil: 1',
  'x\u2028X-Evil: 1',
  'x\u0085X-Evil: 1',
  'x\u000b\u000cX-Evil: 1',
  '=?utf-8?Q?x=0D=0ABcc:_evil@z.example?=',
  '=?utf-8?B?eA0KQmNjOiBldmlsQHouZXhhbXBsZQ==?=',
  '"\r\nX-Evil: 1\r\nX-Y: "',
  'a@x.example>\r\nX-Evil: <b@x.example',
  'a@x.example, evil@z.example',
  '"; name="evil"; x="\r\nX-Evil: 1',
  '%0D%0AX-Evil: 1',
  'x\\\r\nX-Evil: 1',
  '嘊嘍X-Evil: 1',
  `${'x'.repeat(2000)}\r\nX-Evil: 1`,
];

const fields: Readonly<Record<string, (value: string) => Partial<Composition>>> = {
  subject: (subject) => ({ subject }),
  'from name': (name) => ({ from: { address: 'notifications@example.com', name } }),
  'from address': (address) => ({ from: { address } }),
  to: (to) => ({ to }),
  'reply-to name': (name) => ({ replyTo: [{ address: 'a@x.example', name }] }),
  'reply-to address': (address) => ({ replyTo: [{ address }] }),
  'in-reply-to': (inReplyTo) => ({ inReplyTo }),
  references: (reference) => ({ references: ['<a@x>', reference, '<b@x>'] }),
  'header value': (value) => ({ headers: { 'X-Lightermail-Hop': value } }),
  'header name': (name) => ({ headers: { [name]: 'x' } }),
  'email id': (emailId) => ({ emailId }),
  'linked file name': (fileName) => ({ files: [{ ...reportFile, fileName }] }),
  'link url': (url) => ({ files: [{ ...reportFile, url }] }),
  'inline file name': (fileName) => ({
    inline: [{ contentId: 'c', contentType: 'image/png', fileName, content: Uint8Array.of(1) }],
  }),
  'inline content id': (contentId) => ({
    inline: [{ contentId, contentType: 'image/png', content: Uint8Array.of(1) }],
  }),
  'inline content type': (contentType) => ({ inline: [{ contentId: 'c', contentType, content: Uint8Array.of(1) }] }),
  text: (text) => ({ text }),
  note: (note) => ({ note }),
  'kept file name': (fileName) => ({ kept: [kept({ fileName })] }),
  'kept content type': (contentType) => ({ kept: [kept({ contentType })] }),
  'kept content id': (contentId) => ({ kept: [kept({ contentId })] }),
  'kept charset': (charset) => ({ kept: [kept({ typeParameters: { charset } })] }),
  'kept parameter name': (name) => ({ kept: [kept({ typeParameters: { [name]: 'x' } })] }),
  'calendar method': (method) => ({
    alternatives: [kept({ contentType: 'text/calendar', typeParameters: { method } })],
  }),
  'calendar file name': (fileName) => ({ alternatives: [kept({ contentType: 'text/calendar', fileName })] }),
};

function kept(changes: Partial<KeptPart>): KeptPart {
  return {
    ...{ contentType: 'text/csv', typeParameters: {}, fileName: 'x.csv', content: Uint8Array.of(1) },
    ...changes,
  };
}

const partCount = ({ inline = [], kept: files = [], alternatives = [] }: Partial<Composition>) =>
  inline.length + files.length + alternatives.length;

const allowed = new Set([
  'date',
  'from',
  'reply-to',
  'to',
  'message-id',
  'subject',
  'mime-version',
  'in-reply-to',
  'references',
  'auto-submitted',
  'x-lightermail-hop',
  'content-type',
]);

/** Either refused for good, or composed without a field, a part or a recipient that was not asked for. */
async function expectHarmless(changes: Partial<Composition>): Promise<void> {
  let bytes: Uint8Array;
  try {
    bytes = compose(composition(changes));
  } catch (error) {
    expect(error).toBeInstanceOf(PermanentMailError);
    expect((error as PermanentMailError).code).toMatch(/^ERR_(?:HEADER_INJECTION|BAD_ADDRESS|SETTING)$/);
    return;
  }
  const mail = await PostalMime.parse(bytes);
  const names = mail.headers.map((field) => field.key);
  expect(names.filter((name) => !allowed.has(name))).toEqual([]);
  expect(names).toHaveLength(new Set(names).size);
  expect(mail.to).toEqual([{ address: 'reader@x.example', name: '' }]);
  expect(mail.attachments).toHaveLength(partCount(changes));
  expect(mail.html).not.toContain('<script>evil()');
  const other = await simpleParser(Buffer.from(bytes), { skipImageLinks: true });
  expect([...other.headers.keys()].filter((name) => !allowed.has(name))).toEqual([]);
  expect(other.attachments).toHaveLength(partCount(changes));
}

describe('mime composer against header injection', () => {
  for (const [field, change] of Object.entries(fields)) {
    it.each(attacks)(`F10 ${field}: %j adds no field, part or recipient`, async (attack) => {
      await expectHarmless(change(attack));
    });
  }

  it.each([
    'From',
    'bcc',
    'Content-Type',
    'SUBJECT',
    'DKIM-Signature',
    'Return-Path',
    'Received',
    'Auto-Submitted',
    'Resent-To',
  ])('F13 refuses %s as a further field', (name) => {
    expect(() => compose(composition({ headers: { [name]: 'x' } }))).toThrow(
      expect.objectContaining({ code: 'ERR_HEADER_INJECTION' }),
    );
  });

  it.each(attacks)('F10 content field of a mail that goes whole: %j adds no field', async (value) => {
    let block: Uint8Array;
    try {
      block = composeHeader(composition(), [{ name: 'Content-Type', value }]);
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_HEADER_INJECTION' });
      return;
    }
    const mail = await PostalMime.parse(Buffer.concat([block, Buffer.from('body\r\n')]));
    expect(mail.headers.map(({ key }) => key).filter((name) => !allowed.has(name))).toEqual([]);
    expect(Buffer.from(block).toString('latin1')).toMatch(/\r\n\r\n$/);
  });

  it('F13 refuses one field in two spellings', () => {
    expect(() => compose(composition({ headers: { 'X-A': '1', 'x-a': '2' } }))).toThrow(PermanentMailError);
  });

  it('names no value in its errors', () => {
    const secret = 'secret@z.example\r\nBcc: x';
    try {
      compose(composition({ to: secret }));
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message).not.toContain('secret');
    }
  });
});

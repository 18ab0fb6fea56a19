import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { chunkSizes, generatedMail, leavesOf, writeMail } from '../../../fixtures/mail/generated-mail.ts';
import { parseMail, sha256 } from '../../../fixtures/mail/parse-mail.ts';

describe('createMimeParser, on generated mails', () => {
  it('gives every file byte-identical, however the mail is cut', async () => {
    await fc.assert(
      fc.asyncProperty(generatedMail, chunkSizes, async (mail, sizes) => {
        const { files } = await parseMail(writeMail(mail), sizes);
        const expected = leavesOf(mail.root).map(({ path, leaf }) => [
          path,
          leaf.fileName,
          leaf.contentType,
          sha256(leaf.bytes),
        ]);
        expect(files.map(({ part, bytes }) => [part.path, part.fileName, part.contentType, sha256(bytes)])).toEqual(
          expected,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('gives a text body back as it was written, in every encoding and however the mail is cut', async () => {
    const text = fc.array(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\n', ' \n', '--\n', '=', '--=_1_nextly\n')),
    );
    const encoding = fc.constantFrom('base64' as const, 'quoted-printable' as const, '8bit' as const);
    await fc.assert(
      fc.asyncProperty(
        text,
        encoding,
        fc.constantFrom('plain', 'html'),
        chunkSizes,
        async (pieces, coding, subtype, sizes) => {
          const expected = `x${pieces.join('')}`;
          const leaf = {
            kind: 'leaf',
            contentType: `text/${subtype}; charset=utf-8`,
            encoding: coding,
            bytes: Buffer.from(expected),
          } as const;
          const root = { kind: 'multipart', subtype: 'alternative', children: [leaf] } as const;
          const { mail, files, warnings } = await parseMail(writeMail({ root, lineEnd: '\r\n' }), sizes);
          expect(subtype === 'html' ? mail.html : mail.text).toBe(expected);
          expect([files, warnings]).toEqual([[], []]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('C26 agrees with postal-mime on the names and the bytes of all files', async () => {
    await fc.assert(
      fc.asyncProperty(generatedMail, async (mail) => {
        const raw = writeMail(mail);
        const { files } = await parseMail(raw);
        const other = await PostalMime.parse(raw, { forceRfc822Attachments: true });
        const encodings = leavesOf(mail.root).map(({ leaf }) => leaf.encoding);
        const theirs = other.attachments.map(({ filename, content }) => ({ filename, bytes: bytesOf(content) }));
        const ours = files.map(({ part, bytes }) => ({ filename: part.fileName, bytes: bytes.toString('latin1') }));
        const comparable = (list: typeof ours | typeof theirs) =>
          list.map(({ filename, bytes }, index) => [
            filename,
            encodings[index] === 'base64' ? bytes : normalised(bytes),
          ]);
        expect(comparable(ours)).toEqual(comparable(theirs));
      }),
      { numRuns: 200 },
    );
  });
});

function bytesOf(content: ArrayBuffer | Uint8Array | string): string {
  return (typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content))).toString('latin1');
}

/** postal-mime reads everything but base64 line by line: it writes each line end as a line feed, and one at the end. */
function normalised(bytes: string): string {
  return bytes.replace(/\r*\n|\r/g, '\n').replace(/\n+$/, '');
}

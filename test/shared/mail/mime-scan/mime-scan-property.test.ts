import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MailError } from '../../../../shared/errors/mail-error.ts';
import type { ScanAccount } from '../../../../shared/mail/mime-scan/scan-types.ts';
import { createTransferDecoder } from '../../../../shared/mail/transfer-decoding/transfer-decoder.ts';
import { chunkSizes, generatedMail, leavesOf, writeMail } from '../../../fixtures/mail/generated-mail.ts';
import { accountOf, scanMail } from '../../../fixtures/mail/scan-mail.ts';

function decode(body: string, encoding: string): string {
  const decoder = createTransferDecoder(encoding);
  return Buffer.concat([decoder.push(Buffer.from(body, 'latin1')), decoder.end()]).toString('hex');
}

function sumOf(account: ScanAccount): number {
  const { headerBytes, boundaryBytes, preambleBytes, epilogueBytes, leafBytes } = account;
  return headerBytes + boundaryBytes + preambleBytes + epilogueBytes + leafBytes;
}

describe('createMimeScan, on generated mails', () => {
  it('finds every leaf with its path and its bytes, however the mail is cut', () => {
    fc.assert(
      fc.property(generatedMail, chunkSizes, (mail, sizes) => {
        const expected = leavesOf(mail.root).map(({ path, leaf }) => ({ path, bytes: leaf.bytes.toString('hex') }));
        const { leaves, warnings } = scanMail(writeMail(mail), sizes);
        const encodings = leavesOf(mail.root).map(({ leaf }) => leaf.encoding);
        expect(leaves.map(({ path, body }, index) => ({ path, bytes: decode(body, encodings[index] ?? '') }))).toEqual(
          expected,
        );
        // A file of text that is not encoded may hold them: they are its own.
        expect(warnings.filter((warning) => !/:(?:bare-cr|nul-byte)$/.test(warning))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('R7 gives every byte of a mail to one class, and says so however the mail is cut', () => {
    fc.assert(
      fc.property(generatedMail, chunkSizes, (mail, sizes) => {
        const raw = writeMail(mail);
        const account = accountOf(raw, sizes);
        expect(sumOf(account)).toBe(raw.length);
        expect(account.partCount).toBe(account.separatorCount);
        expect(account).toEqual(accountOf(raw, [65536]));
      }),
      { numRuns: 200 },
    );
  });

  it('says the same of a damaged mail however it is cut, and fails only with codes', () => {
    const lines = fc.constantFrom(
      'Content-Type: multipart/mixed; boundary=a',
      'Content-Type: multipart/mixed; boundary=ab',
      'Content-Type: text/plain',
      'Subject: x',
      'no field',
      ' folded',
      '',
      '',
      '--a',
      '--ab',
      '--a--',
      '--ab--',
      '--a \t',
      'text',
      'From x',
      '--',
      '\t',
      '\r',
      'boundary=a',
    );
    const mail = fc.array(fc.tuple(lines, fc.constantFrom('\r\n', '\n', '\r\n')), { maxLength: 30 });
    const outcome = (text: string, sizes: readonly number[]) => {
      try {
        const { leaves, warnings } = scanMail(text, sizes);
        const account = accountOf(text, sizes);
        expect(sumOf(account)).toBe(text.length);
        return { leaves, warnings, account };
      } catch (error) {
        if (!(error instanceof MailError)) throw error;
        return error.code;
      }
    };
    fc.assert(
      fc.property(mail, chunkSizes, (pairs, sizes) => {
        const text = pairs.flat().join('');
        expect(outcome(text, sizes)).toEqual(outcome(text, [65536]));
      }),
      { numRuns: 2000 },
    );
  });
});

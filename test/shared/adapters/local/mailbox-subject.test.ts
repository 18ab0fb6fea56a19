import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSubject } from '../../../../shared/adapters/local/mailbox-subject.ts';

function subjectOf(field: string): string {
  return readSubject(Buffer.from(`From: a@example.com\r\n${field}\r\nTo: b@example.com\r\n\r\nSubject: body\r\n`));
}

describe('readSubject', () => {
  it.each([
    ['Subject: Plain report', 'Plain report'],
    ['SUBJECT : odd case', 'odd case'],
    ['Subject: folded\r\n over two', 'folded over two'],
    ['Subject: =?UTF-8?B?R3LDvMOfZQ==?=', 'Grüße'],
    ['Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe_an_alle?= rest', 'Grüße an alle rest'],
    ['Subject: =?utf-8?q?one?=\r\n =?utf-8?q?_two?=', 'one two'],
    ['Subject: =?utf-8?B?w7w=?= =?utf-8?B?w7w=?=', 'üü'],
    ['Subject: =?utf-8?B?w?= =?utf-8?B?7w=?=', expect.any(String)],
    ['Subject: =?utf-8?Q?=C3?= =?utf-8?Q?=BC?=', 'ü'],
    ['Subject: =?iso-8859-1?Q?Gr=FC?= x =?windows-1252?Q?=80?=', 'Grü x €'],
    ['Subject: =?utf-8*de?Q?Gr=C3=BC?=', 'Grü'],
    ['Subject: =?x-unknown?Q?a=FC?=', 'aü'],
    ['Subject: raw Grüße', 'raw Grüße'],
    ['Subject: =?utf-8?Q?broken', '=?utf-8?Q?broken'],
    ['Subject:', ''],
    ['X-Subject: no', ''],
  ])('%j gives %j', (field, expected) => {
    expect(subjectOf(field)).toEqual(expected);
  });

  it('takes nothing from the body and no head at all', () => {
    expect(readSubject(Buffer.from('From: a\n\nSubject: body\n'))).toBe('');
    expect(readSubject(new Uint8Array())).toBe('');
  });

  it('gives back any text that was encoded, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), (text) => {
        const word = `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
        // TextDecoder takes a byte order mark at the front for what it is.
        expect(subjectOf(`Subject: ${word}`)).toBe(text.replace(/^\ufeff/, ''));
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(typeof readSubject(bytes)).toBe('string');
        expect(typeof readSubject(Buffer.concat([Buffer.from('Subject: =?utf-8?q?'), bytes]))).toBe('string');
      }),
    );
  });

  it('reads 60 KB of question marks in little time', () => {
    const begin = performance.now();
    subjectOf(`Subject: ${'=?'.repeat(15_000)}${'=?a?q?'.repeat(5_000)}`);
    expect(performance.now() - begin).toBeLessThan(1_000);
  });
});

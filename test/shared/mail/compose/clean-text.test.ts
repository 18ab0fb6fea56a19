import { describe, expect, it } from 'vitest';
import { cleanBody, cleanFileName, cleanHeaderText } from '../../../../shared/mail/compose/clean-text.ts';

describe('cleanHeaderText', () => {
  it.each([
    ['a\r\nBcc: b', 'a Bcc: b'],
    [' \0a\u0007\u0085\u2028 b\t', 'a b'],
    ['\ud83d', '\ufffd'],
    ['👩‍👧 שלום', '👩‍👧 שלום'],
  ])('F10 makes of %j %j', (text, clean) => {
    expect(cleanHeaderText(text)).toBe(clean);
  });
});

describe('cleanFileName', () => {
  it('D2 removes direction overrides and controls', () => {
    expect(cleanFileName('a\u202eb\u2066c\n.pdf')).toBe('abc .pdf');
  });
});

describe('cleanBody', () => {
  it.each([
    ['a\r\nb\rc\n\n\n', 'a\nb\nc\n'],
    ['a\0\u0008b\tc\u007f', 'ab\tc\n'],
    ['', '\n'],
  ])('makes of %j %j', (text, clean) => {
    expect(cleanBody(text)).toBe(clean);
  });
});

import { describe, expect, it } from 'vitest';
import { decodeDamagedJapanese, mendJapaneseParameters } from '../../../../shared/adapters/mail/parser-japanese.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('decodeDamagedJapanese', () => {
  it('C16 reads each byte that ISO-2022-JP does not have as U+FFFD', () => {
    expect(decodeDamagedJapanese('ISO-2022-JP', bytes('\x1b$B$3$s\x1b(B a\xb1b'))).toBe('こん a\ufffdb');
  });

  it('leaves other charsets and right bytes to the usual decoder', () => {
    expect(decodeDamagedJapanese('shift_jis', bytes('a\xb1b'))).toBeUndefined();
    expect(decodeDamagedJapanese('iso-2022-jp', bytes('\x1b$B$3$s\x1b(B'))).toBeUndefined();
  });
});

describe('mendJapaneseParameters', () => {
  it.each([
    ["x/y; name*=iso-2022-jp'ja'a%20b%8ac.mp3", "x/y; name*=utf-8'ja'a%20b%EF%BF%BDc.mp3"],
    ["x/y; name*=ISO-2022-JP''(a)%8a; size=3", "x/y; name*=utf-8''%28a%29%EF%BF%BD; size=3"],
    ["x/y; name*=iso-2022-jp'ja'%1B$B$3$s%1B(B.txt", "x/y; name*=iso-2022-jp'ja'%1B$B$3$s%1B(B.txt"],
    ["x/y; name*=iso-8859-1''a%8a", "x/y; name*=iso-8859-1''a%8a"],
  ])('C16 writes %j as %j', (field, mended) => {
    expect(mendJapaneseParameters(field)).toBe(mended);
  });
});

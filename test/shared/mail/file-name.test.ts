import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxFileNameLength, safeFileName, uniqueFileNames } from '../../../shared/mail/file-name.ts';

const safe = (raw: string | undefined, type = 'application/octet-stream') => safeFileName(raw, type, 1);

describe('safeFileName', () => {
  it.each([
    ['../../etc/passwd\0.pdf', 'passwd.pdf'],
    ['C:\\Users\\ann\\report.doc', 'report.doc'],
    ['/abs/x.txt', 'x.txt'],
    ['C:x.txt', 'C_x.txt'],
    ['CON', '_CON'],
    ['con.txt', '_con.txt'],
    ['LPT1.tar.gz', '_LPT1.tar.gz'],
    ['CONTRACT.pdf', 'CONTRACT.pdf'],
    ['x.exe. . .', 'x.exe'],
    ['.htaccess', 'htaccess'],
    ['a<b>:"|?*.txt', 'a_b______.txt'],
    ['  two   words.txt ', 'two words.txt'],
  ])('D1 %j is shown as %j', (raw, name) => {
    expect(safe(raw)).toBe(name);
  });

  it.each(['..', '.', '/', '\\', 'dir/', ' . ', '\0', '\u202e'])('D1 %j leaves nothing, so the name is made', (raw) => {
    expect(safe(raw, 'application/pdf')).toBe('attachment-1.pdf');
  });

  it.each([
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['a\u2066b\u2069.txt', 'ab.txt'],
    ['a\u200b\u200d\ufeff\u00ad.txt', 'a.txt'],
    ['Kontoauszug\r\n 2024.pdf', 'Kontoauszug 2024.pdf'],
    ['a\x1b[31m.txt', 'a[31m.txt'],
    ['x.pdf\u200b.', 'x.pdf'],
    ['..\u200b/..\u200b/x.txt', 'x.txt'],
    ['.\u200b.', 'attachment-1.bin'],
  ])('D2 what is not seen is removed from %j', (raw, name) => {
    expect(safe(raw)).toBe(name);
  });

  it('D2 a decomposed letter is composed', () => {
    expect(safe('Pru\u0308fung.pdf')).toBe('Pr\u00fcfung.pdf');
  });

  it('D3 a name of 20,000 characters is cut and keeps its extension', () => {
    const name = safe(`${'a'.repeat(20_000)}.pdf`);
    expect(name).toHaveLength(maxFileNameLength);
    expect(name.endsWith('a.pdf')).toBe(true);
  });

  it('D3 a cut never parts a surrogate pair', () => {
    for (const length of [144, 145, 146, 147]) {
      const name = safe(`${'a'.repeat(length)}${'🙂'.repeat(50)}.pdf`);
      expect(name.isWellFormed()).toBe(true);
      expect(name.length).toBeLessThanOrEqual(maxFileNameLength);
    }
  });

  it.each([
    [undefined, 'application/pdf', 'attachment-3.pdf'],
    ['', 'IMAGE/JPEG; name=x', 'attachment-3.jpg'],
    ['', 'message/rfc822', 'attachment-3.eml'],
    ['', 'application/x-unknown', 'attachment-3.bin'],
    ['', '__proto__', 'attachment-3.bin'],
    ['', 'constructor', 'attachment-3.bin'],
  ])('D4 no name (%j) of type %s becomes %s', (raw, type, name) => {
    expect(safeFileName(raw, type, 3)).toBe(name);
  });

  it('D8 a double extension stays in sight', () => {
    expect(safe('invoice.pdf.exe')).toBe('invoice.pdf.exe');
  });

  it('D1 D2 D3 any text gives a name that every file system takes, and is stable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (raw) => {
        const name = safe(raw);
        expect(name.length).toBeGreaterThan(0);
        expect(name.length).toBeLessThanOrEqual(maxFileNameLength);
        expect(name).not.toMatch(/[\p{Cc}\p{Cf}\\/<>:"|?*]/u);
        expect(name).not.toMatch(/^[ .]|[ .]$/);
        expect(name.isWellFormed()).toBe(true);
        expect(safe(name)).toBe(name);
      }),
      { numRuns: 500 },
    );
  });
});

describe('uniqueFileNames', () => {
  it('D5 the same name gets a number before its extension', () => {
    expect(uniqueFileNames(['x.txt', 'x.txt', 'y', 'X.TXT', 'y'])).toEqual([
      'x.txt',
      'x (2).txt',
      'y',
      'X (3).TXT',
      'y (2)',
    ]);
  });

  it('D5 a name that already has the number is not given twice', () => {
    expect(uniqueFileNames(['x (2).txt', 'x.txt', 'x.txt'])).toEqual(['x (2).txt', 'x.txt', 'x (3).txt']);
  });

  it('D5 999 equal names of full length stay within the limit, each once', () => {
    const name = safe(`${'n'.repeat(300)}.txt`);
    const names = uniqueFileNames(Array.from({ length: 999 }, () => name));
    expect(new Set(names.map((one) => one.toLowerCase())).size).toBe(999);
    expect(Math.max(...names.map((one) => one.length))).toBe(maxFileNameLength);
    expect(names.every((one) => one.endsWith('.txt'))).toBe(true);
  });

  it('D5 any names come out in order, without two that differ in letter case alone', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a.txt', 'A.txt', 'a (2).txt', 'a', 'b.pdf', 'é')), (names) => {
        const unique = uniqueFileNames(names);
        expect(unique).toHaveLength(names.length);
        expect(new Set(unique.map((one) => one.toLowerCase())).size).toBe(names.length);
      }),
    );
  });
});

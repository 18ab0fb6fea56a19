import { describe, expect, it } from 'vitest';
import { parseFieldParameters } from '../../../../shared/mail/mime-scan/field-parameters.ts';

describe('parseFieldParameters', () => {
  it.each([
    ['multipart/mixed; boundary="a;b\\"c"', 'a;b"c'],
    ['Multipart/Mixed;BOUNDARY=abc', 'abc'],
    ['multipart/mixed; boundary=abc (a comment; boundary=no)', 'abc'],
    ['multipart/mixed; boundary=a(b)c', 'a(b)c'],
    ['multipart/mixed; boundary=first; boundary=second', 'first'],
    ['multipart/mixed; boundary*0="ab"; boundary*1=cd', 'abcd'],
    ['multipart/mixed; boundary="never closed', 'never closed'],
    ['multipart/mixed; boundary= "=_x=" ; charset=x', '=_x='],
  ])('C27 reads the boundary of %j', (field, boundary) => {
    expect(parseFieldParameters(field).parameters.get('boundary')).toBe(boundary);
  });

  it('gives the value in lower case, without comments', () => {
    expect(parseFieldParameters('(x) Text/HTML (y); charset=utf-8').value).toBe('text/html');
  });

  it.each(['( '.repeat(400_000), '"\\'.repeat(400_000), ';a=b'.repeat(200_000), '(('.repeat(400_000)])(
    'stays linear on bait %#',
    (bait) => {
      const started = performance.now();
      parseFieldParameters(bait);
      expect(performance.now() - started).toBeLessThan(1000);
    },
  );
});

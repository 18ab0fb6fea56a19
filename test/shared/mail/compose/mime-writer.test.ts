import { describe, expect, it } from 'vitest';
import { writeMime } from '../../../../shared/mail/compose/mime-writer.ts';

const written = (...args: Parameters<typeof writeMime>) => Buffer.concat(writeMime(...args)).toString('latin1');
const leaf = (data: string) => ({ fields: ['Content-Type: text/plain'], data });

describe('writeMime', () => {
  it('writes a leaf with its fields, CRLF throughout', () => {
    expect(written(leaf('a\nb'), 's')).toBe('Content-Type: text/plain\r\n\r\na\r\nb');
  });

  it('nests branches, and says in a related one what its first part is', () => {
    const alternative = { subtype: 'alternative', children: [leaf('a'), leaf('b')] } as const;
    expect(written({ subtype: 'related', children: [alternative, leaf('c')] }, 's').split('\r\n')).toEqual([
      'Content-Type: multipart/related;',
      ' type="multipart/alternative";',
      ' boundary="related-s"',
      '',
      '--related-s',
      'Content-Type: multipart/alternative;',
      ' boundary="alternative-s"',
      '',
      '--alternative-s',
      ...['Content-Type: text/plain', '', 'a'],
      '--alternative-s',
      ...['Content-Type: text/plain', '', 'b'],
      '--alternative-s--',
      '--related-s',
      ...['Content-Type: text/plain', '', 'c'],
      '--related-s--',
    ]);
  });
});

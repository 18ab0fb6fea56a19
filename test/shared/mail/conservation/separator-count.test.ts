import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSeparatorCount } from '../../../../shared/mail/conservation/separator-count.ts';
import { chunkSizes, cut } from '../../../fixtures/mail/generated-mail.ts';

function count(text: string, boundaries: readonly [number, string][], sizes: readonly number[] = [65536]) {
  const counter = createSeparatorCount();
  for (const [offset, boundary] of boundaries) counter.addBoundary(offset, boundary);
  for (const chunk of cut(Buffer.from(text, 'latin1'), sizes)) counter.push(chunk);
  return counter.end();
}

describe('createSeparatorCount', () => {
  it('counts lines of a boundary, white space behind it allowed, and nothing that only looks like one', () => {
    const lines = ['--b', '--b \t', ' --b', '--bb', '--b--', '-- b', 'x--b', '--', '-', '', '--b'];
    expect(count(lines.join('\r\n'), [[0, 'b']])).toBe(3);
    expect(count(lines.join('\n'), [[0, 'b']], [1])).toBe(3);
  });

  it('counts a boundary only where its multipart is', () => {
    const counter = createSeparatorCount();
    counter.addBoundary(5, 'b');
    counter.removeBoundary(15, 'b');
    counter.push(Buffer.from('--b\n\n--b\n\n--b\n\n--b\n'));
    expect(counter.end()).toBe(2);
  });

  it('does not count where one boundary is the close-delimiter of another', () => {
    expect(
      count('--b--\n', [
        [0, 'b'],
        [0, 'b--'],
      ]),
    ).toBeUndefined();
  });

  it('counts the same as a search line by line, however the bytes are cut', () => {
    const piece = fc.constantFrom('\n', '\r\n', '--', '-', 'b', 'bc', ' ', '--b', '\n--b', 'x', '--b--');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), chunkSizes, (pieces, sizes) => {
        const text = pieces.join('');
        const expected = text.split('\n').filter((line) => /^--(?:b|bc)[ \t\r]*$/.test(line)).length;
        expect(
          count(
            text,
            [
              [0, 'b'],
              [0, 'bc'],
            ],
            sizes,
          ),
        ).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['dashes', '--\r\n'],
    ['white space inside', `--b${' '.repeat(1900)}x\r\n`],
    ['one line', '--bbbbbbbb'],
  ])('C9 stays linear on %s', (_what, unit) => {
    const started = performance.now();
    expect(count(unit.repeat(10_000_000 / unit.length), [[0, 'b']])).toBe(0);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

import { describe, expect, it } from 'vitest';
import { mendLostSemicolon } from '../../../../shared/mail/mime-scan/lost-semicolon.ts';

describe('mendLostSemicolon', () => {
  it.each([
    ['multipart/mixed boundary=b', 'multipart/mixed; boundary=b'],
    ['image/png, name="x.png"', 'image/png; name="x.png"'],
    ["attachment filename*0*=utf-8''x; size=3", "attachment; filename*0*=utf-8''x; size=3"],
    ['attachment filename = x', 'attachment; filename = x'],
    ['filename="x.png"', '; filename="x.png"'],
  ])('C27 puts the semicolon back in %j', (field, mended) => {
    expect(mendLostSemicolon(field)).toBe(mended);
  });

  it.each([
    'text/plain; charset=utf-8',
    'text/plain ; charset=utf-8',
    'text/plain',
    'text/plain utf-8',
    'inline; filename="a b=c.txt"',
    '"odd value" x=y',
    'text/plain (a=b); charset=utf-8',
    '=?utf-8?Q?inline?=',
    '',
  ])('leaves %j as it is', (field) => {
    expect(mendLostSemicolon(field)).toBe(field);
  });

  it.each([' '.repeat(400_000), 'a'.repeat(400_000), ', '.repeat(200_000), `a${' '.repeat(400_000)}b`])(
    'stays linear on bait %#',
    (bait) => {
      const started = performance.now();
      mendLostSemicolon(bait);
      expect(performance.now() - started).toBeLessThan(1000);
    },
  );
});

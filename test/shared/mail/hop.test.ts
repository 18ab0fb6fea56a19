import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxHops, nextHop, readHops } from '../../../shared/mail/hop.ts';

const ours = Buffer.alloc(32, 1);
const theirs = Buffer.alloc(32, 2);
const field = (value: string) => ({ name: 'x-lightermail-hop', value });
const start = { count: 0, via: [] };

describe('readHops', () => {
  it('G5 counts nothing for a mail from outside', () => {
    expect(readHops([{ name: 'from', value: 'a@example.org' }], ours)).toEqual({ count: 0, via: [], isOwn: false });
  });

  it('G5 knows its own field, folded or not, and counts one of another installation', () => {
    const hop = nextHop(start, 'abc', ours);
    expect(readHops([field(hop)], ours)).toMatchObject({ count: 1, isOwn: true });
    expect(readHops([field(hop.replaceAll('; ', ';\r\n\t'))], ours).isOwn).toBe(true);
    expect(readHops([field(hop)], theirs)).toMatchObject({ count: 1, isOwn: false });
  });

  it('G5 knows itself behind another installation', () => {
    const first = readHops([field(nextHop(start, 'abc', ours))], theirs);
    const second = nextHop(first, 'def', theirs);
    expect(second).toMatch(/^2; id=def; via=[\w-]{8},[\w-]{8}; s=[\w-]{22}$/);
    expect(readHops([field(second)], ours)).toMatchObject({ count: 2, isOwn: true });
  });

  it('G5 knows a signature without the name of its installation, and none that was changed', () => {
    const other = nextHop(start, 'abc', ours);
    const changed = other.replace('id=abc', 'id=abd').replace(/via=[\w-]{8}/, 'via=AAAAAAAA');
    expect(readHops([field(changed)], ours).isOwn).toBe(false);
  });

  it('G5 never counts further than the limit, nor throws, whatever the value', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 600, unit: 'binary' }), { maxLength: 10 }), (values) => {
        const { count, via } = readHops(values.map(field), ours);
        expect(count).toBeGreaterThanOrEqual(Math.min(values.length, maxHops));
        expect(count).toBeLessThanOrEqual(maxHops);
        expect(via.length).toBeLessThanOrEqual(maxHops);
      }),
    );
  });
});

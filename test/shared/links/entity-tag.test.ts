import { describe, expect, it } from 'vitest';
import { namesEntityTag, toEntityTag } from '../../../shared/links/entity-tag.ts';

describe('toEntityTag', () => {
  it('quotes the tag and drops what may not stand in one', () => {
    expect(toEntityTag('abc-1')).toBe('"abc-1"');
    expect(toEntityTag('a"b\r\nc d')).toBe('"abcd"');
  });
});

describe('namesEntityTag', () => {
  it.each([
    ['"a"', true],
    ['W/"a"', true],
    ['"x", "a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
    ['', false],
    [undefined, false],
  ])('E11 says for %j whether it names "a": %s', (field, expected) => {
    expect(namesEntityTag(field, '"a"')).toBe(expected);
  });
});

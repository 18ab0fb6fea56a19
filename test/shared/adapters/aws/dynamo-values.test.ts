import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fromAttributeValue,
  toAttributeValue,
  toItem,
  toRecord,
} from '../../../../shared/adapters/aws/dynamo-values.ts';
import type { Value } from '../../../../shared/ports/record-store.ts';

describe('DynamoDB values', () => {
  it('any JSON value comes back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(fromAttributeValue(toAttributeValue(value as Value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('A10 an attribute named like a property of every object is data', () => {
    const item = toItem(JSON.parse('{"__proto__":{"polluted":true},"constructor":"x"}'));
    expect(Object.keys(item)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('%d is refused', (value) => {
    expect(() => toAttributeValue(value)).toThrow('not a number that can be stored');
  });

  it('an item without attributes, and one that expires now, are no record', () => {
    const item = toItem({ pk: 'p', sk: 's', expiresAt: 100, rev: 'r' });
    expect([toRecord({}, 0), toRecord(undefined, 0), toRecord(item, 100)]).toEqual([undefined, undefined, undefined]);
    expect(toRecord(item, 99)).toEqual({ pk: 'p', sk: 's', expiresAt: 100 });
  });
});

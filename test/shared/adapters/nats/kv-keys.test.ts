import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toKvKey, toPartitionFilters, toToken } from '../../../../shared/adapters/nats/kv-keys.ts';

const allowed = /^[-/_=.a-zA-Z0-9]+$/;
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[-/_=.a-z0-9*> ]{1,40}$/));

describe('keys in KV', () => {
  it('H11 any text becomes one token of allowed characters, and no two texts the same one', () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(text, (given) => {
        const token = toToken(given.toWellFormed());
        expect(token).toMatch(/^[-/_=a-zA-Z0-9]+$/);
        expect(seen.get(token) ?? given.toWellFormed()).toBe(given.toWellFormed());
        seen.set(token, given.toWellFormed());
      }),
      { numRuns: 3_000, seed: 11 },
    );
  });

  it('H11 an address never stands in a key, and a very long text becomes a hash', () => {
    expect(toToken('ann@example.com')).toBe(`=${Buffer.from('ann@example.com').toString('base64url')}`);
    expect(toToken('g'.repeat(5_000)).length).toBeLessThan(100);
  });

  it('an email and a member stand where the peer looks for them', () => {
    expect(toKvKey({ pk: 'EMAIL#7b0c-1', sk: 'STATE' })).toEqual({ bucket: 'emails', key: '7b0c-1' });
    expect(toKvKey({ pk: 'GROUP#a/b', sk: 'E#7b0c-1' })).toEqual({ bucket: 'groups', key: 'a/b.7b0c-1' });
    for (const { key } of toPartitionFilters('GROUP#a.b *')) expect(key.replace(/\.\*$/, '')).toMatch(allowed);
  });
});

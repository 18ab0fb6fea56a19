import { describe, expect, it } from 'vitest';
import { parseNatsUrl } from '../../../../shared/adapters/nats/nats-url.ts';

describe('parseNatsUrl', () => {
  it.each([
    ['nats://localhost:4222', { servers: ['localhost:4222'], isTls: false }],
    ['localhost', { servers: ['localhost:4222'], isTls: false }],
    ['tls://nats.example:443', { servers: ['nats.example:443'], isTls: true }],
    ['nats://[::1]:4300', { servers: ['[::1]:4300'], isTls: false }],
    ['nats://a:1, nats://b:2', { servers: ['a:1', 'b:2'], isTls: false }],
    ['nats://me:p%40ss@a', { servers: ['a:4222'], isTls: false, user: 'me', password: 'p@ss' }],
    ['nats://t0ken@a', { servers: ['a:4222'], isTls: false, token: 't0ken' }],
  ])('reads %s', (text, expected) => {
    expect(parseNatsUrl(text)).toEqual(expected);
  });

  it.each(['', ',', 'http://a', 'nats://', 'nats://me:%@a'])('refuses %j without showing it', (text) => {
    expect(() => parseNatsUrl(text)).toThrow(/^NATS_URL (?:(?!nats:\/\/me).)*$/);
  });
});

import { randomBytes } from 'node:crypto';
import type { Clock, Ids } from '../ports/platform.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const timeLength = 10;
const randomLength = 16;

/** Ids of 26 characters: 48 bits of milliseconds, then 80 random bits, in Crockford's base 32 (the form of a ULID, in lower case). */
export function createIds(clock: Clock): Ids {
  return {
    next() {
      let time = clock.now().getTime();
      let id = '';
      for (let index = 0; index < timeLength; index += 1) {
        id = alphabet.charAt(time % 32) + id;
        time = Math.floor(time / 32);
      }
      for (const byte of randomBytes(randomLength)) id += alphabet.charAt(byte % 32);
      return id;
    },
  };
}

/** The machine's own time. */
export const systemClock: Clock = { now: () => new Date() };

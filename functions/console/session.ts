import { createHmac } from 'node:crypto';
import { isSame } from './console-token.ts';

/** A working day: whoever goes on after it signs in again. Unit: seconds. */
export const sessionSeconds = 12 * 3600;

/**
 * What a browser holds once it has shown the token: an end, signed with the token. Nothing is stored, and a new token
 * ends every session.
 */
export function openSession(token: string, now: Date): string {
  const endsAtSeconds = Math.floor(now.getTime() / 1000) + sessionSeconds;
  return `${endsAtSeconds}.${sign(token, endsAtSeconds)}`;
}

export function isOpenSession(token: string, session: string | undefined, now: Date): boolean {
  const [, end, signature] = /^(\d{1,12})\.([A-Za-z0-9_-]{43})$/.exec(session ?? '') ?? [];
  return Number(end) > now.getTime() / 1000 && isSame(signature, sign(token, Number(end)));
}

function sign(token: string, endsAtSeconds: number): string {
  return createHmac('sha256', token).update(`console session until ${endsAtSeconds}`).digest('base64url');
}

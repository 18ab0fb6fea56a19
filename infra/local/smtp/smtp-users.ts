import { createHash, timingSafeEqual } from 'node:crypto';
import type { SmtpUser } from '../../../shared/runtime/local-config.ts';

/**
 * Whether a user may submit: with no users set everyone may, because only this machine reaches the port. The
 * comparison takes as long for a wrong password as for a right one.
 */
export function isKnownUser(users: readonly SmtpUser[], user: string, password: string): boolean {
  if (users.length === 0) return true;
  const given = digest(user, password);
  return users.map((one) => timingSafeEqual(digest(one.user, one.password), given)).includes(true);
}

function digest(user: string, password: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([user, password]))
    .digest();
}

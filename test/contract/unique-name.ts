import { randomBytes } from 'node:crypto';

/** A name that no other test uses, so that a suite can run over a store that others write to as well. */
export function uniqueName(stem: string): string {
  return `${stem}-${randomBytes(6).toString('hex')}`;
}

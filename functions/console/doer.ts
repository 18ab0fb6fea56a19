import { z } from 'zod';
import type { Doer } from '../../shared/contracts/doer.ts';

/** A few words for a history, which keeps no address. */
const words = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine((text) => !text.includes('@'));

/** Who asks, and why, in the body of a request. */
export const doerShape = { by: words.default('console'), reason: words.optional() };

export function toDoer({ by, reason }: { readonly by: string; readonly reason?: string | undefined }): Doer {
  return { by, ...(reason === undefined ? {} : { reason }) };
}

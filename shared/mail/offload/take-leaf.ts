import type { OffloadLeaf, OffloadRules } from './offload-types.ts';
import { isCalendar, isKeptType, isMessage, isTnef } from './part-kinds.ts';

/** Everything that stays in one mail, decoded, is never more than this: mail is to be light. Unit: bytes. */
export const maxStayBytes = 10_000_000;

/** What to do with the bytes of a leaf while the mail is still being read. */
export type LeafPlan =
  /** The mail will be sent on whole: size and hash are all that is needed. */
  | { readonly take: 'measure' }
  /** It may stay in the mail, if it is not larger. */
  | { readonly take: 'hold'; readonly maxBytes: number }
  | { readonly take: 'store' };

/** How protected mail is to be treated, as far as it is known before the mail is read. */
export interface TakeRules extends OffloadRules {
  /** See `treatmentOf`. */
  readonly signed: 'intact' | 'unwrap' | undefined;
  readonly mustChange: boolean;
}

/** Plans one leaf from its head alone, as it comes by; what is held may still be offloaded when the HTML is known. */
export function planLeaf(head: OffloadLeaf, rules: TakeRules): LeafPlan {
  if (staysWithWholeMail(head, rules)) return { take: 'measure' };
  const maxBytes = mostHeld(head, rules);
  return maxBytes > 0 ? { take: 'hold', maxBytes } : { take: 'store' };
}

function staysWithWholeMail({ within }: OffloadLeaf, { signed, mustChange }: TakeRules): boolean {
  if (mustChange || signed === 'unwrap') return false;
  return within.includes('multipart/signed') || within.includes('multipart/encrypted');
}

function mostHeld(head: OffloadLeaf, rules: TakeRules): number {
  if (isMessage(head)) return 0;
  if (isCalendar(head) || isKeptType(head, rules)) return maxStayBytes;
  if (isTnef(head)) return 0;
  const mayBeShown = head.contentId !== undefined && head.contentType.startsWith('image/');
  return Math.max(mayBeShown ? rules.keepInlineMaxBytes : 0, rules.minBytes - 1);
}

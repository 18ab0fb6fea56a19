import { toHeaderAddress } from '../mail/compose/header-values.ts';

/** RFC 5321 §4.5.3.1: 64 + 1 + 255 for the address, and room for a name before it. */
const longest = 1_000;

/**
 * The one address that a caller's text means: `local@domain`, or `Name <local@domain>`, whose name is dropped. An
 * international domain comes back in its `xn--` form. `undefined` when the text is no address that can be sent to.
 */
export function parseMailbox(text: string): string | undefined {
  if (text.length > longest || /[\p{Cc}\u2028\u2029]/u.test(text)) return undefined;
  const trimmed = text.trim();
  const open = trimmed.lastIndexOf('<');
  const bare = trimmed.endsWith('>') && open >= 0 ? trimmed.slice(open + 1, -1) : trimmed;
  // A name with a comma or another address in it is a list, not one mailbox, unless it is quoted.
  const name = open >= 0 ? trimmed.slice(0, open).trim() : '';
  if (bare !== trimmed && name !== '' && !/^(?:"(?:[^"\\]|\\.)*"|[^"<>@,;:\\()[\]]+)$/.test(name)) return undefined;
  return toHeaderAddress(bare);
}

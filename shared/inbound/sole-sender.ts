import type { MailHead } from '../contracts/parsed-mail.ts';

/** What may hold commas and angles without parting two mailboxes: quoted strings and comments. @see RFC 5322 §3.2 */
const quotedOrComment = /"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)/g;

/**
 * The one mailbox that a mail says it is from, as RFC 5322 §3.6.2 has it at its plainest: one From field with one
 * address. Everything else (two fields, a list, a group, an address that only some readers see) is nobody's word:
 * undefined.
 */
export function soleSender({ from, fields }: Pick<MailHead, 'from' | 'fields'>): string | undefined {
  const written = fields.filter(({ name }) => name === 'from');
  if (from.length !== 1 || written.length > 1) return undefined;
  const bare = (written[0]?.value ?? '').slice(0, maxFieldChars).replace(quotedOrComment, '');
  if (/[,;:]/.test(bare) || (bare.match(/</g)?.length ?? 0) > 1) return undefined;
  const angle = /<([^<>]*)>/.exec(bare)?.[1];
  // `a@good.example <b@evil.example>`: readers disagree on which of the two it is.
  const outside = angle === undefined ? '' : bare.replace(/<[^<>]*>/, '');
  return outside.includes('@') || (bare.match(/@/g)?.length ?? 1) > 1 ? undefined : from[0]?.address;
}

/** The parser reads no longer address field either. */
const maxFieldChars = 64 * 1024;

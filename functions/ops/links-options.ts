import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { LinkSelection } from '../../shared/links/select-links.ts';
import { isAddress } from '../../shared/mail/address.ts';
import { hashToken, isTokenShaped } from '../../shared/mail/link-token.ts';
import { UsageError } from './command.ts';

const named = {
  mail: { type: 'string' },
  recipient: { type: 'string' },
  everyone: { type: 'boolean' },
  reason: { type: 'string' },
} as const;

/**
 * Reads a verb's options and the link that it may name first.
 * @throws UsageError with what is not known
 */
export function parseLinkOptions<const Extra extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  extra: Extra,
) {
  try {
    const options = { ...named, ...extra };
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    if (positionals.length > 1) throw new UsageError('only one link can be named at a time');
    return { values, link: positionals[0] };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message.split('\n')[0]);
  }
}

/**
 * The id of a link that is named by its whole URL, its token or its id. The token is hashed here: it goes nowhere.
 * @throws UsageError for anything else, without repeating it
 */
export function toLinkId(link: string): string {
  if (/^[0-9a-f]{64}$/.test(link)) return link;
  const token = /(?:^|\/f\/)([A-Za-z0-9_-]+)$/.exec(link)?.[1];
  if (token !== undefined && isTokenShaped(token)) return hashToken(token);
  throw new UsageError('the link is none of ours: give the whole link, its token, or its id of 64 hex digits');
}

export interface SelectionOptions {
  readonly mail?: string | undefined;
  readonly recipient?: string | undefined;
  readonly everyone?: boolean | undefined;
}

/** @throws UsageError unless exactly one link, or a mail, or a recipient is named */
export function toSelection(link: string | undefined, options: SelectionOptions): LinkSelection {
  const { mail, recipient, everyone } = options;
  if (recipient !== undefined && !isAddress(recipient)) throw new UsageError('--recipient is not an e-mail address');
  if (link !== undefined) {
    if (mail !== undefined || recipient !== undefined) throw new UsageError('name a link, or --mail, or --recipient');
    return { linkId: toLinkId(link), everyone: everyone === true };
  }
  if (mail !== undefined) {
    if (!/^[a-z2-7]{40}$/.test(mail)) throw new UsageError('--mail is not a mail id: 40 of a-z and 2-7');
    return recipient === undefined ? { mailId: mail } : { mailId: mail, recipient };
  }
  if (recipient !== undefined) return { recipient };
  throw new UsageError('name a link, or --mail MAILID, or --recipient ADDRESS');
}

import type { EmailRecord } from '../contracts/records.ts';
import type { ErrorCode } from '../errors/codes.ts';
import { MailError } from '../errors/mail-error.ts';
import { toRecipientHash } from '../mail/ids.ts';
import type { PlatformSettings } from '../ports/platform.ts';

/** What a fault is about, when it is not about one mail. */
export type FaultScope = 'account' | 'identity' | 'configuration-set';

/** The faults that close a way for every mail that would take it; what a transport's error names itself goes first. */
const scopeOfCode: Partial<Record<ErrorCode, FaultScope>> = {
  ERR_SEND_QUOTA: 'account',
  ERR_SEND_PAUSED: 'account',
  ERR_CREDENTIALS: 'account',
  ERR_SENDER_NOT_VERIFIED: 'identity',
  ERR_CONFIGURATION_SET: 'configuration-set',
};

/** The configuration set that an email is sent with, if any. */
export function configurationSetOf(email: EmailRecord, settings: PlatformSettings): string | undefined {
  return email.intact ? settings.intactConfigurationSet : settings.configurationSet;
}

/** The names of the breakers that stand in an email's way, by what they are about. No name holds an address. */
export function breakersOf(email: EmailRecord, settings: PlatformSettings): Readonly<Record<FaultScope, string>> {
  const identity = `identity:${toRecipientHash(email.mailFrom)}`;
  const configurationSet = configurationSetOf(email, settings);
  return {
    account: 'account',
    identity,
    // Without a configuration set such a fault can only come from the identity's own default set.
    'configuration-set': configurationSet === undefined ? identity : `configuration-set:${configurationSet}`,
  };
}

/** What a failed attempt says about other mails: the scope of its fault, or `undefined` when it is about this one alone. */
export function scopeOfFault(error: unknown): FaultScope | undefined {
  if (!(error instanceof MailError)) return undefined;
  const usual = scopeOfCode[error.code];
  const named = error.details.scope;
  if (usual === undefined || named === undefined) return usual;
  return named === 'account' || named === 'identity' || named === 'configuration-set' ? named : undefined;
}

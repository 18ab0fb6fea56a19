import type { ParsedMail } from '../contracts/parsed-mail.ts';
import type { Route } from '../contracts/route.ts';
import { PermanentMailError } from '../errors/mail-error.ts';
import { findProtection, type MailProtection, treatmentOf } from '../mail/offload/mail-protection.ts';
import type { MailTreatment } from '../mail/offload/offload-types.ts';
import { removeClearSignatures } from '../mail/offload/pgp-armour.ts';

/** A mail, and what its encryption or signature means for it. */
export interface ProtectedMail {
  /** As recipients and bodies are read from it: a signature that is taken off is gone from the text. */
  readonly mail: ParsedMail;
  readonly protection: MailProtection;
  readonly treatment: MailTreatment;
}

/** Whether the body goes on without the recipient list, so that no signature over it can hold. */
export function mustChangeBody({ recipients }: Route): boolean {
  return recipients.from === 'body';
}

/** Looks how a mail is protected and decides, by the route, what that means for it. */
export function protectMail(route: Route, mail: ParsedMail): ProtectedMail {
  const protection = findProtection(mail.root, mail.text);
  const treatment = treatmentOf(protection, route.signed, mustChangeBody(route));
  const unsigned = treatment === 'unwrap' && mail.text !== undefined ? removeClearSignatures(mail.text) : undefined;
  return { mail: unsigned === undefined ? mail : { ...mail, text: unsigned }, protection, treatment };
}

/**
 * Refuses a mail whose recipients would have to be read from a body that cannot be read.
 * @throws PermanentMailError `ERR_ENCRYPTED`
 */
export function assertReadable(route: Route, { protection }: ProtectedMail): void {
  if (!mustChangeBody(route)) return;
  if (protection === 'encrypted') {
    throw new PermanentMailError(
      'ERR_ENCRYPTED',
      'the mail is encrypted, so its recipients cannot be read from its body: use a route with fixed recipients',
    );
  }
  if (protection === 'opaque') {
    throw new PermanentMailError(
      'ERR_ENCRYPTED',
      'the mail is wrapped in S/MIME, so its recipients cannot be read from its body: let the sender sign in clear',
    );
  }
}

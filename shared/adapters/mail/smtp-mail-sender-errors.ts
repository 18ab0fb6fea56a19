import { type MailError, PermanentMailError, TransientMailError } from '../../errors/mail-error.ts';

/** What nodemailer tells of a failed attempt. Its message holds the server's words, which can hold addresses. */
interface SmtpFailure {
  readonly code?: unknown;
  readonly command?: unknown;
  readonly response?: unknown;
  readonly responseCode?: unknown;
}

/** Replies about the session, not about this mail: greeting, EHLO and STARTTLS. */
const sessionCommands = /^(?:CONN|EHLO|HELO|LHLO|STARTTLS)$/;
/** RFC 4954 §6: authentication required, credentials invalid, mechanism too weak, encryption required. */
const credentialReplies: readonly number[] = [530, 534, 535, 538];
/** How servers word a rate limit; SES's own is `454 Throttling failure`. */
const throttlingWords = /throttl|\brates?\b|too many|too fast|limit exceeded|slow down|quota/i;
/** RFC 5321 §4.2.3: a command out of sequence says that the session is in disorder, not that the mail is refused. */
const badSequence = 503;

/**
 * Maps a failed attempt to its fate, by what the server answered, and where it did not answer, by how far the mail
 * had come.
 * @param isHandedOver whether the end of DATA may have been sent
 */
export function toSmtpError(error: unknown, isHandedOver: boolean): MailError {
  const failure: SmtpFailure = typeof error === 'object' && error !== null ? error : {};
  const reply = typeof failure.responseCode === 'number' ? failure.responseCode : undefined;
  const command = typeof failure.command === 'string' ? failure.command : '';
  const details = { code: String(failure.code ?? 'unknown'), command, reply: reply ?? null };
  if (isHandedOver && reply === undefined) {
    return new TransientMailError('ERR_SEND_UNCERTAIN', 'no answer after the whole mail was sent', { details });
  }
  if (failure.code === 'ENOAUTH') {
    return new TransientMailError('ERR_CREDENTIALS', 'the smtp server asks for credentials', { details });
  }
  if (reply !== undefined && (isHandedOver || !sessionCommands.test(command))) {
    return toReplyError(reply, String(failure.response ?? ''), details);
  }
  // Too large for the SIZE that the server announced: found before anything was sent (RFC 1870 §6).
  if (failure.code === 'EMESSAGE' || failure.code === 'EENVELOPE') {
    return new PermanentMailError('ERR_SEND_REJECTED', 'the mail does not fit what the smtp server takes', { details });
  }
  return new TransientMailError('ERR_SEND_UNREACHABLE', 'the smtp server could not be reached, or hung up', {
    details,
  });
}

function toReplyError(reply: number, response: string, details: SmtpDetails): MailError {
  const answered = `the smtp server answered ${reply}`;
  if (credentialReplies.includes(reply)) return new TransientMailError('ERR_CREDENTIALS', answered, { details });
  if (reply >= 500 && reply !== badSequence) return new PermanentMailError('ERR_SEND_REJECTED', answered, { details });
  const isThrottled = [421, 450, 451, 452, 454].includes(reply) && throttlingWords.test(response);
  return new TransientMailError(isThrottled ? 'ERR_SEND_THROTTLED' : 'ERR_SEND_TEMPORARY', answered, { details });
}

type SmtpDetails = Readonly<Record<'code' | 'command', string>> & { readonly reply: number | null };

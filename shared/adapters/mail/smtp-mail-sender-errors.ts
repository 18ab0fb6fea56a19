import type { ErrorCode } from '../../errors/codes.ts';
import { type ErrorDetails, type MailError, PermanentMailError, TransientMailError } from '../../errors/mail-error.ts';

/** What nodemailer tells of a failed attempt. Its message holds the server's words, which can hold addresses. */
interface SmtpFailure {
  readonly code?: unknown;
  /** Node's own code, where nodemailer has put one of its own in its place. */
  readonly originalCode?: unknown;
  readonly command?: unknown;
  readonly response?: unknown;
  readonly responseCode?: unknown;
}

/** What a server answered, without its words. */
interface SmtpReply {
  readonly reply: number;
  /** Enhanced status code (RFC 3463), where the server gives one. */
  readonly status?: string;
  readonly words: string;
  readonly stage: Stage;
}

type Stage = 'session' | 'sender' | 'recipient' | 'content';

/** Replies about the session, not about this mail: greeting, EHLO and STARTTLS. */
const sessionCommands = /^(?:CONN|EHLO|HELO|LHLO|STARTTLS)$/;
/** RFC 4954 §6: authentication required, credentials invalid, mechanism too weak, encryption required. */
const credentialReplies: readonly number[] = [530, 534, 535, 538];
/** RFC 5321 §4.2.3: a command out of sequence says that the session is in disorder, not that the mail is refused. */
const badSequence = 503;
/** RFC 5321 §3.8: the server closes the session, whatever the command was. */
const closing = 421;
/** RFC 3463 §3.1: class, subject, detail; behind the reply code (RFC 2034 §4). */
const enhancedStatus = /^\d{3}[ -]([245])\.(\d{1,3})\.(\d{1,3})(?=\s|$)/;
/** Faults of a certificate, by Node's code; each is found before anything was said. */
const certificateCode = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH)[A-Z_]*$/;

/** Words that say more than their reply code; the first that fit decide. SES's SMTP interface says the last four. */
const wordings: readonly { readonly words: RegExp; readonly replies: readonly number[]; readonly code: ErrorCode }[] = [
  { words: /daily (?:message )?(?:sending )?quota/i, replies: [421, 450, 451, 452, 454], code: 'ERR_SEND_QUOTA' },
  {
    words: /throttl|\brates?\b|too many|too fast|limit exceeded|slow down|quota/i,
    replies: [421, 450, 451, 452, 454],
    code: 'ERR_SEND_THROTTLED',
  },
  { words: /sending (?:is )?paused/i, replies: [451, 454, 554], code: 'ERR_SEND_PAUSED' },
  { words: /^554.*address(?:es)? (?:is|are) not verified/is, replies: [554], code: 'ERR_SENDER_NOT_VERIFIED' },
];

/**
 * Maps a failed attempt to its fate, by what the server answered, and where it did not answer, by how far the mail
 * had come.
 * @param isHandedOver whether the end of DATA may have been sent
 */
export function toSmtpError(error: unknown, isHandedOver: boolean): MailError {
  const failure: SmtpFailure = typeof error === 'object' && error !== null ? error : {};
  const command = typeof failure.command === 'string' ? failure.command : '';
  const reply = toReply(failure, command, isHandedOver);
  const details = toDetails(failure, command, reply);
  if (isHandedOver && reply === undefined) {
    return new TransientMailError('ERR_SEND_UNCERTAIN', 'no answer after the whole mail was sent', { details });
  }
  if (failure.code === 'ENOAUTH') {
    return new TransientMailError('ERR_CREDENTIALS', 'the smtp server asks for credentials', { details });
  }
  if (reply !== undefined && reply.stage !== 'session') return toReplyError(reply, details);
  // Too large for the SIZE that the server announced: found before anything was sent (RFC 1870 §6).
  if (failure.code === 'EMESSAGE' || failure.code === 'EENVELOPE') {
    return new PermanentMailError('ERR_SEND_REJECTED', 'the mail does not fit what the smtp server takes', { details });
  }
  return new TransientMailError('ERR_SEND_UNREACHABLE', unreachable(failure, reply), { details });
}

function toReply(failure: SmtpFailure, command: string, isHandedOver: boolean): SmtpReply | undefined {
  if (typeof failure.responseCode !== 'number') return undefined;
  const words = String(failure.response ?? '');
  const enhanced = enhancedStatus.exec(words);
  const status = enhanced === null ? {} : { status: enhanced.slice(1).join('.') };
  return { reply: failure.responseCode, ...status, words, stage: toStage(command, isHandedOver) };
}

function toStage(command: string, isHandedOver: boolean): Stage {
  if (isHandedOver || /^DATA/i.test(command)) return 'content';
  if (sessionCommands.test(command)) return 'session';
  return /^RCPT/i.test(command) ? 'recipient' : 'sender';
}

/** Codes and numbers alone: the server's words stay here. */
function toDetails(failure: SmtpFailure, command: string, reply: SmtpReply | undefined): ErrorDetails {
  return {
    code: certificateFault(failure) ?? String(failure.code ?? 'unknown'),
    command,
    reply: reply?.reply ?? null,
    ...(reply === undefined ? {} : { stage: reply.stage, ...(reply.status && { smtpStatus: reply.status }) }),
  };
}

function certificateFault({ originalCode, code }: SmtpFailure): string | undefined {
  return [originalCode, code].find((one): one is string => typeof one === 'string' && certificateCode.test(one));
}

function unreachable(failure: SmtpFailure, reply: SmtpReply | undefined): string {
  const fault = certificateFault(failure);
  if (fault !== undefined) {
    return `the certificate of the smtp server is not trusted (${fault}); install one that is, or add its authority by NODE_EXTRA_CA_CERTS`;
  }
  if (reply !== undefined) return `the smtp server opens no session: it answered ${shown(reply)}`;
  return 'the smtp server could not be reached, or hung up';
}

function shown({ reply, status }: SmtpReply): string {
  return status === undefined ? String(reply) : `${reply} ${status}`;
}

function toReplyError(reply: SmtpReply, details: ErrorDetails): MailError {
  const message = `the smtp server answered ${shown(reply)} to the ${reply.stage}`;
  if (credentialReplies.includes(reply.reply)) return new TransientMailError('ERR_CREDENTIALS', message, { details });
  const worded = wordings.find(({ words, replies }) => replies.includes(reply.reply) && words.test(reply.words));
  // Every code in the list above is of class 4.
  if (worded !== undefined) return new TransientMailError(worded.code as 'ERR_SEND_THROTTLED', message, { details });
  return isPermanent(reply)
    ? new PermanentMailError('ERR_SEND_REJECTED', message, { details })
    : new TransientMailError('ERR_SEND_TEMPORARY', message, { details });
}

/** The class of the enhanced code, where there is one, says more than the first digit of the reply (RFC 3463 §2). */
function isPermanent({ reply, status }: SmtpReply): boolean {
  if (reply === closing || reply === badSequence) return false;
  if (status !== undefined && !status.startsWith('2')) return status.startsWith('5');
  return reply >= 500;
}

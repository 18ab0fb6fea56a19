import { createHmac } from 'node:crypto';
import { sha256Hex } from './hash.ts';

/** 192 bits as base64url: 32 characters, well above what can be guessed, short enough for every mail client. */
const tokenLength = 32;
const tokenShape = /^[A-Za-z0-9_-]{32}$/;

export interface TokenSubject {
  readonly mailId: string;
  /** The part's number in the mail. */
  readonly path: string;
  readonly recipient: string;
  /** Raised when links are to change although mail and recipient stay. */
  readonly epoch: number;
}

/** The token of one attachment for one recipient: derived, so that a second run mails the same links. */
export function toLinkToken(secret: Uint8Array, subject: TokenSubject): string {
  const { mailId, path, recipient, epoch } = subject;
  const mac = createHmac('sha256', secret).update([mailId, path, recipient, epoch].join('\0'));
  return mac.digest('base64url').slice(0, tokenLength);
}

/** What is stored and looked up instead of the token. */
export function hashToken(token: string): string {
  return sha256Hex('link', token);
}

/** Whether a text can be a token at all. */
export function isTokenShaped(text: string): boolean {
  return tokenShape.test(text);
}

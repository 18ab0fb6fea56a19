import type { Readable } from 'node:stream';
import type { MailHead, ParsedMail, PartHead } from '../contracts/parsed-mail.ts';

export interface ParseHandlers {
  /** Called once, before any part, with the header fields that decide whether the mail is wanted at all. Throwing stops the parse. */
  onHead(head: MailHead): Promise<void> | void;
  /**
   * Called for each leaf that is not the body, in document order, with its decoded bytes. The parser waits until the
   * promise is settled and `content` is consumed before it reads on: that is the back pressure.
   */
  onFile(part: PartHead, content: Readable): Promise<void>;
}

/**
 * Reads one mail (RFC 5322, RFC 2045 to 2049) as a stream and never holds more of it than the text parts.
 * Malformed beyond use: `PermanentMailError` with the code that says why. What a handler throws, it throws.
 */
export interface MimeParser {
  parse(source: Readable, handlers: ParseHandlers): Promise<ParsedMail>;
}

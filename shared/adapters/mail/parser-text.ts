import { isUtf8 } from 'node:buffer';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import libmime from 'libmime';
import { MailParser } from 'mailparser';
import { PermanentMailError } from '../../errors/mail-error.ts';
import { decodeDamagedJapanese } from './parser-japanese.ts';
import type { TextForm } from './parser-part-head.ts';
import { toPlainBody } from './parser-plain-text.ts';

/** A body part in Unicode. */
export interface DecodedText {
  readonly text: string;
  /** False when the charset was missing, unknown or refused, and had to be guessed. */
  readonly isCharsetKnown: boolean;
}

/** Nothing is converted, linked or hashed: what comes out is what the sender wrote. */
const profile = {
  ignoreEmbedded: true,
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipTextLinks: true,
  skipImageLinks: true,
  checksumAlgo: false,
  maxHtmlLengthToParse: 2_000_000,
} as const;

const charsetName = /^[A-Za-z0-9][A-Za-z0-9_.:+-]{0,63}$/;
const asciiNames = /^(?:us-?)?ascii$|^ansi_x3\.4-1968$/i;

/**
 * Decodes one body part: charset and format=flowed by mailparser. UTF-7 is never decoded: it can hide markup from
 * whoever looks for it. What is no text in its charset becomes U+FFFD.
 * @param bytes the part without its transfer encoding
 * @throws ERR_PARSE when mailparser gives no text
 */
export async function decodeText(contentType: string, form: TextForm, bytes: Buffer): Promise<DecodedText> {
  if (bytes.length === 0) return { text: '', isCharsetKnown: true };
  const { charset, isKnown, text } = chooseCharset(form.charset, bytes);
  const flowed = form.isFlowed ? `; format=flowed${form.isDelSp ? '; delsp=yes' : ''}` : '';
  // The part is handed on under a header of our own, so that mailparser's reading of it cannot differ from the scan's.
  const header = `Content-Type: ${contentType}; charset=${charset}${flowed}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n`;
  return { text: toPlainBody(await readWithMailparser(header, text ?? bytes)), isCharsetKnown: isKnown };
}

async function readWithMailparser(header: string, bytes: Buffer): Promise<string> {
  let text = '';
  const parser: Transform = new MailParser(profile);
  try {
    await pipeline(Readable.from([Buffer.from(header), bytes]), parser, async (items: AsyncIterable<unknown>) => {
      for await (const item of items as AsyncIterable<MailparserItem>) {
        if (item.type === 'text') text = (typeof item.html === 'string' ? item.html : item.text) ?? '';
        else throw new Error('mailparser takes a body part for a file');
      }
    });
  } catch (cause) {
    throw new PermanentMailError('ERR_PARSE', 'text part that mailparser cannot read', { cause });
  }
  return text;
}

interface MailparserItem {
  readonly type: 'text' | 'attachment';
  readonly text?: string;
  readonly html?: string | false;
}

interface Choice {
  readonly charset: string;
  readonly isKnown: boolean;
  /** What is read instead of the bytes. */
  readonly text?: Buffer;
}

/** What the sender names when it can be decoded; else UTF-8 when the bytes are that, else the usual Windows one. */
function chooseCharset(named: string | undefined, bytes: Buffer): Choice {
  if (named === undefined || asciiNames.test(named)) return guessCharset(bytes, true);
  if (!charsetName.test(named) || !libmime.createDecodeStream(named).supported) return guessCharset(bytes, false);
  const japanese = decodeDamagedJapanese(named, bytes);
  if (japanese === undefined) return { charset: named, isKnown: true };
  if (isUtf8(bytes)) return { charset: 'utf-8', isKnown: false };
  return { charset: 'utf-8', isKnown: false, text: Buffer.from(japanese) };
}

function guessCharset(bytes: Buffer, isKnown: boolean): Choice {
  return isUtf8(bytes) ? { charset: 'utf-8', isKnown } : { charset: 'windows-1252', isKnown: false };
}

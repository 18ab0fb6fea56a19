import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import type { LedgerEntry, LedgerPart } from '../../shared/contracts/records.ts';
import { openPipeline, type Pipeline, type RouteInput } from './pipeline.ts';

export const fixedRoute: RouteInput = { recipients: { from: 'fixed', to: ['a@example.com', 'b@example.com'] } };

export const sampleMail = (name: string) => readFileSync(join(import.meta.dirname, '../../events/mail', `${name}.eml`));

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export interface ReadPart {
  readonly name: string;
  readonly type: string;
  readonly disposition: string;
  readonly contentId: string;
  readonly sha256: string;
}

export interface SentMail {
  readonly rcptTo: string;
  /** One character for each byte. */
  readonly raw: string;
  readonly head: string;
  /** Everything behind the blank line. */
  readonly body: string;
  readonly text: string;
  readonly html: string;
  /** As two independent parsers see them: both gave the same. */
  readonly parts: readonly ReadPart[];
}

export interface OffloadRun {
  readonly entry: LedgerEntry;
  readonly parts: readonly LedgerPart[];
  readonly sent: readonly SentMail[];
}

/** Runs one mail through a new pipeline and reads what went out. */
export async function runMail(
  mail: string | Uint8Array,
  route: RouteInput = {},
): Promise<OffloadRun & { readonly pipeline: Pipeline }> {
  const pipeline = await openPipeline([route]);
  await pipeline.arrive(typeof mail === 'string' ? Buffer.from(mail, 'latin1') : mail);
  await pipeline.drain();
  const [entry] = await pipeline.records.ledger.list({ limit: 5 });
  const parts = await pipeline.records.ledger.parts(entry!.mailId);
  const sent = await Promise.all(
    pipeline.sender.attempts.map(async ({ rcptTo, openMime }) =>
      readSent(rcptTo, Buffer.concat(await (await openMime()).toArray())),
    ),
  );
  return { entry: entry!, parts, sent, pipeline };
}

export async function readSent(rcptTo: string, bytes: Buffer): Promise<SentMail> {
  const raw = bytes.toString('latin1');
  const end = raw.indexOf('\r\n\r\n');
  const mail = await PostalMime.parse(bytes, { forceRfc822Attachments: true });
  return {
    ...{ rcptTo, raw, head: raw.slice(0, end + 2), body: raw.slice(end + 4) },
    ...{ text: mail.text ?? '', html: mail.html ?? '' },
    parts: mail.attachments.map(({ filename, mimeType, disposition, contentId, content }) => ({
      name: filename ?? '',
      type: mimeType,
      disposition: disposition ?? '',
      contentId: contentId ?? '',
      sha256: sha256(typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content)),
    })),
  };
}

/** The same parts by the other parser; what it calls an attachment beyond them is a calendar alternative. */
export async function mailparserParts(raw: string): Promise<Pick<ReadPart, 'name' | 'type' | 'sha256'>[]> {
  const mail = await simpleParser(Buffer.from(raw, 'latin1'), { skipImageLinks: true });
  return mail.attachments.map(({ filename, contentType, content }) => ({
    name: filename ?? '',
    type: contentType,
    sha256: sha256(content),
  }));
}

/** A multipart/mixed mail with a recipient list and these parts, each with its fields. */
export function mixedMail(parts: readonly string[], html?: string): string {
  const list = ':Email_Rxers_Code:[a@example.com,b@example.com]:Email_Rxers_Code:';
  const text = `Content-Type: text/plain\r\n\r\nHello.\r\n${list}\r\n`;
  const body =
    html === undefined
      ? text
      : `Content-Type: multipart/alternative; boundary="alt"\r\n\r\n--alt\r\n${text}--alt\r\nContent-Type: text/html\r\n\r\n${html}${list}\r\n--alt--\r\n`;
  return [
    'From: Device <device@example.org>\r\nSubject: s\r\nMIME-Version: 1.0\r\n',
    'Content-Type: multipart/mixed; boundary="mix"\r\n\r\n',
    ...[body, ...parts].map((part) => `--mix\r\n${part}\r\n`),
    '--mix--\r\n',
  ].join('');
}

/** One part in base64. */
export function filePart(type: string, content: Uint8Array, fields = ''): string {
  return `Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n${fields}\r\n${Buffer.from(content).toString('base64')}`;
}

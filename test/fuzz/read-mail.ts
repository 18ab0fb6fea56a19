import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createMimeParser } from '../../shared/adapters/mail/mail-parser.ts';
import type { ParsedMail, PartHead } from '../../shared/contracts/parsed-mail.ts';
import { PermanentMailError } from '../../shared/errors/mail-error.ts';
import { cut } from '../fixtures/mail/generated-mail.ts';

/** What reading a mail came to: read, refused with a code, or a fault of ours. */
export type Reading =
  | { readonly end: 'read'; readonly mail: ParsedMail; readonly files: readonly FileRead[] }
  | { readonly end: 'refused'; readonly code: string }
  | { readonly end: 'fault'; readonly fault: string };

export interface FileRead {
  readonly head: PartHead;
  readonly bytes: Buffer;
}

const parser = createMimeParser({ maxMailBytes: 50_000_000 });

/** Reads a mail that comes in pieces of these sizes. */
export async function readMail(raw: Buffer, sizes: readonly number[]): Promise<Reading> {
  const files: FileRead[] = [];
  try {
    const mail = await parser.parse(Readable.from(cut(raw, sizes)), {
      onHead() {},
      async onFile(head, content) {
        files.push({ head, bytes: Buffer.concat(await content.toArray()) });
      },
    });
    return { end: 'read', mail, files };
  } catch (error) {
    if (error instanceof PermanentMailError) return { end: 'refused', code: error.code };
    return { end: 'fault', fault: error instanceof Error ? (error.stack ?? String(error)) : String(error) };
  }
}

/** The reading as one line, to compare two of them. */
export function digest(reading: Reading): string {
  if (reading.end !== 'read') return reading.end === 'refused' ? reading.code : reading.fault;
  const { mail, files } = reading;
  return JSON.stringify([
    mail,
    files.map(({ head, bytes }) => [head, createHash('sha256').update(bytes).digest('hex')]),
  ]);
}

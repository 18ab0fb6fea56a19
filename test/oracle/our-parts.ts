import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createMimeParser } from '../../shared/adapters/mail/mail-parser.ts';
import { decodeText } from '../../shared/adapters/mail/parser-text.ts';
import type { ParsedMail, PartHead, PartNode } from '../../shared/contracts/parsed-mail.ts';
import { toErrorCode } from '../../shared/errors/mail-error.ts';
import { createTransferDecoder } from '../../shared/mail/transfer-decoding/transfer-decoder.ts';

/** One leaf of a mail as this system reads it. */
export interface OurPart {
  readonly path: string;
  readonly contentType: string;
  /** Of a file: as the sender gave it. Absent for what is body. */
  readonly name?: string;
  readonly isFile: boolean;
  /** Without its transfer encoding. */
  readonly bytes: Buffer;
  /** Where its body stands in the mail. */
  readonly start: number;
  readonly end: number;
  /** Its text, line ends as LF, for `text/*`. */
  readonly text?: string;
}

export type OurReading =
  | { readonly parts: readonly OurPart[]; readonly mail: ParsedMail }
  | { readonly code: string; readonly parts?: undefined };

const parser = createMimeParser({ maxMailBytes: 50_000_000 });

/** Reads a mail with the pipeline's own parser; the code when it is refused. */
export async function readOurParts(raw: Buffer): Promise<OurReading> {
  const files = new Map<string, { head: PartHead; bytes: Buffer }>();
  try {
    const mail = await parser.parse(Readable.from([raw]), {
      onHead: () => undefined,
      onFile: async (head, content) => {
        const chunks: Buffer[] = [];
        for await (const chunk of content) chunks.push(chunk);
        files.set(head.path, { head, bytes: Buffer.concat(chunks) });
      },
    });
    const parts = await Promise.all(leavesOf(mail.root).map((leaf) => toPart(raw, leaf, files.get(leaf.path))));
    return { mail, parts };
  } catch (error) {
    return { code: toErrorCode(error) };
  }
}

function leavesOf(node: PartNode): PartNode[] {
  if (node.children.length > 0) return node.children.flatMap(leavesOf);
  return node.contentType.startsWith('multipart/') && node.path === '' ? [] : [node];
}

async function toPart(raw: Buffer, leaf: PartNode, file: { head: PartHead; bytes: Buffer } | undefined) {
  const bytes = file?.bytes ?? decoded(raw.subarray(leaf.bodyStart, leaf.bodyEnd), leaf.transferEncoding);
  const charset = leaf.typeParameters.charset;
  const form = { ...(charset === undefined ? {} : { charset }), isFlowed: false, isDelSp: false };
  const isText = /^text\/(?:plain|html)$/.test(leaf.contentType);
  const part: OurPart = {
    ...{ path: leaf.path, contentType: leaf.contentType, isFile: file !== undefined, bytes },
    ...{ start: leaf.bodyStart, end: leaf.bodyEnd },
    ...(file?.head.fileName === undefined ? {} : { name: file.head.fileName }),
    ...(isText ? { text: plainText((await decodeText(leaf.contentType, form, bytes)).text) } : {}),
  };
  return part;
}

function decoded(body: Buffer, encoding: string): Buffer {
  const decoder = createTransferDecoder(encoding);
  return Buffer.concat([decoder.push(body), decoder.end()]);
}

/** Text for comparison: line ends as LF, none at its end. */
export function plainText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/\n+$/, '');
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

import type { Readable } from 'node:stream';
import type { PartHead } from '../../shared/contracts/parsed-mail.ts';
import type { MimeParser } from '../../shared/ports/mime-parser.ts';
import { linksOf } from './links-of.ts';

export interface MailView {
  readonly subject: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly text?: string;
  /** With its inline images as `data:` URLs. */
  readonly html?: string;
  /** The web addresses that the mail carries, each once. */
  readonly links: readonly string[];
  readonly files: readonly { readonly fileName: string; readonly contentType: string; readonly sizeBytes: number }[];
}

const shownImages = /^image\/(?:png|jpeg|gif|webp)$/;
/** More than every inline image that a composed mail may carry; larger ones are left out of the preview. Unit: bytes. */
const imageBudgetBytes = 4_000_000;

/** Reads one mail as a mail program would show it, without holding its files. */
export async function readMailView(parser: MimeParser, raw: Readable): Promise<MailView> {
  const images = new Map<string, string>();
  const files: { fileName: string; contentType: string; sizeBytes: number }[] = [];
  let budgetBytes = imageBudgetBytes;

  const onFile = async (part: PartHead, content: Readable) => {
    const isImage = part.contentId !== undefined && shownImages.test(part.contentType);
    const { sizeBytes, bytes } = await drain(content, isImage ? budgetBytes : 0);
    files.push({ fileName: part.fileName ?? '', contentType: part.contentType, sizeBytes });
    if (part.contentId === undefined || bytes === undefined || sizeBytes === 0) return;
    budgetBytes -= sizeBytes;
    images.set(part.contentId, `data:${part.contentType};base64,${bytes.toString('base64')}`);
  };
  const { head, text, html } = await parser.parse(raw, { onHead: () => undefined, onFile });

  return {
    subject: head.subject,
    fields: head.fields,
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html: withImages(html, images) }),
    links: linksOf(html ?? '', text ?? ''),
    files,
  };
}

/** Reads a part to its end; its bytes are kept only while they fit into `keepBytes`. */
async function drain(content: Readable, keepBytes: number): Promise<{ sizeBytes: number; bytes?: Buffer }> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= keepBytes) chunks.push(chunk);
  }
  return sizeBytes <= keepBytes ? { sizeBytes, bytes: Buffer.concat(chunks) } : { sizeBytes };
}

function withImages(html: string, images: ReadonlyMap<string, string>): string {
  return html.replace(/cid:([^\s"'<>)]{1,250})/gi, (whole, id: string) => images.get(id) ?? whole);
}

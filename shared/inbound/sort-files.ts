import type { LedgerPart } from '../contracts/records.ts';
import { safeFileName, uniqueFileNames } from '../mail/file-name.ts';
import type { InlinePart } from '../ports/mime-composer.ts';
import type { FileSink, MailFile } from './store-files.ts';

export interface SortedFiles {
  /** What becomes a link: in the store. */
  readonly offloaded: readonly LedgerPart[];
  /** What stays in the mail because its HTML shows it. */
  readonly inline: readonly InlinePart[];
  /** Both, as the ledger has them. */
  readonly parts: readonly LedgerPart[];
}

/** Decides what becomes of each file, once the HTML is known: a referenced image stays, everything else is offloaded. */
export async function sortFiles(mailId: string, sink: FileSink, html: string | undefined): Promise<SortedFiles> {
  const names = uniqueFileNames(
    sink.files.map(({ head }, index) => safeFileName(head.fileName, head.contentType, index + 1)),
  );
  const parts: LedgerPart[] = [];
  const inline: InlinePart[] = [];
  for (const [index, file] of sink.files.entries()) {
    const name = names[index] ?? `attachment-${index + 1}`;
    const { contentId, contentType } = file.head;
    if (file.content !== undefined && contentId !== undefined && refersTo(html, contentId)) {
      inline.push({ contentId, contentType, fileName: name, content: file.content });
      parts.push(toPart(mailId, file, name, 'inline', 'the HTML shows this image'));
      continue;
    }
    const stored = await sink.store(file);
    const reason = contentId === undefined ? 'an attachment' : 'an image that the HTML does not show, or too large';
    parts.push(toPart(mailId, stored, name, 'offloaded', reason));
  }
  return { parts, inline, offloaded: parts.filter((part) => part.fate === 'offloaded') };
}

/** Whether the HTML shows the part by `cid:`. @see RFC 2392 §2 */
function refersTo(html: string | undefined, contentId: string): boolean {
  if (html === undefined) return false;
  return html.includes(`cid:${contentId}`) || html.includes(`cid:${encodeURIComponent(contentId)}`);
}

function toPart(
  mailId: string,
  file: MailFile,
  fileName: string,
  fate: LedgerPart['fate'],
  reason: string,
): LedgerPart {
  const { path, contentType } = file.head;
  const facts = { mailId, path, fileName, contentType, sizeBytes: file.sizeBytes, sha256: file.sha256, fate, reason };
  return file.blobKey === undefined ? facts : { ...facts, blobKey: file.blobKey };
}

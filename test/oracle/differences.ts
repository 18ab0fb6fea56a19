import { type OurReading, plainText } from './our-parts.ts';
import type { OracleLeaf } from './stalwart.ts';

/**
 * Where two readings of one mail differ, in a few words each: `refused ERR_BOUNDARY`, `count 3/2`, `name 2`, `bytes 2`,
 * `text 1` (ours first, then the other's; numbers are IMAP's part numbers).
 */
export function differences(raw: Buffer, ours: OurReading, theirs: readonly OracleLeaf[]): string[] {
  if (ours.parts === undefined) return [`refused ${ours.code}`];
  const parts = ours.parts;
  if (parts.length !== theirs.length) return [`count ${parts.length}/${theirs.length}`];
  return parts.flatMap((part, index) => {
    const other = theirs[index] ?? {};
    const found: string[] = [];
    // The name of what is body is of no consequence here.
    if (part.isFile && other.isNameless !== true && (part.name ?? '') !== (other.name ?? ''))
      found.push(`name ${part.path}`);
    if (other.bytes !== undefined && !part.bytes.equals(other.bytes)) found.push(`bytes ${part.path}`);
    if (other.range !== undefined && !part.bytes.equals(raw.subarray(other.range.start, other.range.end)))
      found.push(`bytes ${part.path}`);
    if (other.encodedText !== undefined && !sameText(part.bytes, other.encodedText)) found.push(`text ${part.path}`);
    if (other.text !== undefined && textOf(part) !== plainText(other.text)) found.push(`text ${part.path}`);
    return found;
  });
}

/** The same bytes but for line ends. */
function sameText(ours: Buffer, theirs: Buffer): boolean {
  return plainText(ours.toString('latin1')) === plainText(theirs.toString('latin1'));
}

function textOf({ text, bytes }: { readonly text?: string; readonly bytes: Buffer }): string {
  return text ?? plainText(bytes.toString('utf8'));
}

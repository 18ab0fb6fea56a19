import PostalMime from 'postal-mime';
import { type OurPart, type OurReading, plainText } from './our-parts.ts';

interface TheirFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The attachments as postal-mime has them; enclosed mails stay whole. */
async function theirFiles(raw: Buffer): Promise<TheirFile[]> {
  const { attachments } = await PostalMime.parse(raw, {
    forceRfc822Attachments: true,
    attachmentEncoding: 'arraybuffer',
  });
  return attachments.map(({ filename, content }) => ({
    name: filename ?? '',
    bytes: typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content)),
  }));
}

/**
 * Where the files of one mail differ from postal-mime's attachments: `refused ERR_BOUNDARY`, `count 3/2`, `name 2`,
 * `bytes 2`. postal-mime gives unencoded parts with LF line ends and one more at the end, which RFC 2046 §5.1.1 gives to
 * the boundary: line ends of such parts are not compared.
 */
export async function fileDifferences(raw: Buffer, ours: OurReading): Promise<string[]> {
  const theirs = await theirFiles(raw);
  if (ours.parts === undefined) return theirs.length === 0 ? [] : [`refused ${ours.code}`];
  const files = ours.parts.filter(({ isFile }) => isFile);
  if (files.length !== theirs.length) return [`count ${files.length}/${theirs.length}`];
  return files.flatMap((file, index) => {
    const other = theirs[index] ?? { name: '', bytes: Buffer.alloc(0) };
    return [
      ...((file.name ?? '') === other.name ? [] : [`name ${file.path}`]),
      ...(sameBytes(file, other.bytes) ? [] : [`bytes ${file.path}`]),
    ];
  });
}

function sameBytes({ bytes }: OurPart, theirs: Buffer): boolean {
  return bytes.equals(theirs) || plainText(bytes.toString('latin1')) === plainText(theirs.toString('latin1'));
}

/** A part without parts. */
export interface MimeLeaf {
  /** Whole fields, folded with CRLF. */
  readonly fields: readonly string[];
  /** 7-bit, without a line end at its end: text in lines ended by LF, or bytes in lines ended by CRLF. */
  readonly data: string | Uint8Array;
}

/** A part of parts. Each subtype at most once in a tree, since it names the boundary. */
export interface MimeBranch {
  readonly subtype: 'alternative' | 'related' | 'mixed';
  readonly children: readonly MimeNode[];
}

export type MimeNode = MimeLeaf | MimeBranch;

/**
 * Writes a part tree with its own MIME fields, CRLF throughout, in pieces that follow each other.
 * @param boundaryStem plain token characters that no line of any leaf holds
 * @see RFC 2046 §5.1.1
 */
export function writeMime(root: MimeNode, boundaryStem: string): Uint8Array[] {
  const pieces: (string | Uint8Array)[] = [];
  writeNode(root, boundaryStem, pieces);
  // Everything written is ASCII, so one byte for each character.
  return pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece));
}

function writeNode(node: MimeNode, stem: string, pieces: (string | Uint8Array)[]): void {
  if ('fields' in node) {
    const { fields, data } = node;
    pieces.push(...fields.map((field) => `${field}\r\n`), '\r\n');
    pieces.push(typeof data === 'string' ? data.replaceAll('\n', '\r\n') : data);
    return;
  }
  const boundary = `${node.subtype}-${stem}`;
  pieces.push(`Content-Type: multipart/${node.subtype}${typeParameter(node)};\r\n boundary="${boundary}"\r\n\r\n`);
  for (const child of node.children) {
    pieces.push(`--${boundary}\r\n`);
    writeNode(child, stem, pieces);
    pieces.push('\r\n');
  }
  pieces.push(`--${boundary}--`);
}

/** RFC 2387 §3.1: a multipart/related says what its first part is. */
function typeParameter({ subtype, children: [first] }: MimeBranch): string {
  return subtype === 'related' && first !== undefined && 'subtype' in first
    ? `;\r\n type="multipart/${first.subtype}"`
    : '';
}

const messageBegin = '-----BEGIN PGP MESSAGE-----';
const messageEnd = '-----END PGP MESSAGE-----';
const signedBegin = '-----BEGIN PGP SIGNED MESSAGE-----';
const signatureBegin = '-----BEGIN PGP SIGNATURE-----';
const signatureEnd = '-----END PGP SIGNATURE-----';

/** Whether a text is one armoured PGP message and nothing else. @see RFC 9580 §6.2 */
export function isArmouredMessage(text: string): boolean {
  const trimmed = text.trim();
  return trimmed.startsWith(messageBegin) && trimmed.endsWith(messageEnd);
}

/** Whether a text holds a message in PGP's cleartext signature framework. @see RFC 9580 §7 */
export function isClearSigned(text: string): boolean {
  return removeClearSignatures(text) !== undefined;
}

/**
 * The text as its signer wrote it: armour lines, `Hash` headers and signatures gone, dash escapes undone.
 * `undefined` when it holds no complete signed message.
 * @see RFC 9580 §7.1, §7.2
 */
export function removeClearSignatures(text: string): string | undefined {
  if (!text.includes(signedBegin) || !text.includes(signatureBegin)) return undefined;
  const reader = createReader();
  for (const line of text.split('\n')) reader.take(line);
  return reader.result();
}

function createReader() {
  const kept: string[] = [];
  let removedCount = 0;
  let open: OpenMessage | undefined;

  const close = (lines: readonly string[]) => {
    for (const line of lines) kept.push(line);
    open = undefined;
  };

  return {
    take(line: string): void {
      if (open === undefined && !isLine(line, signedBegin)) {
        kept.push(line);
        return;
      }
      open ??= { phase: 'headers', raw: [], content: [] };
      const end = readLine(open, line);
      if (end === 'whole') removedCount += 1;
      if (end !== undefined) close(end === 'whole' ? open.content : open.raw);
    },
    result(): string | undefined {
      // A message whose signature never ends is text as it is.
      if (open !== undefined) close(open.raw);
      return removedCount === 0 ? undefined : kept.join('\n');
    },
  };
}

/** A signed message that is being read, in one pass over the lines. */
interface OpenMessage {
  phase: 'headers' | 'content' | 'signature';
  readonly raw: string[];
  readonly content: string[];
}

/** Takes one line; answers how the message ended, if it did with it. */
function readLine(open: OpenMessage, line: string): 'whole' | 'broken' | undefined {
  open.raw.push(line);
  if (open.phase === 'headers') {
    if (line.trim() === '') open.phase = 'content';
    else if (isLine(line, signatureBegin)) return 'broken';
  } else if (open.phase === 'content') {
    if (isLine(line, signatureBegin)) open.phase = 'signature';
    else open.content.push(line.startsWith('- ') ? line.slice(2) : line);
  } else if (isLine(line, signatureEnd)) {
    return 'whole';
  }
  return undefined;
}

function isLine(line: string, wanted: string): boolean {
  return line.trimEnd() === wanted;
}

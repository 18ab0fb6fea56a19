/** One mail of a file; the bytes must be read, or `skip` called, before the next mail comes. */
export interface SplitMail {
  readonly bytes: AsyncGenerator<Buffer>;
}

const newline = 0x0a;
const carriageReturn = 0x0d;
const separatorStart = Buffer.from('\nFrom ');
/** A longer line is no separator: an address and a date take less. */
const maxSeparatorBytes = 1000;

/**
 * Splits an mbox into its mails as its bytes come: at each line that begins with `From `, follows an empty line and
 * holds a date. The separator stays with the mail that it begins.
 * @see RFC 4155 appendix A
 */
export async function* splitMbox(source: AsyncIterable<Buffer>): AsyncGenerator<SplitMail> {
  const cutter = createCutter(source);
  do {
    yield { bytes: cutter.mail() };
    await cutter.skip();
  } while (cutter.hasNext());
}

function createCutter(source: AsyncIterable<Buffer>) {
  const chunks = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  let isEnd = false;
  let isMailEnd = false;

  const more = async () => {
    const next = await chunks.next();
    if (next.done === true) isEnd = true;
    else held = held.length === 0 ? next.value : Buffer.concat([held, next.value]);
  };

  const take = (length: number) => {
    const bytes = held.subarray(0, length);
    held = held.subarray(length);
    return bytes;
  };

  /** The bytes that surely belong to the mail; sets `isMailEnd` when they are its last. */
  const cut = (): Buffer => {
    const found = findSeparator(held, isEnd);
    if (found.isSeparator) isMailEnd = true;
    return take(found.end);
  };

  async function* mail(): AsyncGenerator<Buffer> {
    while (!isMailEnd) {
      const bytes = cut();
      if (bytes.length > 0) yield bytes;
      if (isMailEnd) return;
      if (isEnd) {
        isMailEnd = true;
        if (held.length > 0) yield take(held.length);
        return;
      }
      await more();
    }
  }

  return {
    mail,
    /** Reads off what the reader left of the mail. */
    async skip(): Promise<void> {
      for await (const _bytes of mail());
    },
    /** Whether another mail follows; begins it. */
    hasNext(): boolean {
      const follows = !(isEnd && held.length === 0);
      isMailEnd = false;
      return follows;
    },
  };
}

/**
 * Where the mail ends in `held`: before a separator, or before what may still turn out to be one. The very first line
 * is never one: it begins the mail.
 */
function findSeparator(held: Buffer, isEnd: boolean): { readonly end: number; readonly isSeparator: boolean } {
  let at = held.indexOf(separatorStart);
  for (; at >= 0; at = held.indexOf(separatorStart, at + 1)) {
    if (!followsEmptyLine(held, at)) continue;
    const lineEnd = held.indexOf(newline, at + 1);
    const known = lineEnd >= 0 || isEnd || held.length - at > maxSeparatorBytes;
    if (!known) return { end: at + 1 - emptyLineBytes, isSeparator: false };
    const line = held.toString('latin1', at + 1, Math.min(lineEnd < 0 ? held.length : lineEnd, at + maxSeparatorBytes));
    if (hasDate(line)) return { end: at + 1, isSeparator: true };
  }
  return { end: isEnd ? held.length : Math.max(0, held.length - tailBytes), isSeparator: false };
}

/** What must stay in view: an empty line in CRLF. */
const emptyLineBytes = 3;
/** An empty line in CRLF and the start of a separator. */
const tailBytes = emptyLineBytes + separatorStart.length;

function followsEmptyLine(held: Buffer, at: number): boolean {
  const before = at - 1;
  if (held[before] === newline) return true;
  return held[before] === carriageReturn && held[before - 1] === newline;
}

function hasDate(line: string): boolean {
  return /\d{1,2}:\d{2}|\b\d{4}\b/.test(line);
}

/**
 * Counts the delimiter lines of a mail that begin a part, straight over its raw bytes: a second opinion on the part
 * tree that shares no code with the scan. It learns the boundaries from whoever reads the headers.
 */
export interface SeparatorCount {
  /** From this offset on, lines of this boundary count. */
  addBoundary(offset: number, boundary: string): void;
  /** From this offset on, they count no more: the multipart's place in the mail is over. */
  removeBoundary(offset: number, boundary: string): void;
  /** The next bytes; boundaries that begin to count in them must be known before. */
  push(chunk: Buffer): void;
  /** The count, when the mail has ended; absent when one boundary is another's close-delimiter. */
  end(): number | undefined;
}

interface Change {
  readonly offset: number;
  readonly boundary: string;
  readonly step: 1 | -1;
}

/** Dashes, a boundary of 994 bytes at most, and white space as long as a line may be. @see RFC 5322 §2.1.1 */
const maxLineBytes = 2 + 994 + 998;
const lineFeed = 0x0a;
const dash = 0x2d;
const lineOfDashes = Buffer.from('\n--');
const noBytes = Buffer.alloc(0);

/** Makes a count of zero. */
export function createSeparatorCount(): SeparatorCount {
  const changes: Change[] = [];
  const live = new Map<string, number>();
  const names = new Set<string>();
  let count = 0;
  let offset = 0;
  /** The beginning of a line whose end is not there yet, when it may still be a delimiter. */
  let open: Buffer = noBytes;
  let isAtLineStart = true;

  const applyTo = (position: number) => {
    for (let next = changes[0]; next !== undefined && next.offset <= position; next = changes[0]) {
      changes.shift();
      live.set(next.boundary, (live.get(next.boundary) ?? 0) + next.step);
    }
  };
  const judge = (line: Buffer, position: number) => {
    if (line.length > maxLineBytes) return;
    applyTo(position);
    if ((live.get(nameOf(line)) ?? 0) > 0) count += 1;
  };
  /** Judges each line that begins with two dashes; gives back the bytes that wait for more. */
  const readLines = (data: Buffer, isLast: boolean): Buffer => {
    let at = isAtLineStart ? 0 : data.indexOf(lineFeed) + 1;
    isAtLineStart ||= at > 0;
    if (!isAtLineStart) return noBytes;
    while (data.length - at >= 2) {
      const next = isDashed(data, at) ? data.indexOf(lineFeed, at) : data.indexOf(lineOfDashes, at);
      if (next < 0) return readRest(data, at, isLast);
      if (isDashed(data, at)) judge(data.subarray(at, next), offset + at);
      at = next + 1;
    }
    return data.subarray(at);
  };
  const readRest = (data: Buffer, at: number, isLast: boolean): Buffer =>
    isDashed(data, at) ? judgeOpen(data, at, isLast) : tail(data);
  const judgeOpen = (data: Buffer, at: number, isLast: boolean): Buffer => {
    if (!isLast && data.length - at <= maxLineBytes) return data.subarray(at);
    if (isLast) judge(data.subarray(at), offset + at);
    isAtLineStart = false;
    return noBytes;
  };
  const tail = (data: Buffer): Buffer => {
    const kept = data[data.length - 1] === dash ? 1 : 0;
    isAtLineStart = data[data.length - 1 - kept] === lineFeed;
    return isAtLineStart ? data.subarray(data.length - kept) : noBytes;
  };

  return {
    addBoundary(at, boundary) {
      names.add(boundary);
      changes.push({ offset: at, boundary, step: 1 });
    },
    removeBoundary: (at, boundary) => void changes.push({ offset: at, boundary, step: -1 }),
    push(chunk) {
      const data = open.length === 0 ? chunk : Buffer.concat([open, chunk]);
      open = readLines(data, false);
      offset += data.length - open.length;
    },
    end() {
      readLines(open, true);
      const isAmbiguous = [...names].some((name) => name.endsWith('--') && names.has(name.slice(0, -2)));
      return isAmbiguous ? undefined : count;
    },
  };
}

function isDashed(data: Buffer, at: number): boolean {
  return data[at] === dash && data[at + 1] === dash;
}

/** What stands between the dashes and the white space at the end of the line. */
function nameOf(line: Buffer): string {
  let end = line.length;
  while (end > 2 && isPadding(line[end - 1])) end -= 1;
  return line.toString('latin1', 2, end);
}

function isPadding(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

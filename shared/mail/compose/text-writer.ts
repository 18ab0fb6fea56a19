/** Takes the readable text of a document piece by piece and lays it out as plain text. */
export interface TextWriter {
  /** White space is collapsed as HTML does, unless `keepSpaces` is on. */
  text(text: string): void;
  /** Makes sure that what follows begins a line, after `count - 1` empty lines. Nothing is added twice. */
  breakLines(count: number): void;
  newLine(): void;
  keepSpaces(on: boolean): void;
  done(): string;
}

/** Marks that take no room and only get in the way of plain text: soft hyphen, grapheme joiner, zero-width space, BOM. */
const invisible = /\u00ad|\u034f|\u200b|\ufeff/g;

/** An empty text to write to. */
export function createTextWriter(): TextWriter {
  const pieces: string[] = [];
  let pendingBreaks = 0;
  let pendingSpace = false;
  let atLineStart = true;
  let keeping = false;

  const flush = () => {
    if (pieces.length > 0) pieces.push('\n'.repeat(pendingBreaks));
    pendingBreaks = 0;
  };
  const collapsed = (text: string) => {
    const single = text.replace(/[ \t\r\n\f]+/g, ' ');
    const body = single.trim();
    if (body === '') {
      pendingSpace ||= single !== '';
      return;
    }
    const needsSpace = (pendingSpace || single.startsWith(' ')) && !atLineStart;
    flush();
    pieces.push(needsSpace ? ` ${body}` : body);
    pendingSpace = single.endsWith(' ');
    atLineStart = false;
  };
  return {
    text(text) {
      const visible = text.replace(invisible, '');
      if (!keeping) return collapsed(visible.replace(/\u00a0/g, ' '));
      flush();
      pieces.push(visible);
    },
    breakLines(count) {
      pendingBreaks = Math.max(pendingBreaks, count);
      atLineStart = true;
      pendingSpace = false;
    },
    newLine() {
      // Two at most: a tower of <br> is decoration.
      pendingBreaks = Math.min(pendingBreaks + 1, 2);
      atLineStart = true;
      pendingSpace = false;
    },
    keepSpaces(on) {
      keeping = on;
    },
    done: () => pieces.join('').trim(),
  };
}

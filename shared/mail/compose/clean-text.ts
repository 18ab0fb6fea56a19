/** What a header shows as space or not at all: C0, DEL, C1, line and paragraph separators, and white space itself. */
const blankRun = /[\s\p{Cc}\u2028\u2029]+/gu;

/** Controls that turn the reading direction of what follows, used to make `exe.pdf` out of `fdp.exe`. */
const directionControl = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Human text fit for a header field: every run of control characters and white space is one space, none at the ends,
 * and half a surrogate pair is U+FFFD. No line end can be in the result.
 */
export function cleanHeaderText(text: string): string {
  return text.toWellFormed().replace(blankRun, ' ').trim();
}

/** A file name as people are shown it: cleaned like header text, and without direction overrides. */
export function cleanFileName(name: string): string {
  return cleanHeaderText(name.replace(directionControl, ''));
}

/**
 * A body fit for a mail: LF line ends, no control characters but tab, no half surrogate pairs, and exactly one line end
 * at its end.
 */
export function cleanBody(text: string): string {
  const unified = text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
  let end = unified.length;
  while (end > 0 && unified[end - 1] === '\n') end -= 1;
  return `${unified.slice(0, end)}\n`;
}

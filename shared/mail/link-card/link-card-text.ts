import { type CardFile, cardTitle, type LinkCardOptions, toCardLine } from './card-file.ts';

const columns = 72;
const rule = '-'.repeat(columns);

/**
 * The link card for the plain text of a mail: for each file its name, size and expiry within 72 columns, and its link
 * alone on a line, unbroken, so that every client can open it. Empty when there are no files. Ends with a line end.
 * @throws PermanentMailError `ERR_SETTING` when a link is not an http(s) URL
 */
export function linkCardText(files: readonly CardFile[], options: LinkCardOptions): string {
  if (files.length === 0) return '';
  const entries = files
    .map(toCardLine)
    .map((file) => [...wrap(file.name), `${file.size}, ${file.expiry}`, file.url, '']);
  const lines = [`${cardTitle(files.length)}:`, '', ...entries.flat()];
  const framed = options.position === 'top' ? [...lines, rule, ''] : ['', rule, ...lines];
  return `${framed.join('\n')}\n`;
}

/** Lines of at most 72 characters, broken at spaces where there are any. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  let rest = [...text];
  while (rest.length > columns) {
    const space = rest.lastIndexOf(' ', columns);
    const end = space > 0 ? space : columns;
    lines.push(rest.slice(0, end).join(''));
    rest = rest.slice(space > 0 ? end + 1 : end);
  }
  return [...lines, rest.join('')];
}

import { PermanentMailError } from '../../errors/mail-error.ts';
import { cleanFileName } from '../compose/clean-text.ts';
import { expiryText } from './expiry-text.ts';
import { humanSize } from './human-size.ts';

/** A file that the reader fetches by link. */
export interface CardFile {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly url: string;
  readonly expiresAt: Date;
}

/** How the card sits in the mail. */
export interface LinkCardOptions {
  /** Where the card stands in the mail: it keeps its distance to that side. */
  readonly position: 'top' | 'bottom';
}

/** What the card says of one file, ready to be written. */
export interface CardLine {
  readonly name: string;
  /** Upper case, 1 to 4 letters or digits: `PDF`; `FILE` when the name has no such ending. */
  readonly kind: string;
  readonly size: string;
  readonly expiry: string;
  readonly url: string;
}

const maxNameCodePoints = 120;
const keptTailCodePoints = 20;
const cardUrl = /^https?:\/\/[\x21-\x3b\x3d\x3f-\x7e]+$/;

/** @throws PermanentMailError `ERR_SETTING` when the link is not an http(s) URL of printable ASCII without spaces */
export function toCardLine(file: CardFile): CardLine {
  if (!cardUrl.test(file.url)) {
    throw new PermanentMailError('ERR_SETTING', 'a link is not an http or https URL: check the public URL');
  }
  const clean = cleanFileName(file.fileName);
  return {
    name: shorten(clean === '' ? 'file' : clean),
    kind: (/\.([A-Za-z0-9]{1,4})$/.exec(clean)?.[1] ?? 'file').toUpperCase(),
    size: humanSize(file.sizeBytes),
    expiry: expiryText(file.expiresAt),
    url: file.url,
  };
}

/** The card's own headline: `1 file to download`, `3 files to download`. */
export function cardTitle(count: number): string {
  return `${count} ${count === 1 ? 'file' : 'files'} to download`;
}

/** Cut in the middle, so that the ending, which says what the file is, stays. */
function shorten(name: string): string {
  const chars = [...name];
  if (chars.length <= maxNameCodePoints) return name;
  return `${chars.slice(0, maxNameCodePoints - keptTailCodePoints - 1).join('')}…${chars.slice(-keptTailCodePoints).join('')}`;
}

import type { LinkRecord } from '../../shared/contracts/records.ts';
import { escapeHtml } from '../../shared/mail/html.ts';
import { humanSize } from '../../shared/mail/link-card/human-size.ts';
import { texts } from './texts.ts';

const timeFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** A time as HTML: in UTC as it stands, in the reader's own zone where the page's script runs. */
export function shownTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return 'a while ago';
  return `<time datetime="${at.toISOString()}">${timeFormat.format(at)} UTC</time>`;
}

type FileFacts = Pick<LinkRecord, 'fileName' | 'contentType' | 'sizeBytes'>;

/** A file as HTML: its kind, its name, its type and size. */
export function fileLine(file: FileFacts): string {
  const { fileName, sizeBytes } = file;
  return `<div class="file"><span class="kind" aria-hidden="true">${escapeHtml(shortKind(fileName))}</span>
<div class="what"><bdi class="name">${escapeHtml(fileName)}</bdi><span class="size">${escapeHtml(`${typeName(file)} · ${humanSize(sizeBytes)}`)}</span></div></div>`;
}

/** The ending of the name, when it is one; it is what decides how the reader's machine opens the file. */
function shortKind(fileName: string): string {
  const ending = /\.([A-Za-z0-9]{1,5})$/.exec(fileName)?.[1];
  return ending?.toUpperCase() ?? '•••';
}

const endings: readonly (readonly [keyof typeof texts.types, RegExp])[] = [
  ['pdf', /\.pdf$/i],
  ['image', /\.(?:png|jpe?g|gif|webp|avif|heic|bmp|tiff?)$/i],
  ['audio', /\.(?:mp3|m4a|wav|flac|ogg|aac)$/i],
  ['video', /\.(?:mp4|mov|webm|mpe?g|avi|mkv)$/i],
  ['table', /\.(?:csv|xlsx?|ods)$/i],
  ['slides', /\.(?:pptx?|odp)$/i],
  ['document', /\.(?:docx?|odt|rtf)$/i],
  ['archive', /\.(?:zip|gz|7z|tar|rar|xz)$/i],
  ['text', /\.(?:txt|log|md)$/i],
];

function typeName({ fileName }: FileFacts): string {
  const found = endings.find(([, pattern]) => pattern.test(fileName))?.[0];
  return texts.types[found ?? 'other'];
}

import { contentDisposition } from '../../shared/mail/content-disposition.ts';
import { servedContentType } from '../../shared/mail/content-type.ts';

/** What is served, by its name and by the content type that its sender declared. */
export interface ServedFile {
  readonly fileName: string;
  readonly contentType: string;
}

/**
 * What every answer of the gateway carries: nothing is kept by a cache, found by a search engine, read as another
 * type, framed, or told to the next site.
 */
export const guardHeaders: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'private, no-store',
  'X-Robots-Tag': 'noindex',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The headers under which the bytes of a stranger may leave: saved to disk, never run on this origin. */
export function fileHeaders(file: ServedFile): Record<string, string> {
  return {
    ...guardHeaders,
    'Content-Type': servedContentType(file.contentType),
    'Content-Disposition': contentDisposition(file.fileName),
    'Content-Security-Policy': "sandbox; default-src 'none'",
  };
}

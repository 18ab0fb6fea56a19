/** What a file is served as when its own type is not safe to give: a browser only saves it. @see RFC 2046 §4.5.1 */
const unknownType = 'application/octet-stream';

/** Types that no browser runs as a program. HTML, SVG, XML, XHTML and scripts are missing on purpose. */
const inertTypes: ReadonlySet<string> = new Set([
  'application/gzip',
  'application/msword',
  'application/pdf',
  'application/rtf',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
  'application/vnd.oasis.opendocument.presentation',
  'application/vnd.oasis.opendocument.spreadsheet',
  'application/vnd.oasis.opendocument.text',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/x-7z-compressed',
  'application/zip',
  'audio/aac',
  'audio/flac',
  'audio/mp4',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
  'audio/webm',
  'audio/x-wav',
  'image/avif',
  'image/bmp',
  'image/gif',
  'image/heic',
  'image/jpeg',
  'image/png',
  'image/tiff',
  'image/webp',
  'text/csv',
  'text/plain',
  'video/mp4',
  'video/mpeg',
  'video/ogg',
  'video/quicktime',
  'video/webm',
]);

/**
 * The content type that a file of strangers is served with: its own when the type is on the list of inert ones, else
 * `application/octet-stream`. Parameters are left out, so none of them can change what the type means.
 */
export function servedContentType(contentType: string): string {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return inertTypes.has(type) ? type : unknownType;
}

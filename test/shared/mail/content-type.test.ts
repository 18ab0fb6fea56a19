import { describe, expect, it } from 'vitest';
import { servedContentType } from '../../../shared/mail/content-type.ts';

describe('servedContentType', () => {
  it.each([
    'application/pdf',
    'application/zip',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'image/png',
    'image/jpeg',
    'text/plain',
    'text/csv',
    'audio/mpeg',
    'video/mp4',
  ])('D8 gives the inert type %s as it is', (type) => {
    expect(servedContentType(type)).toBe(type);
  });

  it.each([
    'text/html',
    'TEXT/HTML; charset=utf-8',
    ' text/html',
    'application/xhtml+xml',
    'image/svg+xml',
    'text/xml',
    'application/xml',
    'application/rss+xml',
    'application/mathml+xml',
    'text/xsl',
    'text/javascript',
    'application/javascript',
    'application/x-javascript',
    'application/ecmascript',
    'text/ecmascript',
    'text/vbscript',
    'application/x-shockwave-flash',
    'application/java-archive',
    'application/hta',
    'application/x-msdownload',
    'application/x-sh',
    'application/wasm',
    'text/css',
    'text/cache-manifest',
    'multipart/x-mixed-replace',
    'message/rfc822',
    'application/json',
    'text/calendar',
    'image/x-unknown',
    'application/octet-stream',
    '',
    '__proto__',
    'constructor',
    'image/png text/html',
  ])('E7 gives octet-stream for %j', (type) => {
    expect(servedContentType(type)).toBe('application/octet-stream');
  });

  it('E7 leaves parameters out', () => {
    expect(servedContentType('Text/Plain; charset=utf-7; x="\r\nA: b"')).toBe('text/plain');
  });
});

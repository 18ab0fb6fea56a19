import type { LinkRecord } from '../../shared/contracts/records.ts';
import { escapeHtml } from '../../shared/mail/html.ts';
import { guardHeaders } from './headers.ts';
import { pagePolicy, pageStyle } from './page-style.ts';
import { texts } from './texts.ts';

export type PageKind = 'unknown' | 'expired' | 'revoked' | 'gone' | 'refused' | 'unavailable';

const statusOf: Readonly<Record<PageKind, number>> = {
  unknown: 404,
  expired: 410,
  revoked: 410,
  gone: 410,
  refused: 403,
  unavailable: 503,
};

/** After this long a visitor, or a mail program, may try again; unit: seconds. */
const retryAfterSeconds = 60;

const feather =
  '<svg width="26" height="26" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="M6 16C4.5 9 11 3.5 20.5 3.5c0 8.5-5.5 14.5-12.5 13"/><path d="M3.5 20.5 14 10"/></svg>';

/** The answer for a link that gives no file. HEAD gets the same headers and no body. */
export function page(request: Request, kind: PageKind, link?: LinkRecord): Response {
  const html = render(kind, link);
  const headers: Record<string, string> = {
    ...guardHeaders,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(html)),
    'Content-Security-Policy': pagePolicy,
    ...(kind === 'unavailable' ? { 'Retry-After': String(retryAfterSeconds) } : {}),
  };
  return new Response(request.method === 'HEAD' ? null : html, { status: statusOf[kind], headers });
}

function render(kind: PageKind, link: LinkRecord | undefined): string {
  const { title, lead, advice } = texts[kind];
  const until = link === undefined ? '' : shownTime(link.linkExpiresAt);
  return `<!doctype html>
<html lang="${texts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} · ${texts.brand}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<div class="mark">${feather}</div>
<h1>${escapeHtml(title)}</h1>
<p class="lead">${escapeHtml(lead.replace('{until}', until))}</p>
${link === undefined ? '' : fileLine(link)}<p>${escapeHtml(advice)}</p>
<footer>${texts.brand}</footer>
</main>
</body>
</html>
`;
}

function fileLine(link: LinkRecord): string {
  const size = escapeHtml(shownSize(link.sizeBytes));
  return `<div class="file"><bdi class="name">${escapeHtml(link.fileName)}</bdi><span class="size">${size}</span></div>\n`;
}

const timeFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

function shownTime(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? 'a while ago' : `${timeFormat.format(at)} UTC`;
}

function shownSize(bytes: number): string {
  if (bytes === 1) return '1 byte';
  const units = ['bytes', 'kB', 'MB', 'GB'] as const;
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

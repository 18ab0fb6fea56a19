import { escapeHtml } from '../../shared/mail/html.ts';
import { guardHeaders } from './headers.ts';
import { pageScript, scriptPolicy } from './page-script.ts';
import { pageStyle, stylePolicy } from './page-style.ts';
import { texts } from './texts.ts';

export interface PageBody {
  readonly title: string;
  /** HTML between the mark and the footer, after the title. */
  readonly content: string;
  /** HTML before the title. */
  readonly mark?: string;
  /** Stands in the footer too. */
  readonly footnote?: string;
  /** The page looks again by itself after so many seconds. */
  readonly refreshSeconds?: number;
}

export interface PageAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where else a button of the page may lead, and an image may come from: the bucket that bytes are fetched from. */
  readonly fileOrigin?: string | undefined;
}

const feather =
  '<svg width="26" height="26" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="M6 16C4.5 9 11 3.5 20.5 3.5c0 8.5-5.5 14.5-12.5 13"/><path d="M3.5 20.5 14 10"/></svg>';

export const mark = `<div class="mark">${feather}</div>`;
export const warnMark = `<div class="mark warn">${feather}</div>`;

/** A whole page, as the answer to a request. HEAD gets the same headers and no body. */
export function pageResponse(request: Request, body: PageBody, answer: PageAnswer): Response {
  const html = render(body);
  const headers = {
    ...guardHeaders,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(html)),
    'Content-Security-Policy': policy(answer.fileOrigin, scriptOf(body)),
    ...answer.headers,
  };
  return new Response(request.method === 'HEAD' ? null : html, { status: answer.status, headers });
}

/** One script, one style, by their hashes; images and forms of our own; nothing else. */
function policy(fileOrigin: string | undefined, script: string | undefined): string {
  // Browsers hold a form to this list along its redirects too, so the bucket must stand there.
  const own = fileOrigin === undefined ? "'self'" : `'self' ${fileOrigin}`;
  return [
    "default-src 'none'",
    stylePolicy,
    ...(script === undefined ? [] : [scriptPolicy(script)]),
    `img-src ${own}`,
    `form-action ${own}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const scriptOf = ({ content, refreshSeconds }: PageBody) => pageScript(content, refreshSeconds);

function render(body: PageBody): string {
  const { title, content, mark: shown = mark, footnote } = body;
  const script = scriptOf(body);
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
${shown}
<h1>${escapeHtml(title)}</h1>
${content}
<footer><strong>${texts.brand}</strong> · ${escapeHtml([texts.promise, footnote].filter(Boolean).join(' '))}</footer>
</main>${script === undefined ? '' : `\n<script>${script}</script>`}
</body>
</html>
`;
}

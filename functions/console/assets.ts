import { readFileSync } from 'node:fs';
import { sha256Hex } from '../../shared/mail/hash.ts';
import { guardHeaders, pagePolicy } from './headers.ts';

const types = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const;

/** The files of the page, beside this one; nothing else is ever served from there. */
const names = [
  'index.html',
  'base.css',
  'bar.css',
  'list.css',
  'views.css',
  'parts.css',
  'mail.css',
  'sign-in.css',
  'icon.svg',
  'app.js',
  'dom.js',
  'format.js',
  'live.js',
  'mails.js',
  'mail-detail.js',
  'mail-links.js',
  'mail-replay.js',
  'mailbox.js',
  'queues.js',
  'alarms.js',
] as const;

export type AssetName = (typeof names)[number];

interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly entityTag: string;
}

/** Reads the page's files once and answers with them, or with `undefined` for any other name. */
export function loadAssets(folder = new URL('page/', import.meta.url)) {
  const assets = new Map<string, Asset>(names.map((name) => [name, load(name, folder)]));
  return (request: Request, name: string): Response | undefined => {
    const asset = assets.get(name);
    if (asset === undefined) return undefined;
    const headers = {
      ...guardHeaders,
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': pagePolicy,
      'Content-Type': asset.contentType,
      ETag: asset.entityTag,
    };
    if (request.headers.get('if-none-match') === asset.entityTag) return new Response(null, { status: 304, headers });
    return new Response(request.method === 'HEAD' ? null : asset.bytes, { headers });
  };
}

function load(name: AssetName, folder: URL): Asset {
  const bytes = new Uint8Array(readFileSync(new URL(name, folder)));
  const ending = name.slice(name.lastIndexOf('.') + 1) as keyof typeof types;
  const entityTag = `"${sha256Hex(Buffer.from(bytes).toString('latin1')).slice(0, 32)}"`;
  return { bytes, contentType: types[ending], entityTag };
}

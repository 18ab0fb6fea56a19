import type { LinkRecord } from '../../shared/contracts/records.ts';
import { escapeHtml } from '../../shared/mail/html.ts';
import { mark, pageResponse, warnMark } from './page-shell.ts';
import { fileLine, shownTime } from './shown.ts';
import { texts } from './texts.ts';

export type PageKind =
  | 'unknown'
  | 'expired'
  | 'revoked'
  | 'gone'
  | 'spent'
  | 'scanning'
  | 'infected'
  | 'unscannable'
  | 'stale'
  | 'asked'
  | 'packing'
  | 'packed'
  | 'unpackable'
  | 'limited'
  | 'refused'
  | 'unavailable';

const statusOf: Readonly<Record<PageKind, number>> = {
  unknown: 404,
  expired: 410,
  revoked: 410,
  gone: 410,
  spent: 410,
  scanning: 202,
  infected: 403,
  unscannable: 403,
  stale: 410,
  asked: 200,
  packing: 202,
  packed: 200,
  unpackable: 409,
  limited: 429,
  refused: 403,
  unavailable: 503,
};

/** Pages of something that takes a moment look again by themselves. Unit: seconds. */
const refreshOf: Partial<Record<PageKind, number>> = { scanning: 10, packing: 3 };
/** Pages after which a new link may be asked for. */
const mayAsk: ReadonlySet<PageKind> = new Set(['expired', 'spent']);
const calm: ReadonlySet<PageKind> = new Set(['asked', 'packing', 'packed', 'scanning']);
/** After this long a visitor, or a mail program, may try again; unit: seconds. */
const retryAfterSeconds = 60;

export interface PageFacts {
  /** Shown by name; absent for what must tell nothing. */
  readonly link?: LinkRecord | undefined;
  /** The way back to the file's page, relative to the address asked. */
  readonly home?: string;
  readonly retryAfterSeconds?: number;
  readonly fileOrigin?: string | undefined;
}

/** The page for a link that gives no file now, or that has something to say first. */
export function page(request: Request, kind: PageKind, facts: PageFacts = {}): Response {
  const { title, lead, advice } = texts[kind];
  const { link, home } = facts;
  const until = link === undefined ? '' : shownTime(link.linkExpiresAt);
  const content = [
    `<p class="lead">${escapeHtml(lead).replace('{until}', until)}</p>`,
    link === undefined ? '' : fileLine(link),
    kind === 'packing' || kind === 'scanning' ? '<div class="wait"></div>' : '',
    advice === '' ? '' : `<p class="advice">${escapeHtml(advice)}</p>`,
    home === undefined ? '' : action(kind, home),
  ];
  const wait = facts.retryAfterSeconds ?? (kind === 'scanning' ? refreshOf.scanning : retryAfterSeconds);
  const isPassing = kind === 'unavailable' || kind === 'limited' || kind === 'scanning';
  const refreshSeconds = refreshOf[kind];
  return pageResponse(
    request,
    {
      title,
      content: content.filter((part) => part !== '').join('\n'),
      mark: calm.has(kind) ? mark : warnMark,
      ...(refreshSeconds === undefined ? {} : { refreshSeconds }),
    },
    {
      status: statusOf[kind],
      fileOrigin: facts.fileOrigin,
      ...(isPassing ? { headers: { 'Retry-After': String(wait) } } : {}),
    },
  );
}

/** What the visitor can do from here. */
function action(kind: PageKind, home: string): string {
  if (mayAsk.has(kind)) {
    return `<form method="post" action="${home}/ask"><button>${texts.ask.button}</button></form>
<p class="hint">${escapeHtml(texts.ask.hint)}</p>`;
  }
  if (kind === 'packed')
    return `<form method="post" action="${home}/zip"><button>${texts.archiveReady}</button></form>`;
  if (kind === 'packing' || kind === 'scanning') return again;
  if (kind === 'stale' || kind === 'unpackable') return back(home);
  return '';
}

/** To the same address: what a page with a script does by itself. */
const again = `<form><button class="second">${texts.again}</button></form>`;

const back = (home: string) => `<form action="${home}"><button class="second">${texts.back}</button></form>`;

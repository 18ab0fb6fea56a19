import type { VisitorKind } from '../records/link-visits.ts';

/** Names by which mail gateways, chat programs and crawlers tell what they are. A name is a hint, never a proof. */
const scanners = new RegExp(
  [
    'bot\\b|crawl|spider|slurp|preview|scanner|link-?check|urlcheck|safelinks|safe links',
    'barracuda|proofpoint|mimecast|messagelabs|symantec|trendmicro|trend micro|fortinet|fortiguard|forcepoint|websense',
    'ironport|cisco-|sophos|kaspersky|avast|avg |bitdefender|eset|mcafee|checkpoint|zscaler|cloudmark|vade|hornet',
    'office 365|microsoft office|ms-office|outlook-|skypeuripreview|microsoftpreview|bingpreview|teams/',
    'slack|telegram|whatsapp|facebookexternalhit|twitter|linkedin|discord|embedly|googleimageproxy|google-safety',
    'yahoomailproxy|applebot|urlscan|virustotal|phishtank|wget-scan',
  ].join('|'),
  'i',
);

const browser = /^mozilla\/5\.0 \(/i;
const aheadFields = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'] as const;

/** Longer names are cut before they are looked at. */
const mostCharacters = 512;

/**
 * What came, as far as its request tells: a browser that loads ahead says so, link scanners mostly do, and what does
 * not even call itself a browser is a program.
 * @see https://wicg.github.io/nav-speculation/prefetch.html for `Sec-Purpose`
 */
export function visitorKind(headers: Headers): VisitorKind {
  if (aheadFields.some((name) => /prefetch|prerender|preview/i.test(headers.get(name) ?? ''))) return 'prefetch';
  const agent = (headers.get('user-agent') ?? '').slice(0, mostCharacters);
  if (scanners.test(agent)) return 'scanner';
  return browser.test(agent) ? 'person' : 'program';
}

/** Whether a download by such a visitor counts: scanners and browsers that load ahead fetch for nobody. */
export function isCounted(kind: VisitorKind): boolean {
  return kind === 'person' || kind === 'program';
}

/**
 * Whether a request that changes something comes from the console's own page, or from no browser at all. Browsers tell
 * where a request was made: `Sec-Fetch-Site`, and `Origin` on every POST; another site's page can forge neither.
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') return false;
  const origin = request.headers.get('origin');
  if (origin === null) return true;
  const host = request.headers.get('host') ?? new URL(request.url).host;
  return URL.canParse(origin) && new URL(origin).host === host;
}

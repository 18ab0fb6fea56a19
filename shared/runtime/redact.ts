const longestRun = 2000;
const address = /([^\s<>"',;:()[\]@]{1,64})@([A-Za-z0-9.-]{1,253})/g;
const linkToken = /(\/f\/[A-Za-z0-9_-]{6})[A-Za-z0-9_-]+/g;
const urlQuery = /(https?:\/\/[^\s"'?]{1,500})\?[^\s"']*/g;

/**
 * Takes what must not stand in a log out of any text: addresses (three letters and the domain stay), link tokens
 * (six characters stay) and the queries of URLs, where signatures are. Long text is cut.
 */
export function redact(text: string): string {
  const cut = text.length > longestRun ? `${text.slice(0, longestRun)}…` : text;
  return cut
    .replace(urlQuery, '$1?…')
    .replace(linkToken, '$1…')
    .replace(address, (_whole, local: string, domain: string) => `${local.slice(0, 3)}****@${domain}`);
}

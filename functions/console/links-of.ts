const webAddress = /https?:\/\/[^\s"'<>\\^`{|}]{1,2000}/gi;
const mostLinks = 200;

/** The web addresses in a mail's HTML and text, each once, in order. */
export function linksOf(html: string, text: string): string[] {
  const fromHtml = (html.match(webAddress) ?? []).map((link) => link.replaceAll('&amp;', '&'));
  const fromText = (text.match(webAddress) ?? []).map((link) => link.replace(/[.,;:!?)\]]+$/, ''));
  return [...new Set([...fromHtml, ...fromText])].filter((link) => URL.canParse(link)).slice(0, mostLinks);
}

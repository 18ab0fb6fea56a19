/** Elements without content or end tag. @see HTML §13.1.2 */
const voidElements = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));

/** Elements that end where a sibling of the same name begins. @see HTML §13.1.2.4 */
const selfEnding = new Set('p li td th tr dt dd option'.split(' '));

/** Elements that no mail program shows. */
const hiddenElements = new Set('head template object svg math datalist'.split(' '));

/** Elements that stand within a line of text; every other tag separates words. */
const inlineElements = new Set(
  'a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup tt u var wbr'.split(
    ' ',
  ),
);

export function isVoid(name: string): boolean {
  return voidElements.has(name);
}

export function isInline(name: string): boolean {
  return inlineElements.has(name);
}

export interface Visibility {
  /** @param start where the tag begins in `html`, `end` where it ends */
  open(name: string, html: string, start: number, end: number): void;
  close(name: string): void;
  isHidden(): boolean;
}

/**
 * Follows open elements and says whether text at this place is shown. It reads `hidden` and inline styles; style sheets
 * are not evaluated. End tags without a start tag are ignored, so each element is pushed and popped once.
 */
export function createVisibility(): Visibility {
  const stack: { readonly name: string; readonly hides: boolean }[] = [];
  const openCounts = new Map<string, number>();
  let hiddenDepth = 0;
  const pop = () => {
    const top = stack.pop();
    if (top === undefined) return undefined;
    openCounts.set(top.name, (openCounts.get(top.name) ?? 1) - 1);
    if (top.hides) hiddenDepth -= 1;
    return top.name;
  };
  const close = (name: string) => {
    if ((openCounts.get(name) ?? 0) === 0) return;
    while (pop() !== name);
  };
  return {
    open(name, html, start, end) {
      if (isVoid(name)) return;
      if (name === 'body') close('head');
      if (selfEnding.has(name) && stack.at(-1)?.name === name) pop();
      const hides = hiddenElements.has(name) || hidesContent(html, start, end);
      stack.push({ name, hides });
      openCounts.set(name, (openCounts.get(name) ?? 0) + 1);
      if (hides) hiddenDepth += 1;
    },
    close,
    isHidden: () => hiddenDepth > 0,
  };
}

const styleValue = /\sstyle\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i;
const hidingStyle =
  /(?:^|;)(?:display:none|visibility:hidden|mso-hide:all|font-size:0(?:\.0+)?(?:px|pt|em|rem|%)?(?:!|;|$))/;

/** Longer tags carry embedded data, not styles worth reading. Unit: characters. */
const maxTagLength = 4096;

function hidesContent(html: string, start: number, end: number): boolean {
  if (end - start < '<p hidden>'.length) return false;
  const head = html.slice(start, Math.min(end, start + maxTagLength));
  if (!/style|hidden/i.test(head)) return false;
  if (/\shidden(?=[\s=>/])/i.test(head.replace(/"[^"]*"|'[^']*'/g, '""'))) return true;
  const style = styleValue.exec(head);
  if (style === null) return false;
  const value = (style[1] ?? style[2] ?? style[3] ?? '').toLowerCase().replace(/\s+/g, '');
  return hidingStyle.test(value);
}

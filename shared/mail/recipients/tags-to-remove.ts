import { isVoid } from './html-visibility.ts';
import type { Range } from './markers.ts';
import type { HtmlToken } from './project-html.ts';

/**
 * Which tags go when ranges of the source are cut out, by where they start: those that open and close within one
 * range, void ones, and links that begin there, with their end tags. All others hold the structure around the range.
 */
export function tagsToRemove(tokens: readonly HtmlToken[], ranges: readonly Range[]): ReadonlySet<number> {
  const removed = new Set<number>();
  let index = 0;
  let openLinks = 0;
  for (const range of ranges) {
    for (; (tokens[index]?.start ?? range.start) < range.start; index += 1) dropLinkEnd(tokens[index]);
    const first = index;
    while ((tokens[index]?.end ?? Number.POSITIVE_INFINITY) <= range.end) index += 1;
    openLinks += removeWithin(tokens.slice(first, index), removed);
  }
  for (; index < tokens.length; index += 1) dropLinkEnd(tokens[index]);
  return removed;

  function dropLinkEnd(token: HtmlToken | undefined): void {
    if (openLinks === 0 || token?.kind !== 'close' || token.name !== 'a') return;
    removed.add(token.start);
    openLinks -= 1;
  }
}

/** Marks the tags of one range and returns how many links begin there and end later. */
function removeWithin(tokens: readonly HtmlToken[], removed: Set<number>): number {
  const open = createOpenTags();
  let links = 0;
  for (const token of tokens) {
    if (token.kind === 'open' && isVoid(token.name)) removed.add(token.start);
    else if (token.kind === 'open') open.push(token);
    else if (token.kind === 'close' && open.has(token.name)) close(token);
  }
  for (let top = open.pop(); top !== undefined; top = open.pop()) leave(top);
  return links;

  function close(token: HtmlToken): void {
    let top = open.pop();
    for (; top !== undefined && top.name !== token.name; top = open.pop()) leave(top);
    if (top === undefined) return;
    removed.add(top.start);
    removed.add(token.start);
  }

  function leave(token: HtmlToken): void {
    if (token.name !== 'a') return;
    removed.add(token.start);
    links += 1;
  }
}

/** A stack that knows which names it holds, so that an end tag without its start tag costs no search. */
function createOpenTags() {
  const stack: HtmlToken[] = [];
  const counts = new Map<string, number>();
  const count = (name: string, by: number) => counts.set(name, (counts.get(name) ?? 0) + by);
  return {
    push(token: HtmlToken): void {
      stack.push(token);
      count(token.name, 1);
    },
    pop(): HtmlToken | undefined {
      const top = stack.pop();
      if (top !== undefined) count(top.name, -1);
      return top;
    },
    has: (name: string): boolean => (counts.get(name) ?? 0) > 0,
  };
}

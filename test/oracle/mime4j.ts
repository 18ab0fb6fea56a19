import type { OracleLeaf } from './stalwart.ts';

/** An element of the oracle's account, which is XML without namespaces, entities in what is used here, or processing instructions. */
interface Element {
  readonly name: string;
  readonly file?: string;
  readonly children: Element[];
}

/**
 * Reads the elements of one account; text is passed over.
 * @throws Error when the tags do not match
 */
function readElements(xml: string): Element {
  const root: Element = { name: '', children: [] };
  const open = [root];
  for (let at = xml.indexOf('<'); at >= 0; at = xml.indexOf('<', at)) {
    if (xml.startsWith('<![CDATA[', at)) {
      at = after(xml, ']]>', at);
      continue;
    }
    const end = after(xml, '>', at);
    const tag = xml.slice(at + 1, end - 1);
    at = end;
    if (tag.startsWith('?') || tag.startsWith('!')) continue;
    if (tag.startsWith('/')) close(open, tag.slice(1));
    else openElement(open, tag);
  }
  if (open.length !== 1) throw new Error('an element is never closed');
  return root;
}

function openElement(open: Element[], tag: string): void {
  const isEmpty = tag.endsWith('/');
  const [name = ''] = tag.split(/[\s/]/, 1);
  const mark = 'name="';
  const from = tag.indexOf(mark);
  const file = from < 0 ? undefined : tag.slice(from + mark.length, tag.indexOf('"', from + mark.length));
  const element: Element = { name, children: [], ...(file === undefined ? {} : { file }) };
  open.at(-1)?.children.push(element);
  if (!isEmpty) open.push(element);
}

function close(open: Element[], name: string): void {
  if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`);
}

function after(xml: string, mark: string, from: number): number {
  const found = xml.indexOf(mark, from);
  if (found < 0) throw new Error(`${mark} is missing`);
  return found + mark.length;
}

/** A leaf whose content stands in a file of the oracle's; an enclosed mail has none. */
export type Mime4jLeaf = { readonly kind: 'text' | 'binary' | 'message'; readonly file?: string };

/** The leaves of a mail in the order of the mail, from the account whose bodies are decoded. */
export function mime4jLeaves(xml: string): Mime4jLeaf[] {
  const message = readElements(xml).children.find(({ name }) => name === 'message');
  return message === undefined ? [] : leavesUnder(message);
}

function leavesUnder(element: Element): Mime4jLeaf[] {
  return element.children.flatMap((child): Mime4jLeaf[] => {
    if (child.name === 'text-body') return [{ kind: 'text', ...(child.file && { file: child.file }) }];
    if (child.name === 'binary-body') return [{ kind: 'binary', ...(child.file && { file: child.file }) }];
    if (child.name === 'message') return [{ kind: 'message' }];
    return child.name === 'multipart' || child.name === 'body-part' ? leavesUnder(child) : [];
  });
}

/** As `differences` takes it. */
export function toOracleLeaf(leaf: Mime4jLeaf, read: (file: string) => Buffer): OracleLeaf {
  if (leaf.file === undefined) return { isNameless: true };
  const bytes = read(leaf.file);
  return leaf.kind === 'binary' ? { bytes, isNameless: true } : { encodedText: bytes, isNameless: true };
}

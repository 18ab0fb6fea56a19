import { PermanentMailError } from '../../errors/mail-error.ts';
import { parseFieldParameters } from './field-parameters.ts';
import type { ScanLimits, ScannedField, ScannedPart } from './scan-types.ts';

/** A part just added, and the boundary that divides it when it is multipart. */
export interface NewPart {
  readonly part: ScannedPart;
  readonly boundary?: string;
}

/** The parts of one mail as they are found. */
export interface PartTree {
  readonly root: ScannedPart | undefined;
  /** Parts without the root. */
  readonly count: number;
  /**
   * Adds the part that a header block describes. The first of two fields of one name counts.
   * @throws ERR_TOO_MANY_PARTS, ERR_TOO_DEEP, ERR_BOUNDARY (multipart without a usable boundary)
   */
  add(parent: ScannedPart | undefined, fields: readonly ScannedField[], headerStart: number): NewPart;
  /** Takes a part out again that turned out to be nothing. */
  drop(part: ScannedPart): void;
}

/** No line of a mail can carry a longer one. @see RFC 5322 §2.1.1 */
const maxBoundaryBytes = 994;
const mediaType = /^[^\s/;]+\/[^\s/;]+$/;

/** Makes an empty tree. */
export function createPartTree(limits: ScanLimits): PartTree {
  let root: ScannedPart | undefined;
  let count = 0;
  return {
    get root() {
      return root;
    },
    get count() {
      return count;
    },
    add(parent, fields, headerStart) {
      if (parent !== undefined) count += 1;
      if (count > limits.parts) {
        throw new PermanentMailError('ERR_TOO_MANY_PARTS', `more than ${limits.parts} parts`);
      }
      const added = toPart(parent, fields, headerStart);
      if (added.part.isMultipart && depthOf(added.part) > limits.depth) {
        throw new PermanentMailError('ERR_TOO_DEEP', `parts nested more than ${limits.depth} deep`);
      }
      if (parent === undefined) root = added.part;
      else parent.children.push(added.part);
      return added;
    },
    drop(part) {
      if (part.parent?.children.at(-1) !== part) return;
      part.parent.children.pop();
      count -= 1;
    },
  };
}

function toPart(parent: ScannedPart | undefined, fields: readonly ScannedField[], headerStart: number): NewPart {
  const type = parseFieldParameters(firstValue(fields, 'content-type') ?? '');
  const fallback = parent?.contentType === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  // Behind white space stands nothing that is known: a parameter was told apart before.
  const [named = ''] = type.value.split(' ', 1);
  const contentType = mediaType.test(named) ? named : fallback;
  const isMultipart = contentType.startsWith('multipart/');
  const part: ScannedPart = {
    path: pathOf(parent, isMultipart),
    contentType,
    transferEncoding: transferEncodingOf(fields),
    isMultipart,
    ...(parent === undefined ? {} : { parent }),
    children: [],
    headerStart,
    bodyStart: headerStart,
    bodyEnd: headerStart,
  };
  return isMultipart ? { part, boundary: toBoundary(type.parameters.get('boundary')) } : { part };
}

function firstValue(fields: readonly ScannedField[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value;
}

function pathOf(parent: ScannedPart | undefined, isMultipart: boolean): string {
  if (parent === undefined) return isMultipart ? '' : '1';
  const number = parent.children.length + 1;
  return parent.path === '' ? `${number}` : `${parent.path}.${number}`;
}

function transferEncodingOf(fields: readonly ScannedField[]): string {
  const value = parseFieldParameters(firstValue(fields, 'content-transfer-encoding') ?? '').value;
  return value === '' ? '7bit' : value;
}

/** The boundary as the bytes of its lines read: latin1, without white space at its end. */
function toBoundary(value: string | undefined): string {
  const boundary = Buffer.from((value ?? '').trimEnd(), 'utf8').toString('latin1');
  if (boundary !== '' && boundary.length <= maxBoundaryBytes) return boundary;
  throw new PermanentMailError(
    'ERR_BOUNDARY',
    `multipart with a boundary of ${boundary.length} bytes, allowed 1 to 994`,
  );
}

function depthOf(part: ScannedPart): number {
  let depth = 0;
  for (let at: ScannedPart | undefined = part; at !== undefined; at = at.parent) depth += 1;
  return depth;
}

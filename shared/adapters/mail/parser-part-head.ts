import libmime from 'libmime';
import type { HeaderField, PartHead } from '../../contracts/parsed-mail.ts';
import { mendLostSemicolon } from '../../mail/mime-scan/lost-semicolon.ts';
import type { ScannedPart } from '../../mail/mime-scan/scan-types.ts';
import { decodeEncodedWords } from './parser-encoded-words.ts';
import { mendJapaneseParameters } from './parser-japanese.ts';
import { toPlainLine } from './parser-plain-text.ts';

/** How a text part is to be read. */
export interface TextForm {
  /** As the sender names it; absent when he does not. */
  readonly charset?: string;
  /** RFC 3676 §4. */
  readonly isFlowed: boolean;
  readonly isDelSp: boolean;
}

/** A leaf as the pipeline sees it, and what it is to the mail. */
export interface LeafHead {
  readonly head: PartHead;
  /** Whether it is text that a reader of the mail sees at once; everything else is a file. */
  readonly isBody: boolean;
  readonly form: TextForm;
}

/** Where a part stands in the mail, as far as its head depends on it; can cross a thread. */
export interface PartFacts {
  readonly path: string;
  readonly contentType: string;
  readonly transferEncoding: string;
  readonly isRoot: boolean;
  /** Content types of the multiparts around it, outermost first. */
  readonly within: readonly string[];
}

/** The facts of a part that the scan found. */
export function toPartFacts(part: ScannedPart): PartFacts {
  const { path, contentType, transferEncoding } = part;
  return { path, contentType, transferEncoding, isRoot: part.parent === undefined, within: typesAround(part) };
}

/** What the name of a parameter is made of; one with other characters is none. @see RFC 2045 §5.1 */
const token = /^[!#-'*+\-.0-9A-Z^-~]+$/i;

const bodyTypes = new Set(['text/plain', 'text/html']);

/**
 * Reads the fields of a leaf. Text is body unless it is an attachment by disposition or bears a file name; the only part
 * of a mail is body with a name as well, since nothing else could be.
 */
export function toLeafHead(part: PartFacts, fields: readonly HeaderField[]): LeafHead {
  const type = parseField(fields, 'content-type');
  const { value: dispositionValue, parameter } = parseField(fields, 'content-disposition');
  const disposition = toDisposition(dispositionValue);
  const fileName = toPlainLine(parameter('filename') || type.parameter('name') || '');
  const contentId = toPlainLine(firstValue(fields, 'content-id') ?? '').replace(/^<|>$/g, '');
  const head: PartHead = {
    path: part.path,
    contentType: part.contentType,
    ...(fileName === '' ? {} : { fileName }),
    ...(disposition === undefined ? {} : { disposition }),
    ...(contentId === '' ? {} : { contentId }),
    transferEncoding: part.transferEncoding,
    typeParameters: type.all(),
    within: part.within,
  };
  const mayBeNamed = part.isRoot;
  const isBody = bodyTypes.has(part.contentType) && disposition !== 'attachment' && (mayBeNamed || fileName === '');
  return { head, isBody, form: toTextForm(part, type.parameter) };
}

function toTextForm(part: PartFacts, parameter: (name: string) => string | undefined): TextForm {
  const charset = parameter('charset')?.trim();
  const isFlowed = part.contentType === 'text/plain' && parameter('format')?.trim().toLowerCase() === 'flowed';
  const isDelSp = isFlowed && parameter('delsp')?.trim().toLowerCase() === 'yes';
  return { ...(charset === undefined || charset === '' ? {} : { charset }), isFlowed, isDelSp };
}

function typesAround(part: ScannedPart): string[] {
  const types: string[] = [];
  for (let around = part.parent; around !== undefined; around = around.parent) types.unshift(around.contentType);
  return types;
}

interface ParsedField {
  readonly value: string;
  parameter(name: string): string | undefined;
  all(): Readonly<Record<string, string>>;
}

/** A field with its parameters decoded: RFC 2231 pieces and charsets, or RFC 2047 words, which many senders use instead. */
function parseField(fields: readonly HeaderField[], name: string): ParsedField {
  const field = mendJapaneseParameters(mendLostSemicolon(firstValue(fields, name) ?? ''));
  const parsed = libmime.parseHeaderValue(field, { stripComments: true });
  const parameters = new Map(Object.entries(parsed.params));
  const decoded = new Set(parsed.decodedParams);
  const parameter = (key: string) => {
    const text = parameters.get(key);
    // What RFC 2231 decoded is not decoded again: a name may well spell an encoded-word.
    return text === undefined || decoded.has(key) ? text : decodeEncodedWords(text);
  };
  const all = () =>
    Object.fromEntries(
      [...parameters.keys()]
        .filter((key) => token.test(key))
        .map((key) => [key, toPlainLine(parameter(key) ?? '')] as const),
    );
  return { value: parsed.value, parameter, all };
}

function firstValue(fields: readonly HeaderField[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value;
}

/** A disposition that is not known is an attachment (RFC 2183 §2.8); what is no word of the grammar of §2 is none. */
function toDisposition(value: string): 'attachment' | 'inline' | undefined {
  const plain = value.trim().toLowerCase();
  if (!token.test(plain)) return undefined;
  return plain === 'inline' ? 'inline' : 'attachment';
}

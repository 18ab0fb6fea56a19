import type { PartNode } from '../../shared/contracts/parsed-mail.ts';
import type { Random } from './random.ts';
import { digest, type FileRead, type Reading, readMail } from './read-mail.ts';

/** What one mail came to: how it ended, and what was wrong with that, when something was. */
export interface Checked {
  readonly end: string;
  readonly problems: readonly string[];
  readonly ms: number;
}

const maxMs = 5000;
/** One mail in so many is read a second time, cut another way. */
const chunkingSample = 8;

/** Reads one mail and checks everything that must hold of any mail at all. */
export async function checkMail(raw: Buffer, random: Random): Promise<Checked> {
  const started = performance.now();
  const sizes = sizesOf(random, raw.length);
  const reading = await readMail(raw, sizes);
  const ms = performance.now() - started;
  const problems = [...problemsOf(raw, reading)];
  if (ms > maxMs) problems.push(`it takes ${ms.toFixed(0)} ms`);
  if (isPolluted()) problems.push('a prototype is changed');
  if (random.below(chunkingSample) === 0) {
    const other = sizesOf(random, raw.length);
    if (digest(await readMail(raw, other)) !== digest(reading)) {
      problems.push(`cut at ${sizes} and at ${other} it reads differently`);
    }
  }
  return { end: endOf(reading), problems, ms };
}

/** Byte by byte takes its time: small mails only. */
const maxBytewise = 2048;

function sizesOf(random: Random, bytes: number): number[] {
  return bytes < maxBytewise && random.below(4) === 0
    ? [1 + random.below(4)]
    : [1 + random.below(700), 1 + random.below(90), 65536];
}

function endOf(reading: Reading): string {
  if (reading.end === 'refused') return reading.code;
  return reading.end;
}

function* problemsOf(raw: Buffer, reading: Reading): Generator<string> {
  if (reading.end === 'fault') yield reading.fault;
  if (reading.end !== 'read') return;
  const { mail, files } = reading;
  if (mail.sizeBytes !== raw.length) yield `${mail.sizeBytes} of ${raw.length} bytes were read`;
  const leaves = leavesOf(mail.root);
  yield* problemsOfTree(raw, leaves);
  yield* problemsOfFiles(raw, leaves, files);
  const isEmpty = (mail.text ?? '').trim() === '' && (mail.html ?? '').trim() === '' && files.length === 0;
  const hadInk = leaves.some((leaf) =>
    hasInk(decodedSimply(raw.subarray(leaf.bodyStart, leaf.bodyEnd), leaf.transferEncoding)),
  );
  if (isEmpty && hadInk) yield 'an empty mail is made of one that has content';
  const { fields: _raw, ...head } = mail.head;
  const told = JSON.stringify([head, files.map(({ head: file }) => file)], (_key, value) =>
    typeof value === 'string' ? value.replace(/[^\0-\x1f\x7f]/g, '') : value,
  );
  if (/\\u00|\\[rntbf]|\x7f/.test(told)) yield 'a decoded field holds controls';
}

function leavesOf(node: PartNode): PartNode[] {
  if (node.contentType.startsWith('multipart/')) return node.children.flatMap(leavesOf);
  return [node];
}

function* problemsOfTree(raw: Buffer, leaves: readonly PartNode[]): Generator<string> {
  let before = 0;
  for (const { path, headerStart, bodyStart, bodyEnd } of leaves) {
    if (headerStart < before || bodyStart < headerStart || bodyEnd < bodyStart || bodyEnd > raw.length) {
      yield `part ${path} overlaps another`;
    }
    before = bodyEnd;
  }
}

function* problemsOfFiles(raw: Buffer, leaves: readonly PartNode[], files: readonly FileRead[]): Generator<string> {
  for (const { head, bytes } of files) {
    const node = leaves.find(({ path }) => path === head.path);
    if (node === undefined) yield `file ${head.path} is no part`;
    else if (!isSame(raw.subarray(node.bodyStart, node.bodyEnd), head.transferEncoding, bytes)) {
      yield `file ${head.path} has other bytes than its part`;
    }
  }
}

/**
 * Node's own decoder is the judge of base64 that has nothing foreign and no padding inside. Words that are only labelled
 * as base64 may come as they stand instead, without the blanks before them, and whole.
 */
function isSame(encoded: Buffer, transferEncoding: string, bytes: Buffer): boolean {
  if (transferEncoding === 'quoted-printable') return true;
  if (transferEncoding !== 'base64') return bytes.equals(encoded);
  const text = encoded.toString('latin1');
  const isWords = (text.match(/[^ \t\r\n][ \t]+(?=[^ \t\r\n])/g)?.length ?? 0) >= 2;
  if (isWords && bytes.toString('latin1') === text.trimStart()) return true;
  const plain = text.replace(/[ \t\r\n]/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) return true;
  return bytes.equals(Buffer.from(plain, 'base64'));
}

/** By other code than the parser's: blanks that are spelled `=20` or `ICAg` are blanks. @see RFC 2045 §6.7, §6.8 */
function decodedSimply(encoded: Buffer, transferEncoding: string): Buffer {
  const text = encoded.toString('latin1');
  if (transferEncoding === 'base64') return Buffer.from(text, 'base64');
  if (transferEncoding !== 'quoted-printable') return encoded;
  const joined = text.replace(/=[ \t]*\r?\n/g, '');
  return Buffer.from(
    joined.replace(/=([0-9A-Fa-f]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

function hasInk(bytes: Buffer): boolean {
  return bytes.some((byte) => byte > 0x20 && byte !== 0x7f && byte !== 0x3d && byte < 0x80);
}

function isPolluted(): boolean {
  for (const _name in {}) return true;
  for (const _name in []) return true;
  return Reflect.get({}, 'polluted') !== undefined;
}

import type { Random } from './random.ts';

/** What parsers trip over: structure, encodings, controls, names that a careless object would inherit. */
const tokens = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  '\r\n\r\n',
  '\n\n',
  '--',
  '\r\n--',
  '--\r\n',
  '=',
  '=\r\n',
  '=3D',
  '====',
  ' ',
  '\t',
  ';',
  ':',
  '"',
  '(',
  ')',
  '<',
  '>',
  ',',
  '@',
  '\\',
  '\x1b$B',
  '\ufeff',
  'From x\n',
  '>From y\r\n',
  'no colon here\r\n',
  '\r\nSubject: =?utf-8?B?4pyT?= =?utf-8?Q?a=0D=0ABcc:_x@y.example?=',
  '\r\nFrom: a@x.example, "b" <b@y.example>, g: c@z.example;',
  '\r\nContent-Type: multipart/mixed; boundary=b',
  '\r\nContent-Type: multipart/alternative; boundary="b--"',
  '\r\nContent-Type: multipart/digest; boundary=""',
  '\r\nContent-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\n',
  '\r\nContent-Type: text/html; charset=utf-7',
  '\r\nContent-Type: text/plain; charset=utf-16le; format=flowed; delsp=yes',
  '\r\nContent-Type: text/plain; charset=iso-2022-jp',
  '\r\nContent-Type: application/ms-tnef; name=winmail.dat',
  '\r\nContent-Transfer-Encoding: base64\r\n',
  '\r\nContent-Transfer-Encoding: quoted-printable\r\n',
  "\r\nContent-Disposition: attachment; filename*0*=utf-8''%0D%0A; filename*1=x",
  '\r\nContent-Disposition: attachment; __proto__=1; constructor=2; filename=__proto__',
  '\r\n__proto__: polluted\r\nconstructor: x\r\nprototype: y\r\n',
  '\r\n--b\r\n',
  '\r\n--b--\r\n',
].map((token) => Buffer.from(token));

/** A mutated mail is never larger. Unit: bytes. */
const maxBytes = 32 * 1024;

/** A mail, changed in one to six places. @param others mails to take pieces from */
export function mutate(mail: Buffer, others: readonly Buffer[], random: Random): Buffer {
  let mutated = mail.subarray(0, maxBytes);
  const count = 1 + random.below(6);
  for (let done = 0; done < count; done += 1) {
    mutated = random.pick(mutations)(mutated, random, others).subarray(0, maxBytes);
  }
  return mutated;
}

type Mutation = (mail: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

const mutations: readonly Mutation[] = [
  (mail, random) => insert(mail, random.below(mail.length + 1), random.pick(tokens)),
  (mail, random) => insert(mail, lineStart(mail, random), random.pick(tokens)),
  (mail, random) => insert(mail, random.below(mail.length + 1), random.bytes(1 + random.below(20))),
  (mail, random) => mail.subarray(0, random.below(mail.length + 1)),
  (mail, random) => replace(mail, ...range(mail, random), Buffer.alloc(0)),
  (mail, random) => replace(mail, ...lines(mail, random), Buffer.alloc(0)),
  (mail, random) => insert(mail, lineStart(mail, random), mail.subarray(...lines(mail, random))),
  (mail, random) => insert(mail, random.below(mail.length + 1), mail.subarray(...range(mail, random))),
  (mail, random, others) => insert(mail, lineStart(mail, random), pieceOf(random.pick(others), random)),
  (mail, random, others) => Buffer.concat([mail.subarray(0, lineStart(mail, random)), random.pick(others)]),
  changeBytes,
  changeLineEnds,
  repeat,
  swapEncoding,
];

function insert(mail: Buffer, at: number, piece: Buffer): Buffer {
  return Buffer.concat([mail.subarray(0, at), piece, mail.subarray(at)]);
}

function replace(mail: Buffer, start: number, end: number, piece: Buffer): Buffer {
  return Buffer.concat([mail.subarray(0, start), piece, mail.subarray(end)]);
}

function range(mail: Buffer, random: Random): [number, number] {
  const start = random.below(mail.length + 1);
  return [start, Math.min(mail.length, start + random.below(200))];
}

function lineStart(mail: Buffer, random: Random): number {
  return mail.indexOf('\n', random.below(mail.length + 1)) + 1;
}

function lines(mail: Buffer, random: Random): [number, number] {
  const start = lineStart(mail, random);
  const end = mail.indexOf('\n', start + random.below(300));
  return [start, end < 0 ? mail.length : end + 1];
}

function pieceOf(mail: Buffer, random: Random): Buffer {
  const start = lineStart(mail, random);
  return mail.subarray(start, start + random.below(2000));
}

function changeBytes(mail: Buffer, random: Random): Buffer {
  const changed = Buffer.from(mail);
  const count = 1 + random.below(8);
  for (let done = 0; done < count && changed.length > 0; done += 1)
    changed[random.below(mail.length)] = random.below(256);
  return changed;
}

function changeLineEnds(mail: Buffer, random: Random): Buffer {
  const lineEnd = random.pick(['\n', '\r\n', '\r', '\r\r\n']);
  return Buffer.from(mail.toString('latin1').replace(/\r?\n/g, lineEnd), 'latin1');
}

function repeat(mail: Buffer, random: Random): Buffer {
  const [start, end] = lines(mail, random);
  const piece = mail.subarray(start, Math.min(end, start + 400));
  return insert(mail, start, Buffer.concat(Array.from({ length: 1 + random.below(60) }, () => piece)));
}

function swapEncoding(mail: Buffer, random: Random): Buffer {
  const encoding = random.pick(['base64', 'quoted-printable', '8bit', 'x-uuencode', '']);
  const text = mail.toString('latin1').replace(/base64|quoted-printable|7bit|8bit/i, encoding);
  return Buffer.from(text, 'latin1');
}

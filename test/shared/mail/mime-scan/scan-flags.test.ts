import { describe, expect, it } from 'vitest';
import { accountOf, scanMail } from '../../../fixtures/mail/scan-mail.ts';

const root = 'From: a@x.example\r\nContent-Type: multipart/mixed; boundary="b1"\r\n\r\n';
const warningsOf = (mail: string) => {
  const { warnings } = scanMail(mail);
  expect(scanMail(mail, [1]).warnings).toEqual(warnings);
  return warnings;
};

describe('createMimeScan, lines that are no header lines', () => {
  it.each([
    ['in the middle of the header', 'From: a@x.example\r\nno field here\r\nSubject: s\r\n\r\nbody'],
    ['twice', 'From: a@x.example\r\nfirst\r\nTo: b@y.example\r\nsecond\r\nSubject: s\r\n\r\nbody'],
    ['before the type', 'Subject: s\r\nX\r\nContent-Type: text/plain\r\n\r\nbody'],
  ])('skips one %s, with a warning', (_where, mail) => {
    for (const sizes of [[65536], [1], [7]]) {
      const { leaves, warnings } = scanMail(mail, sizes);
      expect([leaves.map(({ body }) => body), warnings]).toEqual([['body'], ['1:header-line-skipped']]);
    }
  });

  it.each([
    ['text', 'Subject: s\r\nDear all\r\nbe there: at five\r\n', 'Dear all\r\nbe there: at five\r\n'],
    ['a blank line', 'Subject: s\r\nDear all\r\n\r\nx', 'Dear all\r\n\r\nx'],
    [
      'a second such line',
      'Subject: s\r\nDear all\r\nand some\r\nSubject: x\r\n',
      'Dear all\r\nand some\r\nSubject: x\r\n',
    ],
    ['nothing', 'Subject: s\r\nDear all', 'Dear all'],
    ['half a field', 'Subject: s\r\nDear all\r\nSubj', 'Dear all\r\nSubj'],
  ])('ends the header before one that is followed by %s', (_what, mail, body) => {
    for (const sizes of [[65536], [1], [7]]) expect(scanMail(mail, sizes).leaves[0]?.body).toBe(body);
  });

  it('skips none in the header of a part, where the body often begins without a blank line', () => {
    const { leaves } = scanMail(`${root}--b1\r\nContent-Type: text/plain\r\nno field\r\nSubject: x\r\n--b1--`);
    expect(leaves[0]?.body).toBe('no field\r\nSubject: x');
  });
});

describe('createMimeScan, flags', () => {
  it.each([
    ['1:nul-byte', 'Subject: a\0b\r\n\r\nx'],
    ['1:bare-cr', 'Subject: a\rb\r\n\r\nx'],
    ['1:line-too-long', `Subject: ${'a'.repeat(990)}\r\n\r\nx`],
    ['1:nul-byte', 'Subject: x\r\n\r\na\0b'],
    ['1:bare-cr', 'Subject: x\r\n\r\na\rb\r\nc'],
    ['1:line-too-long', `Subject: x\r\n\r\n${'a'.repeat(1000)}`],
    ['1:line-too-long', `Content-Transfer-Encoding: base64\r\n\r\n${'a'.repeat(1000)}`],
  ])('C17 warns of %s', (warning, mail) => {
    expect(warningsOf(mail)).toEqual([warning]);
  });

  it.each([
    ['line ends that were converted twice', 'Subject: x\r\n\r\na\r\r\nb\r\r\n'],
    ['a line of 998 bytes', `Subject: x\r\n\r\n${'a'.repeat(998)}\r\n`],
    ['controls in a file', 'Content-Type: image/png\r\n\r\na\0\rb'],
    ['controls in encoded text', 'Content-Transfer-Encoding: base64\r\n\r\na\0\rb'],
  ])('C17 does not warn of %s', (_what, mail) => {
    expect(warningsOf(mail)).toEqual([]);
  });

  it('warns of an epilogue that has content, once for each place', () => {
    const inner =
      '--b1\r\nContent-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n\r\nA\r\n--in--\r\nlost\r\nlost\r\n';
    expect(warningsOf(`${root}${inner}--b1--\r\nfooter\r\n`)).toEqual([':epilogue-content']);
    expect(warningsOf(`${root}preamble\r\n--b1\r\n\r\nA\r\n--b1--\r\n\r\n`)).toEqual([]);
  });
});

describe('createMimeScan, the account', () => {
  it('R7 gives each byte to its class', () => {
    expect(accountOf(`${root}preamble--b1\r\n--b1\r\n\r\nbody\r\n--b1--\r\nend\r\n`)).toEqual({
      headerBytes: root.length + 2,
      boundaryBytes: '\r\n--b1\r\n'.length + '\r\n--b1--\r\n'.length,
      preambleBytes: 12,
      epilogueBytes: 5,
      leafBytes: 4,
      preambleInkBytes: 12,
      epilogueInkBytes: 3,
      separatorCount: 1,
      partCount: 1,
      hasDroppedPart: false,
      isUnclosed: false,
      isHeaderCut: false,
      endsWithLineEnd: true,
    });
  });

  it.each([
    ['isUnclosed', `${root}--b1\r\n\r\nx\r\n`],
    ['isHeaderCut', `${root}--b1\r\nContent-Type: te`],
    ['hasDroppedPart', `${root}--b1\r\n\r\nx\r\n--b1\r\n\r\n`],
    ['hasDroppedPart', `${root}--b1\r\n\r\nx\r\n--b1`],
  ] as const)('C3 tells %s', (flag, mail) => {
    for (const sizes of [[65536], [1]]) expect(accountOf(mail, sizes)[flag]).toBe(true);
  });
});

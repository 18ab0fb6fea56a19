import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
afterEach(() => pipeline.close());

const list = ':Email_Rxers_Code:[a@example.com]:Email_Rxers_Code:';
const head = ['From: device@example.org', 'Subject: s', 'MIME-Version: 1.0'];

async function run(mail: string) {
  pipeline = await openPipeline();
  await pipeline.arrive(mail);
  await pipeline.drain();
  const [entry] = await pipeline.records.ledger.list({ limit: 5 });
  const [sent] = await pipeline.sent();
  return { entry: entry!, mime: sent?.mime ?? '', parts: await pipeline.records.ledger.parts(entry!.mailId) };
}

function withFile(name: string, content: Buffer): string {
  return [
    ...head,
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    `${list} hello`,
    '--b',
    `Content-Type: application/octet-stream; name="${name}"`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    content.toString('base64'),
    '--b--',
    '',
  ].join('\r\n');
}

describe('files that are odd', () => {
  it('D10 a file of no bytes is listed and linked as what it is', async () => {
    const { entry, parts } = await run(withFile('empty.csv', Buffer.alloc(0)));
    expect(entry).toMatchObject({ state: 'relayed', partCount: 1 });
    const none = createHash('sha256').digest('hex');
    expect(parts).toMatchObject([{ fileName: 'empty.csv', sizeBytes: 0, sha256: none, fate: 'offloaded' }]);
  });

  it('C28 an archive that would unpack to very much is a file like others: never opened, counted as it is', async () => {
    // The head of a zip whose one member says it holds 4 GB.
    const bomb = Buffer.concat([Buffer.from('504b03042d00000008000000000000000000', 'hex'), Buffer.alloc(4, 0xff)]);
    const { entry, parts } = await run(withFile('42.zip', bomb));
    expect(entry.state).toBe('relayed');
    expect(parts).toMatchObject([{ fileName: '42.zip', sizeBytes: bomb.length, fate: 'offloaded' }]);
  });

  it.each([
    ['uuencode', 'begin 644 report.txt\r\n+:&5L;&\\@=V]R;&0*\r\n`\r\nend'],
    ['yEnc', '=ybegin line=128 size=5 name=a.bin\r\n\u0092\u008f\u0096\u0096\u0099\r\n=yend size=5'],
  ])('C19 %s in a text body stays in the text, whole', async (_kind, block) => {
    const { entry, mime, parts } = await run([...head, '', `${list} hello`, block, ''].join('\r\n'));
    expect(entry.state).toBe('relayed');
    expect(parts).toEqual([]);
    const { default: PostalMime } = await import('postal-mime');
    const text = (await PostalMime.parse(mime)).text ?? '';
    for (const line of block.split('\r\n')) expect(text).toContain(line);
  });
});

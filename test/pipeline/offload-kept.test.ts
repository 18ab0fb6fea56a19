import { afterEach, describe, expect, it } from 'vitest';
import {
  filePart,
  mailparserParts,
  mixedMail,
  type OffloadRun,
  readSent,
  runMail,
  sha256,
} from '../support/offload-run.ts';
import type { Pipeline, RouteInput } from '../support/pipeline.ts';

let pipeline: Pipeline | undefined;
afterEach(async () => {
  await pipeline?.close();
  pipeline = undefined;
});

async function run(mail: string | Uint8Array, route: RouteInput = {}): Promise<OffloadRun> {
  const result = await runMail(mail, route);
  pipeline = result.pipeline;
  return result;
}

const fates = ({ parts }: OffloadRun) => parts.map(({ fileName, fate, reason }) => [fileName, fate, reason]);
const attached = (name: string) => `Content-Disposition: attachment; filename="${name}"\r\n`;
const bytes = Buffer.from('the bytes\0\xff of a file\r\n', 'latin1');

describe('what the route keeps', () => {
  it('small files and kept types, byte for byte, with name, type and disposition', async () => {
    const names = ['plain.txt', 'Straße "7"; x.csv', 'emoji 📈.pdf'] as const;
    const parts = [
      filePart('text/plain; charset=iso-8859-1', bytes, attached(names[0])),
      filePart(
        'text/csv',
        Buffer.alloc(3000, 7),
        "Content-Disposition: inline; filename*=utf-8''Stra%C3%9Fe%20%227%22%3B%20x.csv\r\n",
      ),
      filePart(
        'application/pdf',
        Buffer.alloc(9000, 8),
        "Content-Disposition: attachment; filename*=utf-8''emoji%20%F0%9F%93%88.pdf\r\n",
      ),
      filePart('application/zip', Buffer.alloc(9000, 9), attached('big.zip')),
    ];
    const result = await run(mixedMail(parts), { offload: { minBytes: 5000, keepTypes: ['application/pdf'] } });
    expect(fates(result)).toEqual([
      [names[0], 'kept', 'smaller than the route offloads'],
      ['Straße _7_; x.csv', 'kept', 'smaller than the route offloads'],
      [names[2], 'kept', 'of a type that the route keeps'],
      ['big.zip', 'offloaded', 'an attachment'],
    ]);
    for (const { parts: read, raw, text } of result.sent) {
      expect(read.map(({ name, type, disposition }) => [name, type, disposition])).toEqual([
        [names[0], 'text/plain', 'attachment'],
        ['Straße _7_; x.csv', 'text/csv', 'inline'],
        [names[2], 'application/pdf', 'attachment'],
      ]);
      expect(raw.slice(0, 20_000)).toMatch(/text\/plain;\r\n charset="iso-8859-1";\r\n name="plain.txt"\r\n/);
      const hashes = result.parts.slice(0, 3).map((part) => part.sha256);
      expect(hashes[0]).toBe(sha256(bytes));
      expect((await mailparserParts(raw)).map((part) => part.sha256)).toEqual(hashes);
      expect(text).toContain('big.zip');
    }
    const stored = await Promise.all(
      result.parts.map(({ mailId, path }) => pipeline?.platform.files.head(`files/${mailId}/${path}`)),
    );
    expect(stored.map((info) => info !== undefined)).toEqual([false, false, false, true]);
  });

  it('F9 no more than 10 MB: the largest become links', async () => {
    const sizes = [4_500_000, 3_000_000, 4_000_000];
    const parts = sizes.map((size, index) =>
      filePart('application/pdf', Buffer.alloc(size, index), attached(`${index}.pdf`)),
    );
    const result = await run(mixedMail(parts), { offload: { keepTypes: ['application/pdf'] } });
    expect(result.parts.map(({ fate }) => fate)).toEqual(['offloaded', 'kept', 'kept']);
    expect(result.parts[0]?.reason).toBe('the mail would become too large with it');
    expect(result.sent[0]?.parts.map((part) => part.sha256)).toEqual(result.parts.slice(1).map((part) => part.sha256));
    for (const { sizeBytes } of pipeline?.sender.attempts ?? []) expect(sizeBytes).toBeLessThan(40_000_000);
  });

  it('no file that SES would refuse the whole mail for', async () => {
    const result = await run(mixedMail([filePart('application/octet-stream', bytes, attached('setup.exe'))]), {
      offload: { minBytes: 5000 },
    });
    expect(fates(result)).toEqual([['setup.exe', 'offloaded', 'the transport refuses mail with files of this kind']]);
  });
});

describe('header injection through parts that stay', () => {
  it.each([
    [
      'an encoded CRLF in the name',
      `Content-Disposition: attachment; filename*=utf-8''a%0D%0ABcc:%20evil@z.example%0D%0A.txt\r\n`,
    ],
    ['an encoded word with CRLF', 'Content-Disposition: attachment; filename="=?utf-8?Q?a=0D=0AX-Evil:_1?="\r\n'],
    ['quotes and semicolons', 'Content-Disposition: attachment; filename="a\\"; x-evil=\\"1.txt"\r\n'],
    ['a NUL', `Content-Disposition: attachment; filename*=utf-8''a%00b.txt\r\n`],
  ])('F10 %s adds no field and no part', async (_what, fields) => {
    const type = 'text/plain; charset="utf-8\\"; boundary=\\"x"; method="A\r\n B"';
    const { sent } = await run(mixedMail([filePart(type, bytes, fields)]), { offload: { minBytes: 5000 } });
    expect(sent).toHaveLength(2);
    for (const { head, raw, parts } of sent) {
      expect(head).not.toMatch(/^(?:bcc|x-evil)/im);
      expect(parts).toHaveLength(1);
      expect(parts[0]?.sha256).toBe(sha256(bytes));
      expect(raw).not.toMatch(/^(?:bcc|x-evil)/im);
      expect((await readSent('', Buffer.from(raw, 'latin1'))).parts).toHaveLength(1);
    }
  });
});

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createMimeParser } from '../../../../shared/adapters/mail/mail-parser.ts';
import type { ParseHandlers } from '../../../../shared/ports/mime-parser.ts';

const parser = createMimeParser({ maxMailBytes: 50_000_000 });
const head = 'From: a@x.example\r\nContent-Type: multipart/mixed; boundary="b1"\r\n\r\n--b1\r\n\r\nhello\r\n';
const file = '--b1\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n';
const line = `${'QUJD'.repeat(19)}\r\n`;
const block = Buffer.from(line.repeat(840));
const blockDecoded = Buffer.from('ABC'.repeat(19 * 840));

/** A mail of two files, each of so many blocks; tells how much of it was read. */
function twoFiles(blocks: number) {
  const state = { readBytes: 0 };
  function* pieces(): Generator<Buffer> {
    for (const piece of [Buffer.from(head), ...oneFile(blocks), ...oneFile(blocks), Buffer.from('--b1--\r\n')]) {
      state.readBytes += piece.length;
      yield piece;
    }
  }
  return { state, source: Readable.from(pieces(), { highWaterMark: 1 }) };
}

function* oneFile(blocks: number): Generator<Buffer> {
  yield Buffer.from(file);
  for (let at = 0; at < blocks; at += 1) yield block;
}

const ignore: ParseHandlers = { onHead() {}, async onFile() {} };
const drain = async (content: Readable) => {
  let bytes = 0;
  for await (const chunk of content) bytes += chunk.length;
  return bytes;
};

describe('createMimeParser, files', () => {
  it('reads no further ahead than a small bound while a file is not consumed', async () => {
    const { source, state } = twoFiles(40);
    let ahead = 0;
    await parser.parse(source, {
      onHead() {},
      async onFile(_part, content) {
        const before = state.readBytes;
        let consumed = 0;
        for await (const chunk of content) {
          consumed += chunk.length;
          ahead = Math.max(ahead, state.readBytes - before - consumed);
        }
      },
    });
    // The encoded form is 78/57 of the decoded one; the rest is the streams' own windows.
    expect(ahead).toBeLessThan(40 * block.length - 40 * blockDecoded.length + 400_000);
  });

  it('does not read on while a handler has taken nothing', async () => {
    const { source, state } = twoFiles(40);
    let seen = 0;
    await parser.parse(source, {
      onHead() {},
      async onFile(_part, content) {
        const before = state.readBytes;
        for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        seen = Math.max(seen, state.readBytes - before);
        await drain(content);
      },
    });
    expect(seen).toBeLessThan(400_000);
  });

  it('gives files one after the other, in order, after the head', async () => {
    const log: string[] = [];
    const { source } = twoFiles(3);
    const mail = await parser.parse(source, {
      onHead: () => void log.push('head'),
      async onFile({ path }, content) {
        log.push(`open ${path}`);
        log.push(`${await drain(content)}`);
        log.push(`close ${path}`);
      },
    });
    const bytes = `${3 * blockDecoded.length}`;
    expect(log).toEqual(['head', 'open 2', bytes, 'close 2', 'open 3', bytes, 'close 3']);
    expect(mail.text).toBe('hello');
  });

  it.each<[string, ParseHandlers['onFile']]>([
    ['returns at once', async () => {}],
    [
      'returns after the first piece',
      async (_part, content) => {
        for await (const _chunk of content) return;
      },
    ],
    ['destroys the content', async (_part, content) => void content.destroy()],
    ['reads once and returns', async (_part, content) => void content.read(1)],
    ['reads on after it returned', async (_part, content) => void drain(content)],
    ['listens and returns', async (_part, content) => void content.on('data', () => {})],
  ])('does not hang on a handler that %s', async (_case, onFile) => {
    const paths: string[] = [];
    const { source } = twoFiles(5);
    await parser.parse(source, {
      onHead() {},
      async onFile(part, content) {
        paths.push(part.path);
        await onFile(part, content);
      },
    });
    expect(paths).toEqual(['2', '3']);
  });

  it('gives a consumer that outlives its handler all of the bytes', async () => {
    const late: Promise<number>[] = [];
    const { source } = twoFiles(5);
    await parser.parse(source, { onHead() {}, onFile: async (_part, content) => void late.push(drain(content)) });
    expect(await Promise.all(late)).toEqual([5 * blockDecoded.length, 5 * blockDecoded.length]);
  });

  it.each([
    ['at once', async () => {}],
    ['after some bytes', async (content: Readable) => void (await content[Symbol.asyncIterator]().next())],
    ['after all bytes', async (content: Readable) => void (await drain(content))],
  ])('throws what a handler throws %s, and stops reading', async (_case, first) => {
    const error = new Error('the store is full');
    const { source, state } = twoFiles(20);
    const parsing = parser.parse(source, {
      onHead() {},
      async onFile(_part, content) {
        await first(content);
        throw error;
      },
    });
    await expect(parsing).rejects.toBe(error);
    expect(source.destroyed).toBe(true);
    expect(state.readBytes).toBeLessThan(30 * block.length);
  });

  it('throws what onHead throws, before any part', async () => {
    const error = new Error('not wanted');
    const { source, state } = twoFiles(5);
    const onHead = () => {
      throw error;
    };
    await expect(parser.parse(source, { ...ignore, onHead })).rejects.toBe(error);
    expect(state.readBytes).toBeLessThan(block.length);
  });

  it('throws an error of the source as it is, and lets the consumer of the open file know', async () => {
    const error = new Error('connection lost');
    const source = Readable.from(
      (function* () {
        yield Buffer.from(head);
        yield* oneFile(2);
        throw error;
      })(),
    );
    let seen: unknown;
    const onFile = async (_part: unknown, content: Readable) => {
      seen = await drain(content).catch((cause: unknown) => cause);
      throw seen;
    };
    await expect(parser.parse(source, { onHead() {}, onFile })).rejects.toBe(error);
    await expect.poll(() => seen).toBe(error);
  });

  it('settles when the source fails although a handler never does', async () => {
    const error = new Error('connection lost');
    const source = Readable.from(
      (async function* () {
        yield Buffer.from(head + file);
        throw error;
      })(),
    );
    const never = new Promise<void>(() => {});
    await expect(parser.parse(source, { onHead() {}, onFile: () => never })).rejects.toBe(error);
  });

  it('throws for a mail that grows too large inside a file', async () => {
    const { source } = twoFiles(20);
    const small = createMimeParser({ maxMailBytes: 10 * block.length });
    const parsing = small.parse(source, { onHead() {}, onFile: async (_part, content) => void (await drain(content)) });
    await expect(parsing).rejects.toMatchObject({ code: 'ERR_TOO_LARGE' });
  });

  it('reads sources that give plain byte arrays or text', async () => {
    const pieces = [new Uint8Array(Buffer.from(head)), file, new Uint8Array(Buffer.from('QUJD\r\n--b1--'))];
    let content = '';
    const mail = await parser.parse(Readable.from(pieces), {
      onHead() {},
      onFile: async (_part, stream) => {
        content = Buffer.concat(await stream.toArray()).toString();
      },
    });
    expect([mail.text, content]).toEqual(['hello', 'ABC']);
  });

  it('streams a 38 MB mail with a 28 MB file in under 3 s and 64 MB', async () => {
    const blocks = 585;
    const expected = createHash('sha256');
    for (let at = 0; at < blocks; at += 1) expected.update(blockDecoded);
    const pieces = [Buffer.from(head), ...oneFile(blocks), Buffer.from('--b1--\r\n')];
    const hash = createHash('sha256');
    const startRss = process.memoryUsage.rss();
    let peak = startRss;
    const started = performance.now();
    const mail = await parser.parse(Readable.from(pieces), {
      onHead() {},
      async onFile(_part, content) {
        for await (const chunk of content) {
          hash.update(chunk);
          peak = Math.max(peak, process.memoryUsage.rss());
        }
      },
    });
    expect(performance.now() - started).toBeLessThan(3000);
    expect(mail.sizeBytes).toBeGreaterThan(38_000_000);
    expect(hash.digest('hex')).toBe(expected.digest('hex'));
    expect(peak - startRss).toBeLessThan(64_000_000);
  });
});

/**
 * Streams a file of 2 GB through the gateway in a process of its own, whole and in two parts, and measures how much its
 * memory grows and whether the bytes are the same. Run: `node test/bench/big-file.ts [gigabytes]`.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { linkGateway } from '../../functions/link-gateway/handler.ts';
import { openLocalStores } from '../../shared/adapters/local/open-local-stores.ts';
import { hashToken } from '../../shared/mail/link-token.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import { linkRecordsOf } from '../../shared/records/link-records.ts';
import { createIds, systemClock } from '../../shared/runtime/ids.ts';
import { serve } from '../support/serve.ts';

const sizeBytes = Math.round(Number(process.argv[2] ?? 2) * 1_000_000_000);
const token = 'b'.repeat(32);
const mostExtraBytes = 64_000_000;
const chunkBytes = 1_000_000;

/** Another chunk at each place, so that bytes that change places change the hash. */
function* content(): Generator<Buffer> {
  for (let at = 0; at < sizeBytes; at += chunkBytes) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, sizeBytes - at), 7);
    chunk.writeUInt32BE(at / chunkBytes, 0);
    yield chunk;
  }
}

function* hashed(hash: ReturnType<typeof createHash>): Generator<Buffer> {
  for (const chunk of content()) {
    hash.update(chunk);
    yield chunk;
  }
}

async function server(folder: string): Promise<void> {
  const quiet = { debug() {}, info() {}, warn() {}, error: console.error };
  const signing = { baseUrl: () => 'http://127.0.0.1', secret: Buffer.alloc(32) };
  const stores = await openLocalStores({ dataFolder: folder, clock: systemClock, signing });
  const context = { store: stores.store, clock: systemClock, ids: createIds(systemClock) };
  const settings = { linkDelivery: 'stream' };
  const platform = { ...context, files: stores.buckets.files, log: quiet, settings } as unknown as Platform;
  const hash = createHash('sha256');
  const source = Readable.from(hashed(hash), { objectMode: false });
  await stores.buckets.files.put('files/big', source);
  const at = new Date().toISOString();
  await linkRecordsOf(context).links.create([
    {
      ...{ tokenHash: hashToken(token), mailId: 'big', path: '1', recipientHash: 'r', blobKey: 'files/big' },
      ...{ fileName: 'big.bin', contentType: 'application/octet-stream', sizeBytes, sha256: hash.digest('hex') },
      ...{ createdAt: at, linkExpiresAt: new Date(Date.now() + 3_600_000).toISOString(), state: 'active' },
    },
  ]);
  const web = await serve(linkGateway(platform));
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  process.on('message', async (message) => {
    if (message === 'reset') {
      global.gc?.();
      most = process.memoryUsage.rss();
      process.send?.({ rss: most });
    } else if (message === 'most') {
      process.send?.({ rss: most });
    } else {
      clearInterval(watch);
      await web.close();
      await stores.close();
      process.disconnect();
    }
  });
  const { sha256 } = (await linkRecordsOf(context).links.read(hashToken(token))) ?? {};
  process.send?.({ url: web.url, sha256 });
}

async function client(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lightermail-big-'));
  const child = fork(import.meta.filename, [String(sizeBytes / 1e9)], {
    env: { ...process.env, BIG_FILE_SERVER: folder },
    execArgv: ['--expose-gc', '--max-semi-space-size=2'],
  });
  const next = () =>
    new Promise<{ url: string; sha256: string; rss: number }>((resolve) =>
      child.once('message', (message) => resolve(message as never)),
    );
  const tell = (message: string) => {
    const answer = next();
    child.send(message);
    return answer;
  };
  const { url, sha256 } = await next();
  const hash = createHash('sha256');
  for (const chunk of content()) hash.update(chunk);
  if (hash.digest('hex') !== sha256) throw new Error('the file was stored with other bytes');

  const pressed = await fetch(`${url}/f/${token}`, { method: 'POST', redirect: 'manual' });
  const path = `${url}/f/${pressed.headers.get('location')}`;
  const half = Math.floor(sizeBytes / 2);
  let failed = false;
  for (const ranges of [[undefined], [`bytes=0-${half - 1}`, `bytes=${half}-`]]) {
    const before = (await tell('reset')).rss;
    const begunMs = performance.now();
    const got = createHash('sha256');
    for (const range of ranges) {
      const response = await fetch(path, range === undefined ? {} : { headers: { range } });
      if (response.status !== (range === undefined ? 200 : 206) || response.body === null)
        throw new Error(`status ${response.status}`);
      for await (const chunk of response.body) got.update(chunk);
    }
    const extra = (await tell('most')).rss - before;
    const seconds = (performance.now() - begunMs) / 1000;
    const same = got.digest('hex') === sha256;
    failed ||= !same || extra > mostExtraBytes;
    console.log(
      `${sizeBytes / 1e9} GB in ${ranges.length} part(s): ${same ? 'the same bytes' : 'OTHER BYTES'}, ${seconds.toFixed(1)} s, ${(extra / 1e6).toFixed(1)} MB more memory (at most 64)`,
    );
  }
  child.send('stop');
  await new Promise((resolve) => child.once('exit', resolve));
  await rm(folder, { recursive: true, force: true });
  if (failed) process.exitCode = 1;
}

const folder = process.env.BIG_FILE_SERVER;
await (folder === undefined ? client() : server(folder));

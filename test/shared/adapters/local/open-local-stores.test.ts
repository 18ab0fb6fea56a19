import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type LocalStores, openLocalStores } from '../../../../shared/adapters/local/open-local-stores.ts';
import { signing, systemClock, testFolder } from './temp-folder.ts';

const childPath = fileURLToPath(new URL('./child-stores.ts', import.meta.url));

function open(dataFolder: string): Promise<LocalStores> {
  return openLocalStores({ dataFolder, clock: systemClock, signing });
}

interface Child {
  readonly process: ChildProcess;
  /** The next line that the child writes. */
  line(): Promise<string>;
  kill(): Promise<void>;
}

function startChild(dataFolder: string, task: 'hold' | 'send'): Child {
  const child = spawn(process.execPath, [childPath, dataFolder, task], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  return { process: child, line: async () => String((await lines.next()).value), kill };
}

describe('openLocalStores', () => {
  it('makes its folder, and opened again after a close it holds everything', async () => {
    const folder = join(await testFolder(), 'new', 'data');
    const first = await open(folder);
    await first.store.commit([{ type: 'put', record: { pk: 'P', sk: 'S', n: 1 } }]);
    await first.buckets.files.put('files/a', Buffer.from('bytes'), { contentType: 'text/plain' });
    await first.queues.outbound.send(['"job"']);
    await first.queues.outbound.reject('"bad"', 'ERR_BAD_JOB');
    await first.topics.fallback.publish({ message: 'parked' });
    await first.close();
    const second = await open(folder);
    onTestFinished(() => second.close());
    expect(await second.store.read({ pk: 'P', sk: 'S' })).toEqual({ pk: 'P', sk: 'S', n: 1 });
    expect((await buffer((await second.buckets.files.get('files/a'))!.body)).toString()).toBe('bytes');
    expect((await second.queues.outbound.receive(10, 0)).map(({ body }) => body)).toEqual(['"job"']);
    expect(await second.deadLetters.count('outbound')).toBe(1);
    expect(await second.readNotices('fallback', 10)).toHaveLength(1);
  });

  it('messages in flight are visible at once after a reopen, counted as received, and delays are kept', async () => {
    const folder = await testFolder();
    const first = await open(folder);
    await first.queues.inbound.send(['"in flight"', '"released"']);
    await first.queues.inbound.send(['"delayed"'], { delaySeconds: 900 });
    const messages = await first.queues.inbound.receive(10, 0);
    const released = messages.find(({ body }) => body === '"released"');
    await first.queues.inbound.release(released!.receiptHandle, 900);
    await first.close();
    const second = await open(folder);
    onTestFinished(() => second.close());
    expect(await second.queues.inbound.depth()).toMatchObject({ messageCount: 3, visibleCount: 1, inFlightCount: 0 });
    const again = await second.queues.inbound.receive(10, 0);
    expect(again.map(({ body, receiveCount }) => [body, receiveCount])).toEqual([['"in flight"', 2]]);
    const stale = messages.find(({ body }) => body === '"in flight"');
    await second.queues.inbound.acknowledge(stale!.receiptHandle);
    expect((await second.queues.inbound.depth()).messageCount).toBe(3);
  });

  it('B5 what was durable when the process was killed is there after it', async () => {
    const folder = await testFolder();
    const child = startChild(folder, 'send');
    expect(await child.line()).toBe('open');
    expect(await child.line()).toBe('durable');
    await child.kill();
    const stores = await open(folder);
    onTestFinished(() => stores.close());
    expect((await stores.queues.inbound.receive(10, 0)).map(({ body }) => body)).toEqual(['"kept"']);
    expect(await stores.store.read({ pk: 'P', sk: 'S' })).toMatchObject({ kept: true });
    expect((await buffer((await stores.buckets.raw.get('raw/a'))!.body)).toString()).toBe('kept');
  });

  it('B21 a second process on one folder refuses to start, and takes it over when the first was killed', async () => {
    const folder = await testFolder();
    const first = startChild(folder, 'hold');
    expect(await first.line()).toBe('open');
    const second = startChild(folder, 'hold');
    const refusal = await second.line();
    expect(refusal).toContain(`refused the data folder is in use by process ${first.process.pid} since `);
    expect(refusal).toContain('LIGHTERMAIL_DATA');
    await expect(open(folder)).rejects.toMatchObject({ code: 'ERR_SETTING', details: { pid: first.process.pid } });
    await first.kill();
    const third = startChild(folder, 'hold');
    expect(await third.line()).toBe('open');
  });

  it('B21 of two processes that start at once on a stale folder exactly one opens it', async () => {
    const folder = await testFolder();
    const before = startChild(folder, 'hold');
    await before.line();
    await before.kill();
    const lines = await Promise.all(
      [startChild(folder, 'hold'), startChild(folder, 'hold')].map((child) => child.line()),
    );
    expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(['open', 'refused']);
  });

  it('B21 one process cannot open a folder twice, and a refused open does not loosen the lock', async () => {
    const folder = await testFolder();
    const stores = await open(folder);
    for (let count = 0; count < 3; count += 1) {
      await expect(open(folder)).rejects.toMatchObject({ code: 'ERR_SETTING' });
    }
    expect((await startChild(folder, 'hold').line()).split(' ')[0]).toBe('refused');
    await stores.queues.inbound.send(['1']);
    await stores.close();
    await (await open(folder)).close();
  });

  it('a folder whose database is no database is refused and given free again', async () => {
    const folder = await testFolder();
    await writeFile(join(folder, 'lightermail.db'), 'x'.repeat(5_000));
    for (let count = 0; count < 2; count += 1) {
      await expect(open(folder)).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    }
  });

  it('a data folder whose place is a file is refused', async () => {
    const path = join(await testFolder(), 'file');
    await writeFile(path, '');
    await expect(open(path)).rejects.toMatchObject({ code: 'ERR_BLOB_UNAVAILABLE' });
  });

  it('after close every store refuses with the code of its port', async () => {
    const stores = await open(await testFolder());
    await stores.close();
    await stores.close();
    await expect(stores.store.read({ pk: 'P', sk: 'S' })).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    await expect(stores.queues.inbound.send(['1'])).rejects.toMatchObject({ code: 'ERR_QUEUE_UNAVAILABLE' });
    await expect(stores.topics.arrival.publish({ message: 'm' })).rejects.toMatchObject({
      code: 'ERR_TOPIC_UNAVAILABLE',
    });
    await expect(stores.buckets.raw.head('k')).rejects.toMatchObject({ code: 'ERR_BLOB_UNAVAILABLE' });
  });
});

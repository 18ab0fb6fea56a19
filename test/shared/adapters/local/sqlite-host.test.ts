import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSql } from '../../../../shared/adapters/local/sql.ts';
import { runBatch } from '../../../../shared/adapters/local/sqlite-batch.ts';
import { toDatabaseError } from '../../../../shared/adapters/local/sqlite-error.ts';
import { openSqliteHost } from '../../../../shared/adapters/local/sqlite-host.ts';
import type { Call } from '../../../../shared/adapters/local/sqlite-protocol.ts';
import { prepareDatabase } from '../../../../shared/adapters/local/sqlite-schema.ts';
import { openTempDatabase, testFolder } from './temp-folder.ts';

function sendCall(id: number, body: string): Call {
  return { id, name: 'queue.send', args: { queue: 'q', now: 1, visibleAt: 1, bodies: [body] } };
}

async function openBatch() {
  const database = new DatabaseSync(join(await testFolder(), 'batch.db'));
  onTestFinished(() => database.close());
  prepareDatabase(database);
  const sql = createSql(database);
  return {
    database,
    run: (calls: readonly Call[]) => runBatch(database, sql, calls),
    bodies: () => sql.all<{ body: string }>('SELECT body FROM messages ORDER BY seq').map((row) => row.body),
  };
}

describe('runBatch', () => {
  it('a call that fails takes back only itself', async () => {
    const { run, bodies } = await openBatch();
    const half: Call = { id: 2, name: 'queue.send', args: { queue: 'q', now: 1, visibleAt: 1, bodies: ['half', {}] } };
    const answers = run([sendCall(1, 'a'), half, sendCall(3, 'c')]);
    expect(answers.map((answer) => [answer.id, 'failure' in answer])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
    expect(bodies()).toEqual(['a', 'c']);
  });

  it('B19 a full disk fails what found no room, keeps what was there, and takes more when there is room again', async () => {
    const { database, run, bodies } = await openBatch();
    run([sendCall(1, 'before')]);
    const pages = database.prepare('PRAGMA page_count').get()?.page_count;
    database.exec(`PRAGMA max_page_count = ${pages}`);
    const [answer] = run([sendCall(2, 'x'.repeat(100_000))]);
    if (answer === undefined || !('failure' in answer)) throw new Error('the send found room');
    expect(toDatabaseError(answer.failure, 'ERR_QUEUE_UNAVAILABLE')).toMatchObject({ code: 'ERR_DISK_FULL' });
    expect(bodies()).toEqual(['before']);
    database.exec('PRAGMA max_page_count = 1000000');
    run([sendCall(3, 'after')]);
    expect(bodies()).toEqual(['before', 'after']);
  });

  it('a database that became read-only fails every call with the code of its port', async () => {
    const { database, run } = await openBatch();
    database.exec('PRAGMA query_only = ON');
    const [answer] = run([sendCall(1, 'a')]);
    if (answer === undefined || !('failure' in answer)) throw new Error('the send was taken');
    expect(toDatabaseError(answer.failure, 'ERR_QUEUE_UNAVAILABLE')).toMatchObject({ code: 'ERR_QUEUE_UNAVAILABLE' });
  });
});

describe('openSqliteHost', () => {
  it('refuses a file that is no database', async () => {
    const path = join(await testFolder(), 'bad.db');
    await writeFile(path, 'this is not a database, and it is longer than the head of one would be'.repeat(20));
    await expect(openSqliteHost(path)).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
  });

  it('refuses a folder that is not there', async () => {
    const path = join(await testFolder(), 'none', 'test.db');
    await expect(openSqliteHost(path)).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
  });

  it('refuses a database of a later version', async () => {
    const path = join(await testFolder(), 'later.db');
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(openSqliteHost(path)).rejects.toThrow('schema version 99');
  });

  it('close finishes what is in flight and refuses what comes after, with the code of each port', async () => {
    const { host, close } = await openTempDatabase();
    const queue = host.database('ERR_QUEUE_UNAVAILABLE');
    const sends = Array.from({ length: 50 }, () =>
      queue.run('queue.send', { queue: 'q', now: 1, visibleAt: 1, bodies: ['x'] }),
    );
    const depth = queue.run('queue.depth', { queue: 'q', now: 1 });
    const closed = close();
    await expect(queue.run('queue.depth', { queue: 'q', now: 1 })).rejects.toMatchObject({
      code: 'ERR_QUEUE_UNAVAILABLE',
    });
    await Promise.all(sends);
    expect((await depth).messageCount).toBe(50);
    await closed;
    await host.close();
  });

  it('an argument that SQLite cannot hold fails its caller alone', async () => {
    const { host, close } = await openTempDatabase();
    onTestFinished(close);
    const database = host.database('ERR_STORE_UNAVAILABLE');
    const bad = database.run('records.read', { pk: {} as string, sk: 's', nowSeconds: 0 });
    const good = database.run('records.read', { pk: 'p', sk: 's', nowSeconds: 0 });
    await expect(bad).rejects.toThrow();
    expect(await good).toBeUndefined();
  });

  it('a value that cannot cross the thread fails its caller alone', async () => {
    const { host, close } = await openTempDatabase();
    onTestFinished(close);
    const database = host.database('ERR_STORE_UNAVAILABLE');
    const bad = database.run('records.read', { pk: (() => 'p') as unknown as string, sk: 's', nowSeconds: 0 });
    const good = database.run('records.read', { pk: 'p', sk: 's', nowSeconds: 0 });
    await expect(bad).rejects.toThrow(TypeError);
    expect(await good).toBeUndefined();
  });

  it('a worker that dies fails every caller, waiting or new, and close still ends', async () => {
    const { host, close } = await openTempDatabase();
    const posted = vi.spyOn(Worker.prototype, 'postMessage');
    onTestFinished(() => posted.mockRestore());
    const database = host.database('ERR_STORE_UNAVAILABLE');
    await database.run('records.sweep', { nowSeconds: 0, limit: 1 });
    const worker = posted.mock.contexts[0] as Worker;
    const ended = worker.terminate();
    const waiting = database.run('records.sweep', { nowSeconds: 0, limit: 1 });
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    await ended;
    await expect(host.database('ERR_QUEUE_UNAVAILABLE').run('queue.recover', { now: 1 })).rejects.toMatchObject({
      code: 'ERR_QUEUE_UNAVAILABLE',
    });
    await close();
  });
});

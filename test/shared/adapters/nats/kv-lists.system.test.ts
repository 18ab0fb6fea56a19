import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KvBuckets, openKvBuckets } from '../../../../shared/adapters/nats/kv-buckets.ts';
import { type NatsServer, startNatsServer } from '../../../functions/nats-relay/nats-server.ts';

let server: NatsServer;
let reading: KvBuckets;
let writing: KvBuckets;

beforeAll(async () => {
  server = await startNatsServer();
  reading = await openKvBuckets(await server.connect(), { mayCreate: true });
  writing = await openKvBuckets(await server.connect(), { mayCreate: false });
});
afterAll(() => server?.stop());

describe('a list of NATS KV', () => {
  it.each([
    { keyCount: 0, rounds: 1 },
    { keyCount: 1, rounds: 200 },
    { keyCount: 5, rounds: 200 },
    { keyCount: 200, rounds: 60 },
  ])(
    'holds each of $keyCount keys once, and ends, while they are replaced without pause',
    async ({ keyCount, rounds }) => {
      const filter = `list${keyCount}`;
      const keys = Array.from({ length: keyCount }, (_, index) => `${filter}.${index}`);
      const replacing = replaceWithoutPause(keys);
      await replacing.started;
      for (let round = 0; round < rounds; round += 1) {
        const listed = await reading.list({ bucket: 'records', key: `${filter}.*` });
        expect(listed.map(({ key }) => key).sort()).toEqual([...keys].sort());
      }
      await replacing.stop();
    },
  );
});

/** Writes all keys in turn, again and again. `started`: each stands once. */
function replaceWithoutPause(keys: readonly string[]) {
  const started = Promise.withResolvers<void>();
  let isStopped = false;
  const run = async () => {
    const places = new Map<string, number>();
    for (let round = 0; !isStopped; round += 1) {
      for (const key of keys) {
        const value = { record: { pk: 'P', sk: key, round }, notes: {} };
        const place = await writing.write({ bucket: 'records', key }, value, places.get(key) ?? 0);
        if (place !== undefined) places.set(key, place);
      }
      started.resolve();
      if (keys.length === 0) return;
    }
  };
  const ended = run();
  ended.catch(started.reject);
  return {
    started: started.promise,
    stop() {
      isStopped = true;
      return ended;
    },
  };
}

import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type KvBuckets, openKvBuckets } from '../../shared/adapters/nats/kv-buckets.ts';
import { createNatsRecordStore } from '../../shared/adapters/nats/nats-record-store.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { startNatsServer } from '../support/nats-server.ts';
import { createDeath } from './email-records/dying-store.ts';
import { type DyingStore, describeEmailRecords } from './email-records-contract.ts';

const clock = createManualClock('2026-05-01T10:00:00.000Z');

/** A process that dies between any two writes of single keys: a commit is several of them here. */
function dyingAt(buckets: KvBuckets, place: number): DyingStore {
  const death = createDeath(place);
  const dying: KvBuckets = {
    read: (at) => death.read(() => buckets.read(at)),
    list: (filter) => death.read(() => buckets.list(filter)),
    emailsSince: (seq) => death.read(() => buckets.emailsSince(seq)),
    write: (at, value, after) => death.write(() => buckets.write(at, value, after)),
  };
  return { passed: death.passed, store: createNatsRecordStore(dying, clock) };
}

async function unreachableBuckets(connection: NatsConnection) {
  const buckets = await openKvBuckets(connection, { mayCreate: false });
  await connection.close();
  return buckets;
}

describeEmailRecords('NATS KV', async () => {
  const server = await startNatsServer();
  const connection = await connect({ servers: server.url });
  const buckets = await openKvBuckets(connection, { mayCreate: true });
  const gone = await unreachableBuckets(await connect({ servers: server.url }));
  return {
    store: createNatsRecordStore(buckets, clock),
    dyingAt: (place) => dyingAt(buckets, place),
    unreachable: createNatsRecordStore(gone, clock),
    async close() {
      await connection.close();
      await server.stop();
    },
  };
});

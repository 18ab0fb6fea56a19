import { connect } from '@nats-io/transport-node';
import { openNatsRecordStore } from '../../../../shared/adapters/nats/nats-record-store.ts';
import { systemClock } from '../../../../shared/runtime/ids.ts';
import { describeRecordStore } from '../../../contract/record-store-contract.ts';
import { startNatsServer } from '../../../support/nats-server.ts';

describeRecordStore('NATS KV', async () => {
  const server = await startNatsServer();
  const connection = await connect({ servers: server.url });
  const store = await openNatsRecordStore({ connection, clock: systemClock, mayCreateBuckets: true });
  return {
    store,
    async close() {
      await connection.close();
      await server.stop();
    },
  };
});

import { openLocalStores } from '../../../../shared/adapters/local/open-local-stores.ts';

/**
 * Runs as a process of its own: opens the stores in the folder it is given, says so, and does what it is told.
 * `hold` keeps them open; `send` sends one message, stores one record and one blob, and says when all are durable.
 */
const [dataFolder = '', task = 'hold'] = process.argv.slice(2);

try {
  const stores = await openLocalStores({
    dataFolder,
    clock: { now: () => new Date() },
    signing: { baseUrl: () => 'http://127.0.0.1', secret: new Uint8Array(32) },
  });
  process.stdout.write('open\n');
  if (task === 'send') {
    await stores.queues.inbound.send(['"kept"']);
    await stores.store.commit([{ type: 'put', record: { pk: 'P', sk: 'S', kept: true } }]);
    await stores.buckets.raw.put('raw/a', Buffer.from('kept'));
    process.stdout.write('durable\n');
  }
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.stdout.write(`refused ${error instanceof Error ? error.message : ''}\n`);
  process.exitCode = 1;
}

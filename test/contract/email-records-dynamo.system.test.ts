import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoClient } from '../../shared/adapters/aws/aws-clients.ts';
import { createDynamoRecordStore } from '../../shared/adapters/aws/dynamo-record-store.ts';
import { startAwsStandIn } from '../support/aws-stand-in.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { dyingStore } from './email-records/dying-store.ts';
import { describeEmailRecords } from './email-records-contract.ts';

describeEmailRecords('DynamoDB', async () => {
  const standIn = await startAwsStandIn();
  const client = createDynamoClient(standIn.settings);
  const tableName = 'records';
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  const clock = createManualClock('2026-05-01T10:00:00.000Z');
  const store = createDynamoRecordStore({ client, tableName, clock });
  // Nothing listens on the discard port.
  const nowhere = createDynamoClient({ ...standIn.settings, endpoint: 'http://127.0.0.1:9', maxAttempts: 1 });
  return {
    store,
    scale: 0.18,
    dyingAt: (place) => dyingStore(store, place),
    unreachable: createDynamoRecordStore({ client: nowhere, tableName, clock }),
    async close() {
      client.destroy();
      nowhere.destroy();
      await standIn.stop();
    },
  };
});

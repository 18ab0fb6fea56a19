import { createDynamoClient } from '../../adapters/aws/aws-clients.ts';
import { createDynamoRecordStore } from '../../adapters/aws/dynamo-record-store.ts';
import type { PortMakers } from './port-makers.ts';

/** The records, in DynamoDB. */
export const storePorts = {
  store: ({ config, clock }) =>
    createDynamoRecordStore({ client: createDynamoClient(), tableName: config.LIGHTERMAIL_TABLE, clock }),
} satisfies PortMakers;

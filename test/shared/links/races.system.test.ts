import { CreateTableCommand, DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoClient } from '../../../shared/adapters/aws/aws-clients.ts';
import { createDynamoRecordStore } from '../../../shared/adapters/aws/dynamo-record-store.ts';
import { takeDownload } from '../../../shared/links/take-download.ts';
import { hashToken } from '../../../shared/mail/link-token.ts';
import type { RecordStore } from '../../../shared/ports/record-store.ts';
import { linkRecordsOf } from '../../../shared/records/link-records.ts';
import { createIds, systemClock } from '../../../shared/runtime/ids.ts';
import { raceRevocations } from '../../contract/link-races.ts';
import { type AwsStandIn, startAwsStandIn } from '../../support/aws-stand-in.ts';
import { tokenOf } from '../../support/sample-link.ts';

const races = Number(process.env.LIGHTERMAIL_RACES ?? 200);
/** The stand-in copies a whole table for each transaction: a new table now and then keeps that short. */
const racesPerTable = 25;
let standIn: AwsStandIn;
let client: ReturnType<typeof createDynamoClient>;
let tableCount = 0;

beforeAll(async () => {
  standIn = await startAwsStandIn();
  // One request at a time, and a machine with much else to do: the usual time limit says nothing here.
  client = createDynamoClient({ ...standIn.settings, requestHandler: { requestTimeout: 60_000 } });
});
afterAll(async () => {
  client?.destroy();
  await standIn?.stop();
});

async function openTable(): Promise<RecordStore> {
  tableCount += 1;
  const tableName = `records-${tableCount}`;
  if (tableCount > 1) await client.send(new DeleteTableCommand({ TableName: `records-${tableCount - 1}` }));
  const names = ['pk', 'sk'];
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  return createDynamoRecordStore({ client, tableName, clock: systemClock });
}

describe('links on DynamoDB', () => {
  it(`E5 are withdrawn linearizably while they are opened, in ${races} races`, { timeout: 3_600_000 }, async () => {
    const total = { races: 0, looks: 0, broken: 0, backwards: 0, close: 0 };
    for (let done = 0; done < races; done += racesPerTable) {
      const result = await raceRevocations(await openTable(), Math.min(racesPerTable, races - done), 3);
      for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += result[name];
    }

    expect(total).toMatchObject({ races, looks: 5 * races, broken: 0, backwards: 0 });
    expect(total.close).toBeGreaterThan(races / 2);
  });

  it('E4 give exactly 3 of 30 downloads that are taken at once (the stand-in answers one request at a time)', async () => {
    const store = await openTable();
    const { links, grants } = linkRecordsOf({ store, clock: systemClock, ids: createIds(systemClock) });
    const token = tokenOf(77);
    const at = new Date().toISOString();
    await links.create([
      {
        ...{ tokenHash: hashToken(token), mailId: 'limited', path: '1', recipientHash: 'r', blobKey: 'files/x' },
        ...{ fileName: 'x', contentType: 'text/plain', sizeBytes: 1, sha256: '0'.repeat(64), createdAt: at },
        linkExpiresAt: new Date(Date.now() + 86_400_000).toISOString(),
        ...{ state: 'active', maxDownloads: 3, downloadsLeft: 3 },
      },
    ]);
    const link = await links.read(hashToken(token));
    if (link === undefined) throw new Error('the link is missing');

    const taken = await Promise.all(
      Array.from({ length: 30 }, () => takeDownload({ grants, clock: systemClock }, token, [link])),
    );

    expect(taken.filter(({ result }) => result === 'granted')).toHaveLength(3);
    expect(taken.filter(({ result }) => result === 'spent')).toHaveLength(27);
    expect(await links.read(hashToken(token))).toMatchObject({ downloadsLeft: 0, downloadCount: 3 });
  });
});

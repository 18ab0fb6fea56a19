import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoClient } from '../../../../shared/adapters/aws/aws-clients.ts';
import { createDynamoRecordStore } from '../../../../shared/adapters/aws/dynamo-record-store.ts';
import type { Change, RecordStore } from '../../../../shared/ports/record-store.ts';
import { describeRecordStore } from '../../../contract/record-store-contract.ts';
import { uniqueName } from '../../../contract/unique-name.ts';
import { startAwsStandIn } from '../../../support/aws-stand-in.ts';

async function openTable(clock = { now: () => new Date() }) {
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
  const store = createDynamoRecordStore({ client, tableName, clock });
  const close = async () => {
    client.destroy();
    await standIn.stop();
  };
  return { store, close };
}

describeRecordStore('DynamoDB', openTable);

describe('DynamoDB record store, time to live', () => {
  let now = new Date('2026-05-01T00:00:00Z');
  let store: RecordStore;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ store, close } = await openTable({ now: () => now }));
  });
  afterAll(() => close?.());

  async function expired() {
    const key = { pk: uniqueName('P'), sk: 'S' };
    now = new Date('2026-05-01T00:00:00Z');
    const expiresAt = now.getTime() / 1000 + 10;
    await store.commit([{ type: 'put', record: { ...key, old: 'yes', n: 5, expiresAt } }]);
    now = new Date((expiresAt - 1) * 1000);
    expect(await store.read(key)).toMatchObject({ old: 'yes' });
    now = new Date(expiresAt * 1000);
    return key;
  }

  it('an expired item reads as absent, in a read, a query and a conflict', async () => {
    const key = await expired();
    expect(await store.read(key)).toBeUndefined();
    expect(await store.query({ pk: key.pk })).toEqual({ records: [] });
    expect(await store.commit([{ type: 'check', key, when: { is: 'present' } }])).toEqual({
      committed: false,
      conflicts: [{ index: 0 }],
    });
    expect(await store.commit([{ type: 'put', record: key, when: { matches: { old: 'yes' } } }])).toMatchObject({
      committed: false,
    });
  });

  it('an expired item is in nobody’s way: put when absent takes its place', async () => {
    const key = await expired();
    expect(await store.commit([{ type: 'put', record: { ...key, a: 1 }, when: { is: 'absent' } }])).toEqual({
      committed: true,
    });
    expect(await store.read(key)).toEqual({ ...key, a: 1 });
  });

  it.each<[string, Partial<Change>]>([
    ['without a condition', {}],
    ['when absent', { when: { is: 'absent' } }],
  ])('an update %s begins anew over an expired item, alone and among others', async (_name, more) => {
    for (const others of [[], [{ type: 'put', record: { pk: uniqueName('P'), sk: 'X' } }]] as Change[][]) {
      const key = await expired();
      const update = { type: 'update', key, set: { a: 1 }, add: { n: 1 }, ...more } as Change;
      expect(await store.commit([...others, update])).toEqual({ committed: true });
      expect(await store.read(key)).toEqual({ ...key, a: 1, n: 1 });
    }
  });

  it('a page is filled although expired items stand between', async () => {
    const pk = uniqueName('P');
    now = new Date('2026-05-01T00:00:00Z');
    const expiresAt = now.getTime() / 1000;
    const records = Array.from({ length: 30 }, (_, index) => ({
      pk,
      sk: String(index).padStart(2, '0'),
      ...(index % 3 === 0 ? {} : { expiresAt }),
    }));
    await store.commit(records.map((record) => ({ type: 'put', record })));
    const first = await store.query({ pk, limit: 4 });
    expect(first.records.map((record) => record.sk)).toEqual(['00', '03', '06', '09']);
    const rest = await store.query({ pk, limit: 6, cursor: first.cursor ?? '' });
    expect(rest.records.map((record) => record.sk)).toEqual(['12', '15', '18', '21', '24', '27']);
    expect(rest.cursor).toBeUndefined();
  });
});

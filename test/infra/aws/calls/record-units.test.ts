import { describe, expect, it } from 'vitest';
import { countRecordUnits, itemBytes } from './record-units.ts';
import type { WireRequest } from './wire-calls.ts';

const request = (operation: string, input: object, answerBytes = 0): WireRequest => ({
  ...{ method: 'POST', path: '/', status: 200, answerBytes },
  headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
  body: Buffer.from(JSON.stringify(input)),
});

const key = { pk: { S: 'p' }, sk: { S: 's' } };
const large = { ...key, text: { S: 'x'.repeat(1500) } };

describe('countRecordUnits', () => {
  it('counts a write for each KB of an item, and twice in a transaction', () => {
    expect(countRecordUnits([request('PutItem', { Item: large })]).writeUnits).toBe(2);
    expect(
      countRecordUnits([request('TransactWriteItems', { TransactItems: [{ Put: { Item: large } }] })]),
    ).toMatchObject({ writeUnits: 4, storedBytes: itemBytes(large) });
  });

  it('counts an update and a deletion by the item that was there', () => {
    const put = request('PutItem', { Item: large });
    const update = request('UpdateItem', { Key: key, ExpressionAttributeValues: { ':v': { N: '12' } } });

    expect(countRecordUnits([put, update]).writeUnits).toBe(4);
    expect(countRecordUnits([put, request('DeleteItem', { Key: key })])).toMatchObject({
      writeUnits: 4,
      storedBytes: 0,
    });
  });

  it('counts a consistent read for each 4 KB that is answered, one at least', () => {
    const read = (bytes: number) => countRecordUnits([request('GetItem', { Key: key }, bytes)]).readUnits;

    expect([read(0), read(4096), read(4097)]).toEqual([1, 1, 2]);
  });

  it('leaves the requests of other services alone', () => {
    const other = { ...request('GetItem', {}), headers: { 'x-amz-target': 'AmazonSQS.SendMessage' } };

    expect(countRecordUnits([other])).toEqual({ writeUnits: 0, readUnits: 0, storedBytes: 0 });
  });
});

import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Page, RecordQuery, StoredRecord } from '../../ports/record-store.ts';
import { type Item, toKeyItem, toRecord } from './dynamo-values.ts';

const defaultLimit = 100;

/**
 * One page of a query. Pages of DynamoDB that expired items have thinned out are filled up, so that a page shorter
 * than the limit is the last one.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
 */
export async function queryPage(
  client: DynamoDBClient,
  tableName: string,
  query: RecordQuery,
  nowSeconds: number,
): Promise<Page> {
  const limit = query.limit ?? defaultLimit;
  const input = toQueryInput(tableName, query);
  if (input === undefined) return { records: [] };
  const records: StoredRecord[] = [];
  let start = query.cursor === undefined ? undefined : fromCursor(query.pk, query.cursor);
  do {
    // One more than wanted tells whether there is a next page.
    const wanted = { Limit: limit + 1 - records.length, ...(start === undefined ? {} : { ExclusiveStartKey: start }) };
    const answer = await client.send(new QueryCommand({ ...input, ...wanted }));
    for (const item of answer.Items ?? []) {
      const record = toRecord(item, nowSeconds);
      if (record !== undefined) records.push(record);
    }
    start = answer.LastEvaluatedKey;
  } while (start !== undefined && records.length <= limit);
  if (records.length <= limit) return { records };
  const page = records.slice(0, limit);
  return { records: page, cursor: toCursor(page.at(-1)?.sk ?? '') };
}

function toQueryInput(tableName: string, query: RecordQuery): QueryCommandInput | undefined {
  const range = toKeyRange(query);
  if (range === undefined) return undefined;
  return {
    TableName: tableName,
    ConsistentRead: true,
    ScanIndexForward: query.descending !== true,
    KeyConditionExpression: ['pk = :pk', range.expression].filter((part) => part !== '').join(' AND '),
    ExpressionAttributeValues: { ':pk': { S: query.pk }, ...range.values },
  };
}

interface KeyRange {
  readonly expression: string;
  readonly values: Item;
}

/** DynamoDB takes one condition on the sort key; `undefined` when no key can fulfil both. */
function toKeyRange({ skPrefix = '', skUpTo }: RecordQuery): KeyRange | undefined {
  const byPrefix = { expression: 'begins_with(sk, :prefix)', values: { ':prefix': { S: skPrefix } } };
  if (skUpTo === undefined) return skPrefix === '' ? { expression: '', values: {} } : byPrefix;
  const upTo = { ':upTo': { S: skUpTo } };
  if (skPrefix === '') return { expression: 'sk <= :upTo', values: upTo };
  // Every key between a prefix and a longer key with that prefix begins with it.
  if (skUpTo.startsWith(skPrefix)) {
    return { expression: 'sk BETWEEN :prefix AND :upTo', values: { ...byPrefix.values, ...upTo } };
  }
  return Buffer.compare(Buffer.from(skUpTo), Buffer.from(skPrefix)) < 0 ? undefined : byPrefix;
}

function toCursor(sk: string): string {
  return Buffer.from(sk).toString('base64url');
}

function fromCursor(pk: string, cursor: string): Item {
  return toKeyItem({ pk, sk: Buffer.from(cursor, 'base64url').toString() });
}

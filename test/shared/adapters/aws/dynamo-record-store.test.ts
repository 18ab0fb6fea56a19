import { afterEach, describe, expect, it } from 'vitest';
import { createDynamoClient } from '../../../../shared/adapters/aws/aws-clients.ts';
import { createDynamoRecordStore } from '../../../../shared/adapters/aws/dynamo-record-store.ts';
import { toErrorCode } from '../../../../shared/errors/mail-error.ts';
import type { Change, RecordStore } from '../../../../shared/ports/record-store.ts';
import { answerJson, type StubEndpoint, type StubRequest, startStubEndpoint } from './stub-endpoint.ts';

const type = (name: string) => `com.amazonaws.dynamodb.v20120810#${name}`;
const key = { pk: 'EMAIL#e1', sk: 'STATE' };
const claim: Change = { type: 'update', key, set: { owner: 'me' }, when: { matches: { state: 'queued' } } };

type Reply = 'reset' | { readonly status: number; readonly body: unknown };
const failed = (name: string, more: object = {}): Reply => ({
  status: 400,
  body: { __type: type(name), message: 'x', ...more },
});
const done: Reply = { status: 200, body: {} };

function commitIdOf(request: StubRequest): string {
  const body = JSON.parse(request.body.toString('utf8'));
  if (body.ClientRequestToken !== undefined) return body.ClientRequestToken;
  if (body.Item !== undefined) return body.Item.rev.S;
  const names = Object.entries(body.ExpressionAttributeNames) as [string, string][];
  const rev = names.find(([, name]) => name === 'rev')?.[0] ?? '';
  const value = new RegExp(`${rev} = (:v\\d+)`).exec(body.UpdateExpression)?.[1] ?? '';
  return body.ExpressionAttributeValues[value].S;
}

describe('DynamoDB record store', () => {
  let endpoint: StubEndpoint;
  let store: RecordStore;
  afterEach(() => endpoint.close());

  async function open(reply: (request: StubRequest) => Reply): Promise<void> {
    endpoint = await startStubEndpoint((request, response) => {
      const wanted = reply(request);
      if (wanted === 'reset') response.destroy();
      else answerJson(response, wanted.status, wanted.body);
    });
    const client = createDynamoClient(endpoint.settings);
    const clock = { now: () => new Date('2026-05-01T00:00:00Z') };
    store = createDynamoRecordStore({ client, tableName: 'records', clock, random: () => 0 });
  }

  /** Item as it stands, as DynamoDB shows it after a failed condition. */
  const current = (rev: string) => ({ pk: { S: key.pk }, sk: { S: key.sk }, owner: { S: 'x' }, rev: { S: rev } });

  it.each<[string, Change]>([
    ['update', claim],
    ['put', { type: 'put', record: { ...key, owner: 'me' }, when: { is: 'absent' } }],
  ])(
    'B16 a conditional %s whose answer was lost, and that the library repeats, counts as committed',
    async (_name, change) => {
      await open((request) =>
        request.index === 0
          ? 'reset'
          : failed('ConditionalCheckFailedException', { Item: current(commitIdOf(request)) }),
      );
      expect(await store.commit([change])).toEqual({ committed: true });
      expect(new Set(endpoint.requests.map(commitIdOf)).size).toBe(1);
      expect(endpoint.requests).toHaveLength(2);
    },
  );

  it('B16 a repeated condition that fails on another’s item is a conflict, shown without the store’s own attribute', async () => {
    await open((request) =>
      request.index === 0 ? 'reset' : failed('ConditionalCheckFailedException', { Item: current('another') }),
    );
    expect(await store.commit([claim])).toEqual({
      committed: false,
      conflicts: [{ index: 0, current: { ...key, owner: 'x' } }],
    });
  });

  it.each<[string, Change[]]>([
    ['several changes', [claim, { type: 'put', record: { pk: 'EMAIL#e1', sk: 'H#1' } }]],
    ['an addition', [{ type: 'update', key, add: { sent: 1 } }]],
    ['a conditional deletion', [{ type: 'delete', key, when: { is: 'present' } }]],
  ])('B16 %s whose answer was lost are repeated with the same token', async (_name, changes) => {
    await open((request) => (request.index === 0 ? 'reset' : done));
    expect(await store.commit(changes)).toEqual({ committed: true });
    expect(endpoint.requests.map((request) => request.operation)).toEqual(['TransactWriteItems', 'TransactWriteItems']);
    const [first, second] = endpoint.requests.map(commitIdOf);
    expect(first).toBe(second);
  });

  it('B16 a transaction that was made, forgotten by its token and repeated counts as committed by its rev', async () => {
    await open((request) => {
      if (request.index === 0) return 'reset';
      const reason = { Code: 'ConditionalCheckFailed', Item: current(commitIdOf(request)) };
      return failed('TransactionCanceledException', { CancellationReasons: [reason, { Code: 'None' }] });
    });
    const history: Change = { type: 'put', record: { pk: key.pk, sk: 'H#1' } };
    expect(await store.commit([claim, history])).toEqual({ committed: true });
  });

  it.each<[string, Reply]>([
    [
      'another transaction',
      failed('TransactionCanceledException', {
        CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
      }),
    ],
    [
      'a throttled item',
      failed('TransactionCanceledException', { CancellationReasons: [{ Code: 'ThrottlingError' }, { Code: 'None' }] }),
    ],
    ['itself in progress', failed('TransactionInProgressException')],
    ['a transaction, met by a plain write', failed('TransactionConflictException')],
  ])('B17 a commit stopped by %s is tried again', async (_name, reply) => {
    await open((request) => (request.index < 3 ? reply : done));
    const history: Change = { type: 'put', record: { pk: key.pk, sk: 'H#1' } };
    expect(await store.commit([claim, history])).toEqual({ committed: true });
    expect(endpoint.requests.length).toBe(4);
  });

  it('B17 a commit that others stop for ever ends as unavailable, after ten tries', async () => {
    await open(() =>
      failed('TransactionCanceledException', { CancellationReasons: [{ Code: 'TransactionConflict' }] }),
    );
    const code = await store.commit([{ type: 'update', key, add: { n: 1 } }]).catch(toErrorCode);
    expect(code).toBe('ERR_STORE_UNAVAILABLE');
    expect(endpoint.requests).toHaveLength(10);
  });

  it('a conflict beside another transaction is a conflict', async () => {
    const reasons = [{ Code: 'ConditionalCheckFailed' }, { Code: 'TransactionConflict' }];
    await open(() => failed('TransactionCanceledException', { CancellationReasons: reasons }));
    const history: Change = { type: 'put', record: { pk: key.pk, sk: 'H#1' } };
    expect(await store.commit([claim, history])).toEqual({ committed: false, conflicts: [{ index: 0 }] });
  });

  it.each<[string, Reply, string]>([
    ['500', { status: 500, body: { __type: type('InternalServerError') } }, 'ERR_STORE_UNAVAILABLE'],
    ['a reset', 'reset', 'ERR_STORE_UNAVAILABLE'],
    ['a missing table', failed('ResourceNotFoundException'), 'ERR_STORE_UNAVAILABLE'],
    ['access denied', failed('AccessDeniedException'), 'ERR_CREDENTIALS'],
  ])('B15 %s is a failure, never absence', async (_name, reply, code) => {
    await open(() => reply);
    expect(await store.read(key).catch(toErrorCode)).toBe(code);
    expect(await store.query({ pk: 'x' }).catch(toErrorCode)).toBe(code);
    expect(await store.commit([claim]).catch(toErrorCode)).toBe(code);
  });

  it('H10 an item too large for the table is refused for good', async () => {
    await open(() => failed('ValidationException', { message: 'Item size has exceeded the maximum allowed size' }));
    expect(await store.commit([claim]).catch(toErrorCode)).toBe('ERR_TOO_LARGE');
  });

  it('reads and queries are strongly consistent', async () => {
    await open(() => done);
    await store.read(key);
    await store.query({ pk: 'x' });
    expect(endpoint.requests.map((request) => JSON.parse(request.body.toString()).ConsistentRead)).toEqual([
      true,
      true,
    ]);
  });

  it('a record with the store’s own attribute is refused', async () => {
    await open(() => done);
    await expect(store.commit([{ type: 'put', record: { ...key, rev: 'x' } }])).rejects.toThrow('rev');
    expect(endpoint.requests).toEqual([]);
  });
});

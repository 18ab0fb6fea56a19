import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DeleteItemCommand, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PermanentMailError } from '../../errors/mail-error.ts';
import type { Clock } from '../../ports/platform.ts';
import {
  type Change,
  type CommitResult,
  type Conflict,
  maxChangesPerCommit,
  type RecordStore,
} from '../../ports/record-store.ts';
import { toAwsErrorFacts, toAwsMailError } from './aws-errors.ts';
import { type CommitContext, canMakeItem, toKey } from './dynamo-changes.ts';
import { commitOnce, isCanceled, isPassing, type RawConflict, type RawResult } from './dynamo-commit.ts';
import { queryPage } from './dynamo-query.ts';
import { isExpired, revAttribute, toKeyItem, toRecord } from './dynamo-values.ts';

/** Waits of at most 50, 100, … 1,000 ms, half of that on average: 3 s in all, inside every function's time. */
const maxTries = 10;
const firstWaitMs = 50;
const longestWaitMs = 1_000;

export interface DynamoRecordStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly clock: Clock;
  /** Makes an id that never repeats, 1 to 36 characters; names each commit. */
  readonly nextCommitId?: () => string;
  /** 0 to 1; spreads the waits. */
  readonly random?: () => number;
}

/**
 * A DynamoDB table with the keys `pk` and `sk` (both text) and the time to live `expiresAt`. Each written item carries
 * the id of its commit in `rev`, by which a commit recognises its own work when the client library has repeated it.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
 */
export function createDynamoRecordStore(options: DynamoRecordStoreOptions): RecordStore {
  const { client, tableName, clock, nextCommitId = randomUUID } = options;
  const nowSeconds = () => Math.floor(clock.now().getTime() / 1000);
  return {
    read: (key) =>
      answered('dynamodb GetItem', async () => {
        const input = { TableName: tableName, Key: toKeyItem(key), ConsistentRead: true };
        return toRecord((await client.send(new GetItemCommand(input))).Item, nowSeconds());
      }),
    query: (query) => answered('dynamodb Query', () => queryPage(client, tableName, query, nowSeconds())),
    async commit(changes) {
      assertChanges(changes);
      const context = { tableName, nextCommitId, nowSeconds: nowSeconds() };
      return answered('dynamodb commit', () => commit(options, changes, context));
    },
  };
}

interface CommitRun extends Omit<CommitContext, 'commitId'> {
  readonly nextCommitId: () => string;
}

async function commit(
  options: DynamoRecordStoreOptions,
  changes: readonly Change[],
  context: CommitRun,
): Promise<CommitResult> {
  let conflicts = await commitWithPatience(options, changes, context);
  const remains = conflicts.filter((conflict) => isRemains(changes[conflict.index], conflict, context.nowSeconds));
  if (remains.length > 0) {
    for (const { index } of remains) await deleteExpired(options.client, changes[index], context);
    conflicts = await commitWithPatience(options, changes, context);
  }
  if (conflicts.length === 0) return { committed: true };
  return { committed: false, conflicts: conflicts.map((conflict) => toConflict(conflict, context.nowSeconds)) };
}

/**
 * Repeats a commit that another transaction or a throttle stood in the way of. The id stays the same while it could
 * have been made after all; once it was canceled for certain the next try is a new one.
 */
async function commitWithPatience(
  options: DynamoRecordStoreOptions,
  changes: readonly Change[],
  run: CommitRun,
): Promise<RawResult> {
  const random = options.random ?? Math.random;
  let commitId = run.nextCommitId();
  for (let tries = 1; ; tries += 1) {
    try {
      return await commitOnce(options.client, changes, { ...run, commitId });
    } catch (error) {
      if (tries === maxTries || !isPassing(error)) throw error;
      if (isCanceled(error)) commitId = run.nextCommitId();
      await wait(random() * Math.min(longestWaitMs, firstWaitMs * 2 ** (tries - 1)));
    }
  }
}

/** Whether an update that may make its item was stopped by one that has expired and is not yet deleted. */
function isRemains(change: Change | undefined, { item }: RawConflict, nowSeconds: number): boolean {
  return change !== undefined && item !== undefined && canMakeItem(change) && isExpired(item, nowSeconds);
}

async function deleteExpired(client: DynamoDBClient, change: Change | undefined, context: CommitRun): Promise<void> {
  if (change === undefined) return;
  const command = new DeleteItemCommand({
    TableName: context.tableName,
    Key: toKeyItem(toKey(change)),
    ConditionExpression: 'expiresAt <= :now',
    ExpressionAttributeValues: { ':now': { N: String(context.nowSeconds) } },
  });
  try {
    await client.send(command);
  } catch (error) {
    // Someone else has deleted or renewed it: the commit that follows sees what stands there now.
    if (toAwsErrorFacts(error).name !== 'ConditionalCheckFailedException') throw error;
  }
}

function toConflict({ index, item }: RawConflict, nowSeconds: number): Conflict {
  const current = toRecord(item, nowSeconds);
  return current === undefined ? { index } : { index, current };
}

function assertChanges(changes: readonly Change[]): void {
  if (changes.length < 1 || changes.length > maxChangesPerCommit) {
    throw new RangeError(`a commit has ${changes.length} changes; 1 to ${maxChangesPerCommit} are allowed`);
  }
  const keys = new Set(changes.map(toKey).map(({ pk, sk }) => JSON.stringify([pk, sk])));
  if (keys.size < changes.length) throw new RangeError('two changes of one commit name the same item');
  for (const change of changes) {
    const attributes =
      change.type === 'put' ? change.record : change.type === 'update' ? { ...change.set, ...change.add } : {};
    if (revAttribute in attributes) throw new TypeError(`${revAttribute} is the store's own attribute`);
  }
}

/** DynamoDB's words for an item over 400 KB or a transaction over 4 MB: no repetition can mend that. */
const tooLarge = /item size|exceed.*(size|limit)|too large/i;

async function answered<Answer>(operation: string, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    const { name, message } = toAwsErrorFacts(error);
    if (name === 'ValidationException' && tooLarge.test(message)) {
      throw new PermanentMailError(
        'ERR_TOO_LARGE',
        `${operation} failed: an item or the commit is larger than dynamodb takes`,
        {
          cause: error,
        },
      );
    }
    throw toAwsMailError(error, operation, 'ERR_STORE_UNAVAILABLE');
  }
}

import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Change } from '../../ports/record-store.ts';
import { toAwsErrorFacts } from './aws-errors.ts';
import { type CommitContext, toWriteItem } from './dynamo-changes.ts';
import { type Item, revAttribute } from './dynamo-values.ts';

/** A condition that did not hold, with the item as DynamoDB holds it, expired or not. */
export interface RawConflict {
  readonly index: number;
  readonly item?: Item;
}

/** No conflicts: committed. */
export type RawResult = readonly RawConflict[];

/**
 * Makes the changes in one request: a plain write where the client library may repeat it without harm, else a
 * transaction, whose token makes a repetition harmless.
 */
export async function commitOnce(
  client: DynamoDBClient,
  changes: readonly Change[],
  context: CommitContext,
): Promise<RawResult> {
  const items = changes.map((change) => toWriteItem(change, context));
  const [only] = changes;
  const [item] = items;
  try {
    if (changes.length === 1 && only !== undefined && item !== undefined && isSafeAlone(only))
      await writeAlone(client, item);
    else
      await client.send(new TransactWriteItemsCommand({ TransactItems: items, ClientRequestToken: context.commitId }));
    return [];
  } catch (error) {
    const conflicts = toConflicts(error);
    if (conflicts.length === 0) throw error;
    // The first answer was lost and the library asked again: the item that stands in the way is our own.
    return conflicts.some(({ item: current }) => current?.[revAttribute]?.S === context.commitId) ? [] : conflicts;
  }
}

/**
 * Whether a repetition of the plain write does the same or is recognised by its `rev`. An addition would count
 * twice, and a conditional deletion leaves nothing behind that could be recognised.
 */
function isSafeAlone(change: Change): boolean {
  switch (change.type) {
    case 'put':
      return true;
    case 'update':
      return Object.keys(change.add ?? {}).length === 0;
    case 'delete':
      return change.when === undefined;
    case 'check':
      return false;
  }
}

async function writeAlone(client: DynamoDBClient, { Put, Update, Delete }: TransactWriteItem): Promise<void> {
  if (Put !== undefined) await client.send(new PutItemCommand(Put));
  else if (Update !== undefined) await client.send(new UpdateItemCommand(Update));
  else if (Delete !== undefined) await client.send(new DeleteItemCommand(Delete));
}

interface CancellationReason {
  readonly Code?: string;
  readonly Item?: Item;
}

/** The conditions that did not hold; none when the error is of another kind. */
function toConflicts(error: unknown): RawConflict[] {
  const { name } = toAwsErrorFacts(error);
  if (name === 'ConditionalCheckFailedException') return [toConflict(0, (error as CancellationReason).Item)];
  return toReasons(error).flatMap((reason, index) =>
    reason.Code === 'ConditionalCheckFailed' ? [toConflict(index, reason.Item)] : [],
  );
}

function toConflict(index: number, item: Item | undefined): RawConflict {
  return item === undefined ? { index } : { index, item };
}

/** Whether DynamoDB has answered that it made none of the changes. */
export function isCanceled(error: unknown): boolean {
  return toAwsErrorFacts(error).name === 'TransactionCanceledException';
}

function toReasons(error: unknown): readonly CancellationReason[] {
  if (!isCanceled(error)) return [];
  return (error as { CancellationReasons?: readonly CancellationReason[] }).CancellationReasons ?? [];
}

const passingReasons = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

/**
 * Whether another transaction or too much traffic stood in the way: the same commit can succeed a moment later.
 * Throttled requests, and transactions that are still in progress, the client library itself repeats.
 */
export function isPassing(error: unknown): boolean {
  if (toAwsErrorFacts(error).name === 'TransactionConflictException') return true;
  const codes = toReasons(error).map((reason) => reason.Code ?? 'None');
  const passing = codes.filter((code) => passingReasons.includes(code));
  return passing.length > 0 && passing.length === codes.filter((code) => code !== 'None').length;
}

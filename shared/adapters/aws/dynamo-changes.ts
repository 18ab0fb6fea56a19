import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Change, Condition, RecordKey, UpdateChange } from '../../ports/record-store.ts';
import {
  createPlaceholders,
  type Placeholders,
  toConditionExpression,
  toNotExpiredExpression,
  toUpdateExpression,
} from './dynamo-expressions.ts';
import { revAttribute, toItem, toKeyItem } from './dynamo-values.ts';

/** What all changes of one commit share. */
export interface CommitContext {
  readonly tableName: string;
  /** Stamped on every item that is written. */
  readonly commitId: string;
  /** Now, in seconds since 1970: what expires at or before it counts as absent. */
  readonly nowSeconds: number;
}

/** The key that a change names. */
export function toKey(change: Change): RecordKey {
  return change.type === 'put' ? change.record : change.key;
}

/** One change as an item of TransactWriteItems; its parts are the inputs of PutItem, UpdateItem and DeleteItem too. */
export function toWriteItem(change: Change, context: CommitContext): TransactWriteItem {
  const to = createPlaceholders();
  const shared = { TableName: context.tableName };
  switch (change.type) {
    case 'put': {
      const Item = toItem({ ...change.record, [revAttribute]: context.commitId });
      return { Put: { ...shared, Item, ...toGuard(change.when, context, to) } };
    }
    case 'update': {
      const UpdateExpression = toUpdateExpression(change, context.commitId, to);
      const guard = toUpdateGuard(change, context, to);
      return { Update: { ...shared, Key: toKeyItem(change.key), UpdateExpression, ...guard } };
    }
    case 'delete':
      return { Delete: { ...shared, Key: toKeyItem(change.key), ...toGuard(change.when, context, to) } };
    case 'check': {
      const ConditionExpression = toConditionExpression(change.when, context.nowSeconds, to);
      const guard = { ConditionExpression, ...to.maps(), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
      return { ConditionCheck: { ...shared, Key: toKeyItem(change.key), ...guard } };
    }
  }
}

function toGuard(when: Condition | undefined, context: CommitContext, to: Placeholders) {
  if (when === undefined) return to.maps();
  const ConditionExpression = toConditionExpression(when, context.nowSeconds, to);
  return { ConditionExpression, ...to.maps(), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
}

/** An update writes onto what is there, so the remains of an expired item must be out of its way first. */
function toUpdateGuard(change: UpdateChange, { nowSeconds }: CommitContext, to: Placeholders) {
  const when = canMakeItem(change) ? withoutRemains(change.when, nowSeconds, to) : undefined;
  const ConditionExpression = when ?? toConditionExpression(change.when ?? { is: 'present' }, nowSeconds, to);
  return { ConditionExpression, ...to.maps(), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
}

/** Whether a change is an update that may find nothing and make the item. */
export function canMakeItem(change: Change): boolean {
  if (change.type !== 'update') return false;
  return change.when === undefined || ('is' in change.when && change.when.is === 'absent');
}

function withoutRemains(when: Condition | undefined, nowSeconds: number, to: Placeholders): string {
  return when === undefined ? toNotExpiredExpression(nowSeconds, to) : `attribute_not_exists(${to.name('pk')})`;
}

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Condition, Scalar, UpdateChange, Value } from '../../ports/record-store.ts';
import { type Item, revAttribute, toAttributeValue } from './dynamo-values.ts';

/** The placeholders of one request: names may be reserved words, values may not stand in expressions at all. */
export interface Placeholders {
  name(attribute: string): string;
  value(value: Value): string;
  /** As the request takes them: an empty map would be refused, so it is left out. */
  maps(): { ExpressionAttributeNames?: Record<string, string>; ExpressionAttributeValues?: Item };
}

export function createPlaceholders(): Placeholders {
  const names = new Map<string, string>();
  const values: Record<string, AttributeValue> = {};
  let valueCount = 0;
  return {
    name(attribute) {
      const known = names.get(attribute);
      if (known !== undefined) return known;
      const placeholder = `#n${names.size}`;
      names.set(attribute, placeholder);
      return placeholder;
    },
    value(value) {
      const placeholder = `:v${valueCount}`;
      valueCount += 1;
      values[placeholder] = toAttributeValue(value);
      return placeholder;
    },
    maps() {
      const byPlaceholder = Object.fromEntries([...names].map(([attribute, placeholder]) => [placeholder, attribute]));
      return {
        ...(names.size === 0 ? {} : { ExpressionAttributeNames: byPlaceholder }),
        ...(valueCount === 0 ? {} : { ExpressionAttributeValues: values }),
      };
    },
  };
}

/**
 * A condition as an expression in which an expired item counts as absent.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export function toConditionExpression(condition: Condition, nowSeconds: number, to: Placeholders): string {
  const pk = to.name('pk');
  const expiresAt = to.name('expiresAt');
  const now = to.value(nowSeconds);
  if ('is' in condition && condition.is === 'absent') {
    return `attribute_not_exists(${pk}) OR ${expiresAt} <= ${now}`;
  }
  const present = `attribute_exists(${pk}) AND (attribute_not_exists(${expiresAt}) OR ${expiresAt} > ${now})`;
  if ('is' in condition) return present;
  const matches = Object.entries(condition.matches).map(([name, wanted]) => toMatch(name, wanted, to));
  return [present, ...matches].join(' AND ');
}

function toMatch(name: string, wanted: Scalar | readonly Scalar[], to: Placeholders): string {
  if (typeof wanted !== 'object') return toEqual(name, wanted, to);
  // No value at all is allowed: nothing can match, and IN () is not a legal expression.
  if (wanted.length === 0) return `attribute_not_exists(${to.name('pk')})`;
  return `(${wanted.map((one) => toEqual(name, one, to)).join(' OR ')})`;
}

/** DynamoDB tells false from 0 by itself; not all implementations of its interface do, so the type is asked for too. */
function toEqual(name: string, wanted: Scalar, to: Placeholders): string {
  const equal = `${to.name(name)} = ${to.value(wanted)}`;
  return typeof wanted === 'boolean' ? `(${equal} AND attribute_type(${to.name(name)}, ${to.value('BOOL')}))` : equal;
}

/** The condition under which an update may write at all: never onto the remains of an expired item. */
export function toNotExpiredExpression(nowSeconds: number, to: Placeholders): string {
  const expiresAt = to.name('expiresAt');
  return `(attribute_not_exists(${expiresAt}) OR ${expiresAt} > ${to.value(nowSeconds)})`;
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html */
export function toUpdateExpression(change: UpdateChange, commitId: string, to: Placeholders): string {
  const set = Object.entries({ ...change.set, [revAttribute]: commitId });
  const clauses = [`SET ${set.map(([name, value]) => `${to.name(name)} = ${to.value(value)}`).join(', ')}`];
  const remove = change.remove ?? [];
  if (remove.length > 0) clauses.push(`REMOVE ${remove.map((name) => to.name(name)).join(', ')}`);
  const add = Object.entries(change.add ?? {});
  if (add.length > 0) clauses.push(`ADD ${add.map(([name, by]) => `${to.name(name)} ${to.value(by)}`).join(', ')}`);
  return clauses.join(' ');
}

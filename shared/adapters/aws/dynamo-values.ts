import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { RecordKey, StoredRecord, Value } from '../../ports/record-store.ts';

/** An item as DynamoDB's client writes it. */
export type Item = Record<string, AttributeValue>;

/** The attribute that names the commit which wrote the item last. It belongs to the adapter and no record may use it. */
export const revAttribute = 'rev';

/** A JSON value in DynamoDB's form. @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html */
export function toAttributeValue(value: Value): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: toNumberText(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (isList(value)) return { L: value.map(toAttributeValue) };
  return { M: toItem(value) };
}

/** An object in DynamoDB's form; what is undefined is left out. */
export function toItem(object: Readonly<Record<string, Value | undefined>>): Item {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => (value === undefined ? [] : [[name, toAttributeValue(value)]])),
  );
}

export function toKeyItem({ pk, sk }: RecordKey): Item {
  return { pk: { S: pk }, sk: { S: sk } };
}

/** The value that `toAttributeValue` was given. */
export function fromAttributeValue(value: AttributeValue): Value {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.L !== undefined) return value.L.map(fromAttributeValue);
  if (value.M !== undefined) return fromItem(value.M);
  throw new TypeError(`an attribute is of type ${Object.keys(value)[0] ?? 'none'}, which no record is written with`);
}

function fromItem(item: Item): Record<string, Value> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromAttributeValue(value)]));
}

/** The record in an item, without the adapter's own attribute; absent when its time to live is over. */
export function toRecord(item: Item | undefined, nowSeconds: number): StoredRecord | undefined {
  if (item === undefined || Object.keys(item).length === 0 || isExpired(item, nowSeconds)) return undefined;
  const { [revAttribute]: _rev, ...rest } = item;
  // Every item of the table was written with its key: this is the parse edge.
  return fromItem(rest) as unknown as StoredRecord;
}

/** DynamoDB deletes expired items within days; until then they count as gone. */
export function isExpired(item: Item, nowSeconds: number): boolean {
  const expiresAt = item.expiresAt?.N;
  return expiresAt !== undefined && Number(expiresAt) <= nowSeconds;
}

function toNumberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  throw new TypeError(`${value} is not a number that can be stored`);
}

function isList(value: readonly Value[] | { readonly [name: string]: Value }): value is readonly Value[] {
  return Array.isArray(value);
}

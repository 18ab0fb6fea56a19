import type { WireRequest } from './wire-calls.ts';

/** What DynamoDB bills, and what is stored in the end. */
export interface RecordUnits {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly storedBytes: number;
}

type Attributes = Readonly<Record<string, Attribute>>;
type Attribute = Readonly<Record<string, unknown>>;
interface Write {
  readonly Item?: Attributes;
  readonly Key?: Attributes;
  readonly ExpressionAttributeValues?: Attributes;
}

const writeBytes = 1024;
const readBytes = 4096;

/**
 * Counts units as DynamoDB does: a write for each KB of the item, twice in a transaction; a consistent read for each 4 KB
 * that is answered, where the answer's JSON stands for the items. An updated item counts as what it was and what is set.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
 */
export function countRecordUnits(requests: readonly WireRequest[]): RecordUnits {
  const sizes = new Map<string, number>();
  let [writeUnits, readUnits] = [0, 0];
  for (const { headers, body, answerBytes } of requests) {
    const [, operation] = /^DynamoDB_\d+\.(\w+)$/.exec(String(headers['x-amz-target'] ?? '')) ?? [];
    if (operation === undefined) continue;
    const input = JSON.parse(body.toString('utf8'));
    if (operation === 'GetItem' || operation === 'Query') readUnits += units(answerBytes, readBytes);
    else if (operation === 'TransactWriteItems')
      for (const item of input.TransactItems) writeUnits += 2 * write(sizes, ...onlyEntry(item));
    else writeUnits += write(sizes, operation.replace('Item', ''), input);
  }
  return { writeUnits, readUnits, storedBytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0) };
}

function onlyEntry(item: Readonly<Record<string, Write>>): [kind: string, write: Write] {
  const [only] = Object.entries(item);
  if (only === undefined) throw new Error('an empty part of a transaction');
  return only;
}

function write(sizes: Map<string, number>, kind: string, { Item, Key, ExpressionAttributeValues = {} }: Write): number {
  const { pk, sk } = Item ?? Key ?? {};
  const key = JSON.stringify([pk, sk]);
  const before = sizes.get(key) ?? 0;
  const after = Item === undefined ? before + itemBytes(ExpressionAttributeValues) : itemBytes(Item);
  if (kind === 'Delete') sizes.delete(key);
  else if (kind !== 'ConditionCheck') sizes.set(key, after);
  return units(kind === 'Delete' || kind === 'ConditionCheck' ? before : Math.max(before, after), writeBytes);
}

const units = (bytes: number, size: number) => Math.max(1, Math.ceil(bytes / size));

/** Names and values in UTF-8; a number takes half its digits. */
export function itemBytes(item: Attributes): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + attributeBytes(value), 0);
}

function attributeBytes(attribute: Attribute): number {
  const [[type, value] = ['NULL', true]] = Object.entries(attribute);
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(value));
    case 'N':
      return Math.ceil(String(value).length / 2) + 1;
    case 'L':
      return 3 + (value as Attribute[]).reduce((sum, one) => sum + 1 + attributeBytes(one), 0);
    case 'M':
      return 3 + itemBytes(value as Attributes);
    default:
      return 1;
  }
}

import { type Change, maxChangesPerCommit, type RecordKey, type UpdateChange } from '../../ports/record-store.ts';

/** DynamoDB's limits for the two parts of a key; unit: bytes of UTF-8. */
const maxPkBytes = 2_048;
const maxSkBytes = 1_024;

/**
 * Refuses a key that DynamoDB would refuse, or that would not come back as it was.
 * @throws RangeError
 */
export function assertKey({ pk, sk }: RecordKey): void {
  assertPart('pk', pk, maxPkBytes);
  assertPart('sk', sk, maxSkBytes);
}

function assertPart(name: string, text: string, maxBytes: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes < 1 || bytes > maxBytes) throw new RangeError(`${name} has ${bytes} bytes: 1 to ${maxBytes} are allowed`);
  if (!text.isWellFormed())
    throw new RangeError(`${name} holds half a surrogate pair: only whole characters are allowed`);
}

/**
 * Refuses a commit that no store of this port can make: none or too many changes, two for one item, an update that
 * names an attribute twice or the key, a number that JSON cannot hold.
 * @throws RangeError
 */
export function assertChanges(changes: readonly Change[]): void {
  if (changes.length < 1 || changes.length > maxChangesPerCommit) {
    throw new RangeError(`a commit has ${changes.length} changes: 1 to ${maxChangesPerCommit} are allowed`);
  }
  const keys = new Set<string>();
  for (const change of changes) {
    const { pk, sk } = change.type === 'put' ? change.record : change.key;
    assertKey({ pk, sk });
    keys.add(JSON.stringify([pk, sk]));
    if (change.type === 'update') assertUpdate(change);
    if (change.type === 'put') assertNumbers(change.record);
  }
  if (keys.size < changes.length) throw new RangeError('two changes of one commit name the same item: one is allowed');
}

function assertUpdate({ set = {}, remove = [], add = {} }: UpdateChange): void {
  const names = [...Object.keys(set), ...remove, ...Object.keys(add)];
  if (new Set(names).size < names.length) throw new RangeError('an update names one attribute twice: once is allowed');
  if (names.includes('pk') || names.includes('sk'))
    throw new RangeError('an update names the key: a key never changes');
  assertNumbers(set);
  assertNumbers(add);
}

function assertNumbers(value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`an attribute holds ${value}: only finite numbers are allowed`);
  }
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) assertNumbers(inner);
}

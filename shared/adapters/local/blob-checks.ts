import type { ByteRange, PutOptions, SignOptions } from '../../ports/blob-store.ts';

/** S3's limit; unit: bytes of UTF-8. */
const maxKeyBytes = 1_024;
/** SigV4's limit: seven days. */
const maxExpirySeconds = 604_800;

/**
 * Refuses a key that S3 would refuse, or that would not come back as it was.
 * @throws RangeError
 */
export function assertBlobKey(key: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes < 1 || bytes > maxKeyBytes) throw new RangeError(`key has ${bytes} bytes: 1 to ${maxKeyBytes} are allowed`);
  if (!key.isWellFormed()) throw new RangeError('key holds half a surrogate pair: only whole characters are allowed');
}

/**
 * User metadata with its names in lower case, as S3 gives them back.
 * @throws RangeError when a name or a value is not printable ASCII
 */
export function toMetadata(metadata: PutOptions['metadata'] = {}): Record<string, string> {
  const entries = Object.entries(metadata);
  for (const [name, value] of entries) {
    if (!/^[\x21-\x7e]+$/.test(name) || !/^[\x20-\x7e]*$/.test(value)) {
      throw new RangeError('metadata holds a name or a value that is not printable ASCII: encode it before');
    }
  }
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

/**
 * The first byte of a range and the one after its last, cut at the end of the object.
 * @throws RangeError when no byte of the object is in the range
 */
export function toSpan(range: ByteRange | undefined, sizeBytes: number): { start: number; end: number } {
  if (range === undefined) return { start: 0, end: sizeBytes };
  const { firstByte, lastByte } = range;
  const whole = Number.isSafeInteger(firstByte) && Number.isSafeInteger(lastByte);
  if (!whole || firstByte < 0 || firstByte > lastByte || firstByte >= sizeBytes) {
    throw new RangeError(`range is ${firstByte} to ${lastByte}: the object has ${sizeBytes} bytes`);
  }
  return { start: firstByte, end: Math.min(lastByte + 1, sizeBytes) };
}

/** @throws RangeError when the time to live of a signed URL is not one that S3 can give */
export function assertExpiry({ expiresInSeconds }: SignOptions): void {
  if (Number.isInteger(expiresInSeconds) && expiresInSeconds >= 1 && expiresInSeconds <= maxExpirySeconds) return;
  throw new RangeError(
    `expiresInSeconds is ${expiresInSeconds}: whole numbers from 1 to ${maxExpirySeconds} are allowed`,
  );
}

/** S3's page. */
const maxListed = 1_000;

/** @throws RangeError when a list of so many objects cannot be asked for */
export function assertListLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxListed) {
    throw new RangeError(`limit is ${limit}: 1 to ${maxListed} are allowed`);
  }
}

import { Readable } from 'node:stream';
import { TransientMailError } from '../../errors/mail-error.ts';
import { toAwsMailError } from './aws-errors.ts';

/**
 * A body that ends only after as many bytes as were announced: a mail cut short would parse as a whole one.
 * Ends with `ERR_BLOB_TRUNCATED` when the connection or the body ends early. Destroying it lets go of the connection.
 * @param expectedBytes what Content-Length said
 */
export function checkLength(source: Readable, expectedBytes: number): Readable {
  // The connection can break before anyone reads; the reader is told when it begins.
  source.on('error', () => {});
  const checked = Readable.from(readChecked(source, expectedBytes), { objectMode: false });
  checked.once('close', () => source.destroy());
  return checked;
}

async function* readChecked(source: Readable, expectedBytes: number): AsyncGenerator<Buffer> {
  let sizeBytes = 0;
  try {
    for await (const chunk of source) {
      sizeBytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (sizeBytes < expectedBytes) throw truncated(sizeBytes, expectedBytes, error);
    throw toAwsMailError(error, 's3 GetObject', 'ERR_BLOB_UNAVAILABLE');
  }
  if (sizeBytes !== expectedBytes) throw truncated(sizeBytes, expectedBytes);
}

function truncated(sizeBytes: number, expectedBytes: number, cause?: unknown): TransientMailError {
  const message = `the object ended after ${sizeBytes} of ${expectedBytes} bytes`;
  return new TransientMailError('ERR_BLOB_TRUNCATED', message, { cause });
}

import { PermanentMailError } from '../../errors/mail-error.ts';

/** SQS's limits for one SendMessageBatch. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const maxEntries = 10;
/** The limit of queues that were not set to more. */
const maxBatchBytes = 256 * 1024;

/**
 * ASCII bodies in batches that SQS takes, in their order.
 * @throws PermanentMailError `ERR_TOO_LARGE` for a body that no batch can hold
 */
export function toBatches(bodies: readonly string[]): string[][] {
  const batches: string[][] = [];
  let batch: string[] = [];
  let bytes = 0;
  for (const body of bodies) {
    if (body.length > maxBatchBytes) {
      throw new PermanentMailError(
        'ERR_TOO_LARGE',
        `a message has ${body.length} bytes; a queue takes ${maxBatchBytes}`,
      );
    }
    if (batch.length === maxEntries || bytes + body.length > maxBatchBytes) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(body);
    bytes += body.length;
  }
  return batch.length === 0 ? batches : [...batches, batch];
}

import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { PermanentMailError, TransientMailError } from '../../../shared/errors/mail-error.ts';
import type { JobQueue } from '../../../shared/ports/job-queue.ts';
import { createLogger } from '../../../shared/runtime/logger.ts';
import { type QueueRecord, queueBatch, type RecordEnd } from '../../../shared/runtime/queue-batch.ts';

const silent = createLogger({ service: 'test', write: () => undefined });
const enoughTime = { awsRequestId: 'r', getRemainingTimeInMillis: () => 60_000 };

function fakeQueue(overrides: Partial<JobQueue> = {}) {
  const released: { handle: string; delaySeconds: number }[] = [];
  const rejected: { body: string; code: string }[] = [];
  const queue: JobQueue = {
    name: 'test',
    send: async () => undefined,
    receive: async () => [],
    acknowledge: async () => undefined,
    release: async (handle, delaySeconds) => {
      released.push({ handle, delaySeconds });
    },
    reject: async (body, code) => {
      rejected.push({ body, code });
    },
    depth: async () => ({ messageCount: 0, visibleCount: 0, inFlightCount: 0 }),
    ...overrides,
  };
  return { queue, released, rejected };
}

function eventOf(bodies: readonly string[], receiveCount = 1): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `m${index}`,
      receiptHandle: `h${index}`,
      body,
      attributes: {
        ApproximateReceiveCount: String(receiveCount),
        SentTimestamp: '0',
        SenderId: 's',
        ApproximateFirstReceiveTimestamp: '0',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:local:0:test',
      awsRegion: 'local',
    })),
  };
}

function handlerFor(queue: JobQueue, work: (record: QueueRecord) => Promise<RecordEnd>) {
  return queueBatch({ queue, log: silent, maxReceiveCount: 5, minRemainingMs: 1000, work });
}

describe('queueBatch', () => {
  it('B2 reports exactly the records that failed, for each of the 1,024 subsets of ten', async () => {
    const { queue } = fakeQueue();
    const bodies = Array.from({ length: 10 }, (_, index) => String(index));
    for (let subset = 0; subset < 1024; subset += 1) {
      const handler = handlerFor(queue, async ({ body }) => {
        if ((subset >> Number(body)) & 1) throw new Error('fails');
        return { end: 'done' };
      });
      const { batchItemFailures } = await handler(eventOf(bodies), enoughTime);
      const expected = bodies.filter((body) => (subset >> Number(body)) & 1).map((body) => `m${body}`);
      expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(expected);
    }
  });

  it('B3 answers an empty list, never null, for a batch without failures', async () => {
    const { queue } = fakeQueue();
    const handler = handlerFor(queue, async () => ({ end: 'skippedDuplicate' }));
    expect(await handler(eventOf(['a']), enoughTime)).toEqual({ batchItemFailures: [] });
  });

  it('puts a permanently failed record into the dead letters with its code and acknowledges it', async () => {
    const { queue, rejected } = fakeQueue();
    const handler = handlerFor(queue, async () => {
      throw new PermanentMailError('ERR_BAD_EVENT', 'no event');
    });
    expect(await handler(eventOf(['poison']), enoughTime)).toEqual({ batchItemFailures: [] });
    expect(rejected).toEqual([{ body: 'poison', code: 'ERR_BAD_EVENT' }]);
  });

  it('H16 keeps a record whose dead letter cannot be written', async () => {
    const { queue } = fakeQueue({
      reject: async () => {
        throw new TransientMailError('ERR_QUEUE_UNAVAILABLE', 'down');
      },
    });
    const handler = handlerFor(queue, async () => ({ end: 'rejected', code: 'ERR_BAD_JOB' }));
    const { batchItemFailures } = await handler(eventOf(['x']), enoughTime);
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'm0' }]);
  });

  it('hands a record back with the delay that its error asks for', async () => {
    const { queue, released } = fakeQueue();
    const handler = handlerFor(queue, async () => {
      throw new TransientMailError('ERR_BLOB_UNAVAILABLE', 'later', { retryAfterSeconds: 7 });
    });
    await handler(eventOf(['x']), enoughTime);
    expect(released).toEqual([{ handle: 'h0', delaySeconds: 7 }]);
  });

  it('reports a failure although the delay could not be set', async () => {
    const { queue } = fakeQueue({
      release: async () => {
        throw new Error('gone');
      },
    });
    const handler = handlerFor(queue, async () => ({ end: 'retry', code: 'ERR_INTERNAL', delaySeconds: 1 }));
    expect((await handler(eventOf(['x']), enoughTime)).batchItemFailures).toHaveLength(1);
  });

  it('B4 begins no record when too little time remains', async () => {
    const { queue } = fakeQueue();
    let begun = 0;
    const handler = handlerFor(queue, async () => {
      begun += 1;
      return { end: 'done' };
    });
    const late = { awsRequestId: 'r', getRemainingTimeInMillis: () => 999 };
    expect((await handler(eventOf(['a', 'b']), late)).batchItemFailures).toHaveLength(2);
    expect(begun).toBe(0);
  });

  it('says when this receipt is the last one', async () => {
    const { queue } = fakeQueue();
    const seen: boolean[] = [];
    const handler = handlerFor(queue, async ({ isLastReceive }) => {
      seen.push(isLastReceive);
      return { end: 'done' };
    });
    await handler(eventOf(['a'], 4), enoughTime);
    await handler(eventOf(['a'], 5), enoughTime);
    expect(seen).toEqual([false, true]);
  });
});

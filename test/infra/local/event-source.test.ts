import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type EventSourceOptions, startEventSource } from '../../../infra/local/event-source.ts';
import type { QueueHandler } from '../../../shared/runtime/handler.ts';
import { keptLog, quietLog, scriptedQueue } from './fakes.ts';

function start(handler: QueueHandler, options: Partial<EventSourceOptions> = {}) {
  const queue = scriptedQueue();
  const source = startEventSource({
    queue,
    handler,
    batchSize: 10,
    maxConcurrency: 2,
    timeoutSeconds: 30,
    log: quietLog,
    ...options,
  });
  onTestFinished(async () => {
    await source.stop(0);
  });
  return { queue, source };
}

const failing = (...ids: readonly string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

describe('event source', () => {
  it('gives the handler a true SQS event and the time that remains', async () => {
    const handler = vi.fn<QueueHandler>(async () => failing());
    const { queue } = start(handler);

    queue.give(['a']);
    await vi.waitFor(() => expect(queue.acknowledged).toEqual(['receipt-a']));

    const [event, context] = handler.mock.calls[0] ?? [];
    expect(event?.Records[0]).toMatchObject({
      messageId: 'a',
      receiptHandle: 'receipt-a',
      body: '{"id":"a"}',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1767323045000' },
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:local:000000000000:inbound',
    });
    expect(context?.getRemainingTimeInMillis()).toBeGreaterThan(29_000);
    expect(context?.getRemainingTimeInMillis()).toBeLessThanOrEqual(30_000);
  });

  it('B2 acknowledges exactly what is not reported as failed, for every subset of failures', async () => {
    const ids = ['a', 'b', 'c', 'd'];
    for (let subset = 0; subset < 2 ** ids.length; subset += 1) {
      const failed = ids.filter((_id, index) => (subset >> index) % 2 === 1);
      const onBatch = vi.fn();
      const { queue } = start(async () => failing(...failed), { onBatch });
      queue.give(ids);
      await vi.waitFor(() => expect(onBatch).toHaveBeenCalled());

      expect(queue.acknowledged).toEqual(ids.filter((id) => !failed.includes(id)).map((id) => `receipt-${id}`));
      expect(queue.released).toEqual([]);
    }
  });

  it('B2 a handler that throws fails the whole batch: nothing is acknowledged, all is handed back', async () => {
    const { queue } = start(async () => {
      throw new Error('broken');
    });

    queue.give(['a', 'b']);
    await vi.waitFor(() => expect(queue.released).toHaveLength(2));

    expect(queue.acknowledged).toEqual([]);
    expect(queue.released[0]).toEqual({ receiptHandle: 'receipt-a', delaySeconds: 2 });
  });

  it.each([
    ['null', null],
    ['no list', {}],
    ['an empty id', failing('')],
    ['an unknown id', failing('z')],
  ])('B1 B3 an answer with %s acknowledges nothing', async (_name, answer) => {
    const onBatch = vi.fn();
    const { queue } = start(async () => answer as never, { onBatch });

    queue.give(['a', 'b']);
    await vi.waitFor(() => expect(onBatch).toHaveBeenCalled());

    expect(queue.acknowledged).toEqual([]);
  });

  it('B1 a handler that never settles loses its slot after its time, and its messages stay hidden', async () => {
    const onBatch = vi.fn();
    const { queue } = start(() => new Promise(() => undefined), { timeoutSeconds: 0.05, maxConcurrency: 1, onBatch });

    queue.give(['a']);
    queue.give(['b']);
    await vi.waitFor(() => expect(onBatch).toHaveBeenCalledTimes(2));

    expect(queue.acknowledged).toEqual([]);
    expect(queue.released).toEqual([]);
  });

  it('B15 goes on after the queue could not be read', async () => {
    const log = keptLog();
    const { queue } = start(async () => failing(), { log });

    queue.give(new Error('store is down'));
    queue.give(['a']);
    await vi.waitFor(() => expect(queue.acknowledged).toEqual(['receipt-a']));

    expect(log.lines).toContain('error queue cannot be read');
  });

  it('works on no more batches at once than it may', async () => {
    const open: (() => void)[] = [];
    const { queue } = start(async () => {
      await new Promise<void>((resolve) => open.push(resolve));
      return failing();
    });
    for (const id of ['a', 'b', 'c']) queue.give([id]);
    await vi.waitFor(() => expect(open).toHaveLength(2));

    open[0]?.();
    await vi.waitFor(() => expect(open).toHaveLength(3));

    expect(queue.acknowledged).toEqual(['receipt-a']);
    for (const end of open) end();
  });

  it('B23 stop takes nothing more and waits for what is in work', async () => {
    const end = Promise.withResolvers<void>();
    const handler = vi.fn<QueueHandler>(async () => {
      await end.promise;
      return failing();
    });
    const { queue, source } = start(handler);
    queue.give(['a']);
    await vi.waitFor(() => expect(handler).toHaveBeenCalled());

    const stopped = source.stop(10_000);
    queue.give(['b']);
    end.resolve();

    expect(await stopped).toBe(true);
    expect(queue.acknowledged).toEqual(['receipt-a']);
    expect(queue.released).toEqual([{ receiptHandle: 'receipt-b', delaySeconds: 0 }]);
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('B23 stop tells when work did not end in time', async () => {
    const handler = vi.fn<QueueHandler>(() => new Promise(() => undefined));
    const { queue, source } = start(handler);
    queue.give(['a']);
    await vi.waitFor(() => expect(handler).toHaveBeenCalled());

    expect(await source.stop(20)).toBe(false);
  });
});

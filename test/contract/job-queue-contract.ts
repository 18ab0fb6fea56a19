import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobQueue, ReceivedMessage } from '../../shared/ports/job-queue.ts';
import { uniqueName } from './unique-name.ts';
import { until } from './until.ts';

export interface QueueWishes {
  readonly visibilitySeconds: number;
  readonly maxReceiveCount: number;
}

export interface OpenedJobQueue {
  readonly queue: JobQueue;
  /** Takes what the dead-letter queue holds now; the suite asks again and adds up. `code` as `reject` was given it. */
  takeDeadLetters(): Promise<readonly { readonly body: string; readonly code?: string }[]>;
  close(): Promise<void>;
}

/**
 * What every job queue must do. Each test gets an empty queue of its own (a fresh name, or a purged one).
 * Times are whole seconds, as SQS has them.
 */
export function describeJobQueue(name: string, open: (wishes: QueueWishes) => Promise<OpenedJobQueue>): void {
  describe(`job queue: ${name}`, { timeout: 60_000 }, () => {
    let opened: OpenedJobQueue | undefined;
    const openWith = async (visibilitySeconds: number, maxReceiveCount: number): Promise<OpenedJobQueue> => {
      opened = await open({ visibilitySeconds, maxReceiveCount });
      return opened;
    };
    beforeEach(() => {
      opened = undefined;
    });
    afterEach(() => opened?.close());
    describeSendAndReceive(openWith);
    describeWaits(openWith);
    describeRedelivery(openWith);
    describeDeadLetters(openWith);
  });
}

type OpenWith = (visibilitySeconds: number, maxReceiveCount: number) => Promise<OpenedJobQueue>;

async function receiveCount(queue: JobQueue, count: number): Promise<ReceivedMessage[]> {
  const all: ReceivedMessage[] = [];
  await until(`${count} messages`, async () => {
    all.push(...(await queue.receive(10, 1)));
    return all.length >= count;
  });
  return all;
}

function describeSendAndReceive(openWith: OpenWith): void {
  it('25 bodies sent at once are received once each, as they were, at most 10 at a time', async () => {
    const { queue } = await openWith(30, 3);
    const bodies = Array.from({ length: 25 }, (_, index) => JSON.stringify({ index, text: 'a "b" \\u00fc' }));
    await queue.send(bodies);
    const first = await queue.receive(10, 5);
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThanOrEqual(10);
    const all = [...first, ...(await receiveCount(queue, 25 - first.length))];
    expect(all.map((message) => message.body).sort()).toEqual(bodies.toSorted());
    expect(new Set(all.map((message) => message.messageId)).size).toBe(25);
    expect(new Set(all.map((message) => message.receiptHandle)).size).toBe(25);
    for (const message of all) {
      expect(message.receiveCount).toBe(1);
      expect(Math.abs(message.sentAt.getTime() - Date.now())).toBeLessThan(60_000);
      expect(message.attributes).toEqual({});
    }
  });

  it('send of no bodies is no error and sends nothing', async () => {
    const { queue } = await openWith(30, 3);
    await queue.send([]);
    expect(await queue.receive(10, 0)).toEqual([]);
  });

  it('a body of 200 KB comes through', async () => {
    const { queue } = await openWith(30, 3);
    const body = JSON.stringify('x'.repeat(200_000));
    await queue.send([body]);
    expect((await receiveCount(queue, 1))[0]?.body).toBe(body);
  });

  it('an acknowledged message is gone and one in flight is hidden', async () => {
    const { queue } = await openWith(30, 3);
    await queue.send(['"a"', '"b"']);
    const [one] = await receiveCount(queue, 2);
    await queue.acknowledge(one!.receiptHandle);
    expect(await queue.receive(10, 1)).toEqual([]);
    const depth = await until('one message left', async () => {
      const now = await queue.depth();
      return now.messageCount === 1 && now;
    });
    expect(depth).toMatchObject({ messageCount: 1, visibleCount: 0, inFlightCount: 1 });
    await queue.acknowledge(one!.receiptHandle);
  });

  it('depth counts what is ready, in flight and delayed', async () => {
    const { queue } = await openWith(30, 3);
    await queue.send(['1', '2', '3']);
    await queue.send(['4'], { delaySeconds: 600 });
    const [taken] = await queue.receive(1, 5);
    expect(taken?.receiveCount).toBe(1);
    const expected = { messageCount: 4, visibleCount: 2, inFlightCount: 1 };
    const depth = await until('depth of 4', async () => {
      const now = await queue.depth();
      return now.messageCount === 4 && now;
    });
    expect(depth).toMatchObject(expected);
  });
}

function describeWaits(openWith: OpenWith): void {
  it('receive without a wait answers at once, empty', async () => {
    const { queue } = await openWith(30, 3);
    const begin = performance.now();
    expect(await queue.receive(10, 0)).toEqual([]);
    expect(performance.now() - begin).toBeLessThan(2_000);
  });

  it('receive that waits gets a message that is sent meanwhile', async () => {
    const { queue } = await openWith(30, 3);
    const begin = performance.now();
    const waiting = queue.receive(10, 10);
    await queue.send(['"late"']);
    expect((await waiting).map((message) => message.body)).toEqual(['"late"']);
    expect(performance.now() - begin).toBeLessThan(8_000);
  });

  it('receive that waits answers with nothing when its signal aborts', async () => {
    const { queue } = await openWith(30, 3);
    const abort = new AbortController();
    const begin = performance.now();
    const waiting = queue.receive(10, 20, abort.signal);
    setImmediate(() => abort.abort());
    expect(await waiting).toEqual([]);
    expect(performance.now() - begin).toBeLessThan(5_000);
    expect(await queue.receive(10, 20, AbortSignal.abort())).toEqual([]);
    await queue.send(['"after"']);
    expect(await receiveCount(queue, 1)).toHaveLength(1);
  });

  it('a message sent with a delay is not seen before it, and then it is', async () => {
    const { queue } = await openWith(30, 3);
    const begin = performance.now();
    await queue.send(['"delayed"'], { delaySeconds: 2 });
    expect(await queue.receive(10, 0)).toEqual([]);
    expect((await receiveCount(queue, 1))[0]).toMatchObject({ body: '"delayed"', receiveCount: 1 });
    expect(performance.now() - begin).toBeGreaterThan(900);
  });
}

function describeRedelivery(openWith: OpenWith): void {
  it('a message that is not acknowledged comes again after the visibility timeout', async () => {
    const { queue } = await openWith(2, 5);
    await queue.send(['"again"']);
    const [first] = await receiveCount(queue, 1);
    const begin = performance.now();
    const [second] = await receiveCount(queue, 1);
    expect(performance.now() - begin).toBeGreaterThan(900);
    expect(second).toMatchObject({ body: '"again"', receiveCount: 2, messageId: first!.messageId });
    expect(second!.receiptHandle).not.toBe(first!.receiptHandle);
    await queue.acknowledge(second!.receiptHandle);
  });

  it('a message released without delay comes again at once', async () => {
    const { queue } = await openWith(600, 5);
    await queue.send(['"back"']);
    const [first] = await receiveCount(queue, 1);
    await queue.release(first!.receiptHandle, 0);
    expect((await receiveCount(queue, 1))[0]).toMatchObject({ body: '"back"', receiveCount: 2 });
  });

  it('a message released with a delay comes again after the delay, not after the timeout', async () => {
    const { queue } = await openWith(600, 5);
    await queue.send(['"later"']);
    const [first] = await receiveCount(queue, 1);
    const begin = performance.now();
    await queue.release(first!.receiptHandle, 2);
    expect(await queue.receive(10, 0)).toEqual([]);
    expect((await receiveCount(queue, 1))[0]).toMatchObject({ body: '"later"', receiveCount: 2 });
    expect(performance.now() - begin).toBeGreaterThan(900);
  });
}

function describeDeadLetters(openWith: OpenWith): void {
  it('a message received more often than allowed goes to the dead-letter queue, and others keep coming', async () => {
    const { queue, takeDeadLetters } = await openWith(600, 2);
    await queue.send(['"poison"']);
    for (const count of [1, 2]) {
      const [message] = await receiveCount(queue, 1);
      expect(message).toMatchObject({ body: '"poison"', receiveCount: count });
      await queue.release(message!.receiptHandle, 0);
    }
    const dead: string[] = [];
    await until('the dead letter', async () => {
      expect(await queue.receive(10, 0)).toEqual([]);
      dead.push(...(await takeDeadLetters()).map((letter) => letter.body));
      return dead.length > 0;
    });
    expect(dead).toEqual(['"poison"']);
    await queue.send(['"good"']);
    expect((await receiveCount(queue, 1))[0]).toMatchObject({ body: '"good"', receiveCount: 1 });
  });

  it('reject puts the body into the dead-letter queue with its code and leaves the original to the caller', async () => {
    const { queue, takeDeadLetters } = await openWith(600, 5);
    const body = JSON.stringify({ id: uniqueName('job') });
    await queue.send([body]);
    const [message] = await receiveCount(queue, 1);
    await queue.reject(message!.body, 'ERR_BAD_JOB');
    const dead: { body: string; code?: string }[] = [];
    await until('the rejected body', async () => {
      dead.push(...(await takeDeadLetters()));
      return dead.length > 0;
    });
    expect(dead.map(({ body: got, code }) => ({ got, code }))).toEqual([{ got: body, code: 'ERR_BAD_JOB' }]);
    expect((await queue.depth()).messageCount).toBe(1);
    await queue.acknowledge(message!.receiptHandle);
    await until('an empty queue', async () => (await queue.depth()).messageCount === 0);
  });
}

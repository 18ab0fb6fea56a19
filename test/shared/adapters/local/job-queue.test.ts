import { describe, expect, it, onTestFinished } from 'vitest';
import { createDeadLetters } from '../../../../shared/adapters/local/dead-letters.ts';
import { createJobQueue } from '../../../../shared/adapters/local/job-queue.ts';
import { createQueueWakeups } from '../../../../shared/adapters/local/queue-wakeups.ts';
import type { Clock } from '../../../../shared/ports/platform.ts';
import { describeJobQueue, type QueueWishes } from '../../../contract/job-queue-contract.ts';
import { manualClock, openTempDatabase, systemClock } from './temp-folder.ts';

async function openQueue(wishes: QueueWishes, clock: Clock = systemClock) {
  const { host, close } = await openTempDatabase();
  const database = host.database('ERR_QUEUE_UNAVAILABLE');
  const wakeups = createQueueWakeups();
  const queue = createJobQueue({ name: 'inbound', database, clock, wakeups }, wishes);
  const all = { inbound: wakeups, outbound: wakeups, engagement: wakeups, links: wakeups };
  const deadLetters = createDeadLetters(database, clock, all);
  const seen = new Set<string>();
  return {
    queue,
    deadLetters,
    close,
    async takeDeadLetters() {
      const fresh = (await deadLetters.list('inbound', 100)).letters.filter((letter) => !seen.has(letter.id));
      for (const letter of fresh) seen.add(letter.id);
      return fresh;
    },
  };
}

describeJobQueue('SQLite', openQueue);

async function testQueue(wishes: QueueWishes, clock: Clock = systemClock) {
  const opened = await openQueue(wishes, clock);
  onTestFinished(() => opened.close());
  return opened;
}

describe('job queue in SQLite', () => {
  it('B7 a receipt handle does nothing once the message was received again', async () => {
    const clock = manualClock();
    const { queue } = await testQueue({ visibilitySeconds: 30, maxReceiveCount: 5 }, clock);
    await queue.send(['1']);
    const [first] = await queue.receive(1, 0);
    clock.advance(30);
    const [second] = await queue.receive(1, 0);
    expect(second?.receiveCount).toBe(2);
    await queue.acknowledge(first!.receiptHandle);
    await queue.release(first!.receiptHandle, 0);
    expect(await queue.depth()).toMatchObject({ messageCount: 1, inFlightCount: 1 });
    await queue.acknowledge(second!.receiptHandle);
    expect((await queue.depth()).messageCount).toBe(0);
  });

  it('a late acknowledgement of a message that no one took since deletes it', async () => {
    const clock = manualClock();
    const { queue } = await testQueue({ visibilitySeconds: 30, maxReceiveCount: 5 }, clock);
    await queue.send(['1']);
    const [message] = await queue.receive(1, 0);
    clock.advance(31);
    await queue.release(message!.receiptHandle, 600);
    expect((await queue.depth()).visibleCount).toBe(1);
    await queue.acknowledge(message!.receiptHandle);
    expect((await queue.depth()).messageCount).toBe(0);
  });

  it('a released message cannot be acknowledged by its old handle', async () => {
    const { queue } = await testQueue({ visibilitySeconds: 30, maxReceiveCount: 5 }, manualClock());
    await queue.send(['1']);
    const [message] = await queue.receive(1, 0);
    await queue.release(message!.receiptHandle, 60);
    await queue.acknowledge(message!.receiptHandle);
    expect(await queue.depth()).toMatchObject({ messageCount: 1, visibleCount: 0, inFlightCount: 0 });
  });

  it.each(['', 'x', '1', '1.', `1.${'a'.repeat(36)}`, `${'9'.repeat(30)}.${'a'.repeat(36)}`])(
    'receipt handle "%s" names no message and is no error',
    async (handle) => {
      const { queue } = await testQueue({ visibilitySeconds: 30, maxReceiveCount: 5 });
      await queue.send(['1']);
      await queue.acknowledge(handle);
      await queue.release(handle, 0);
      expect((await queue.depth()).messageCount).toBe(1);
    },
  );

  it('a message comes out at the moment its delay ends although no one sends', async () => {
    const { queue } = await testQueue({ visibilitySeconds: 30, maxReceiveCount: 5 });
    await queue.send(['1'], { delaySeconds: 1 });
    const begin = performance.now();
    expect(await queue.receive(10, 20)).toHaveLength(1);
    expect(performance.now() - begin).toBeLessThan(5_000);
  });

  it('of five receivers that wait one gets the message and the others wait on', async () => {
    const { queue } = await testQueue({ visibilitySeconds: 30, maxReceiveCount: 5 });
    const abort = new AbortController();
    const waits = Array.from({ length: 5 }, () => queue.receive(1, 20, abort.signal));
    await queue.send(['1']);
    expect(await Promise.race(waits)).toHaveLength(1);
    abort.abort();
    expect((await Promise.all(waits)).flat()).toHaveLength(1);
  });

  it('a poison message does not hide good ones behind it (B10)', async () => {
    const clock = manualClock();
    const { queue, deadLetters } = await testQueue({ visibilitySeconds: 30, maxReceiveCount: 1 }, clock);
    await queue.send(Array.from({ length: 12 }, () => '"poison"'));
    await queue.receive(10, 0);
    await queue.receive(10, 0);
    clock.advance(30);
    await queue.send(['"good"']);
    expect((await queue.receive(1, 0)).map((message) => message.body)).toEqual(['"good"']);
    expect(await deadLetters.count('inbound')).toBe(12);
  });

  it('depth gives the age of the oldest message', async () => {
    const clock = manualClock();
    const { queue } = await testQueue({ visibilitySeconds: 30, maxReceiveCount: 5 }, clock);
    expect((await queue.depth()).oldestAgeSeconds).toBe(0);
    await queue.send(['1']);
    clock.advance(181);
    await queue.send(['2']);
    expect((await queue.depth()).oldestAgeSeconds).toBe(181);
  });

  it.each([
    ['receive of 0 messages', (queue: Queue) => queue.receive(0, 0)],
    ['receive of 11 messages', (queue: Queue) => queue.receive(11, 0)],
    ['a wait of 21 seconds', (queue: Queue) => queue.receive(1, 21)],
    ['a delay of 901 seconds', (queue: Queue) => queue.send(['1'], { delaySeconds: 901 })],
    ['a release for 43,201 seconds', (queue: Queue) => queue.release('x', 43_201)],
  ])('%s is refused', async (_name, act) => {
    const { queue } = await testQueue({ visibilitySeconds: 30, maxReceiveCount: 5 });
    await expect(act(queue)).rejects.toThrow(RangeError);
  });
});

type Queue = Awaited<ReturnType<typeof openQueue>>['queue'];

describe('dead letters in SQLite', () => {
  it('lists code, counts and times, page by page', async () => {
    const clock = manualClock();
    const { queue, deadLetters } = await testQueue({ visibilitySeconds: 30, maxReceiveCount: 1 }, clock);
    await queue.send(['"spent"', '"bad"']);
    const sentAt = clock.now();
    await queue.receive(10, 0);
    clock.advance(10);
    await queue.reject('"bad"', 'ERR_BAD_JOB');
    const rejectedAt = clock.now();
    clock.advance(20);
    await queue.receive(10, 0);
    const first = await deadLetters.list('inbound', 1);
    expect(first.letters).toEqual([
      { id: expect.any(String), body: '"bad"', code: 'ERR_BAD_JOB', receiveCount: 1, sentAt, deadAt: rejectedAt },
    ]);
    const rest = await deadLetters.list('inbound', 10, first.cursor);
    expect(rest.letters.map(({ body, receiveCount }) => [body, receiveCount])).toEqual([
      ['"spent"', 1],
      ['"bad"', 1],
    ]);
    expect(rest.letters[0]).toEqual({
      id: expect.any(String),
      body: '"spent"',
      receiveCount: 1,
      sentAt,
      deadAt: clock.now(),
    });
    expect(rest.cursor).toBeUndefined();
    expect(await deadLetters.count('inbound')).toBe(3);
    expect(await deadLetters.count('outbound')).toBe(0);
  });

  it('B13 redrive sends the named letters, or all, with all their receives', async () => {
    const { queue, deadLetters } = await testQueue({ visibilitySeconds: 30, maxReceiveCount: 1 });
    for (const body of ['1', '2', '3']) await queue.reject(body, 'ERR_BAD_JOB');
    const { letters } = await deadLetters.list('inbound', 10);
    expect(await deadLetters.redrive('inbound', [letters[1]!.id, 'unknown'])).toBe(1);
    expect(await deadLetters.redrive('inbound', [])).toBe(0);
    const waiting = queue.receive(10, 0);
    expect((await waiting).map(({ body, receiveCount }) => [body, receiveCount])).toEqual([['2', 1]]);
    const later = queue.receive(10, 20);
    expect(await deadLetters.redrive('inbound')).toBe(2);
    expect((await later).map((message) => message.body)).toEqual(['1', '3']);
    expect(await deadLetters.count('inbound')).toBe(0);
  });

  it.each([0, 1_001])('list refuses a limit of %d', async (limit) => {
    const { deadLetters } = await testQueue({ visibilitySeconds: 30, maxReceiveCount: 1 });
    await expect(deadLetters.list('inbound', limit)).rejects.toThrow(RangeError);
  });
});

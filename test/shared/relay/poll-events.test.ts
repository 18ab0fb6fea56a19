import { describe, expect, it } from 'vitest';
import { PermanentMailError, TransientMailError } from '../../../shared/errors/mail-error.ts';
import type { ReceivedMessage } from '../../../shared/ports/job-queue.ts';
import { type PollPorts, pollEvents } from '../../../shared/relay/poll-events.ts';
import { createLogger } from '../../../shared/runtime/logger.ts';

const message = (body: string, receiveCount = 1): ReceivedMessage => ({
  ...{ messageId: body, receiptHandle: `r-${body}`, body, receiveCount, sentAt: new Date(0), attributes: {} },
});

const unavailable = () => new TransientMailError('ERR_QUEUE_UNAVAILABLE', 'no answer');

/** A queue that gives out what it is told, then stops the poller. */
function harness(receives: readonly (readonly ReceivedMessage[] | Error)[], record: PollPorts['record']) {
  const stopping = new AbortController();
  const seen = {
    acknowledged: [] as string[],
    released: [] as [string, number][],
    waits: [] as number[],
    asked: [] as number[][],
  };
  const left = [...receives];
  const ports: PollPorts = {
    queue: {
      async receive(maxMessages, waitSeconds) {
        seen.asked.push([maxMessages, waitSeconds]);
        const next = left.shift();
        if (next instanceof Error) throw next;
        if (next === undefined) stopping.abort();
        return next ?? [];
      },
      acknowledge: async (handle) => void seen.acknowledged.push(handle),
      release: async (handle, delaySeconds) => void seen.released.push([handle, delaySeconds]),
    },
    record,
    wait: async (ms) => void seen.waits.push(ms),
    log: createLogger({ service: 'test', write: () => undefined }),
  };
  return { seen, run: () => pollEvents(ports, stopping.signal) };
}

describe('pollEvents', () => {
  it('receives ten at a time with a long poll, and acknowledges what is recorded', async () => {
    const { seen, run } = harness([[message('a'), message('b')], []], async () => undefined);
    await run();
    expect(seen.asked[0]).toEqual([10, 20]);
    expect(seen.acknowledged).toEqual(['r-a', 'r-b']);
    expect(seen.released).toEqual([]);
  });

  it('hands back what failed for now, later each time, and acknowledges what can never be recorded', async () => {
    const record = async (body: string) => {
      if (body === 'later' || body === 'much later') throw new TransientMailError('ERR_STORE_UNAVAILABLE', 'down');
      if (body === 'unknown') throw new Error('anything');
      throw new PermanentMailError('ERR_BAD_EVENT', 'malformed');
    };
    const all = [message('later'), message('much later', 4), message('unknown'), message('bad')];
    const { seen, run } = harness([all], record);
    await run();
    expect(seen.released).toEqual([
      ['r-later', 5],
      ['r-much later', 40],
      ['r-unknown', 5],
    ]);
    expect(seen.acknowledged).toEqual(['r-bad']);
  });

  it('goes on after two failed receives, with growing waits, and counts anew after a success', async () => {
    const { seen, run } = harness(
      [unavailable(), unavailable(), [], unavailable(), unavailable(), []],
      async () => undefined,
    );
    await run();
    expect(seen.waits).toEqual([1000, 2000, 1000, 2000]);
  });

  it('gives up after three failed receives in a row', async () => {
    const { seen, run } = harness([unavailable(), unavailable(), unavailable(), [message('a')]], async () => undefined);
    await expect(run()).rejects.toMatchObject({ code: 'ERR_QUEUE_UNAVAILABLE' });
    expect(seen.waits).toEqual([1000, 2000]);
    expect(seen.acknowledged).toEqual([]);
  });

  it('works on several polls at once, but on no more than forty events', async () => {
    const held: (() => void)[] = [];
    let most = 0;
    let now = 0;
    const record = () => {
      now += 1;
      most = Math.max(most, now);
      return new Promise<void>((resolve) => held.push(resolve)).then(() => {
        now -= 1;
      });
    };
    const batches = Array.from({ length: 10 }, (_, batch) =>
      Array.from({ length: 10 }, (_, n) => message(`${batch}-${n}`)),
    );
    const { seen, run } = harness(batches, record);
    const running = run();
    while (seen.acknowledged.length < 100) {
      held.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await running;
    expect(most).toBeGreaterThan(10);
    expect(most).toBeLessThanOrEqual(40);
  });
});

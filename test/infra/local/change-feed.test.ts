import { describe, expect, it, vi } from 'vitest';
import { createChangeSignal, telling } from '../../../infra/local/change-feed.ts';
import { memoryTopic } from './fakes.ts';

describe('change signal', () => {
  it('tells once for many changes at once, and again for a later one', async () => {
    const signal = createChangeSignal();
    const listener = vi.fn();
    signal.subscribe(listener);

    for (let count = 0; count < 100; count += 1) signal.changed();
    await vi.waitFor(() => expect(listener).toHaveBeenCalledTimes(1));
    signal.changed();

    await vi.waitFor(() => expect(listener).toHaveBeenCalledTimes(2));
  });

  it('tells no one who has gone', async () => {
    const signal = createChangeSignal();
    const [gone, present] = [vi.fn(), vi.fn()];
    const leave = signal.subscribe(gone);
    signal.subscribe(present);

    leave();
    signal.changed();
    await vi.waitFor(() => expect(present).toHaveBeenCalled());

    expect(gone).not.toHaveBeenCalled();
  });

  it('tells of a message that was published, not of one that failed', async () => {
    const changed = vi.fn();
    const topic = memoryTopic();
    const told = telling(topic, { changed, subscribe: () => () => undefined });

    await told.publish({ message: 'x' });
    expect(changed).toHaveBeenCalledTimes(1);
    topic.failure = new Error('down');
    await expect(told.publish({ message: 'x' })).rejects.toThrow('down');

    expect(changed).toHaveBeenCalledTimes(1);
  });
});

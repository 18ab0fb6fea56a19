import type { Topic } from '../../shared/ports/topic.ts';

/** Tells listeners that something has changed, so that they look again. */
export interface ChangeFeed {
  /** Answers how to stop listening. */
  subscribe(listener: () => void): () => void;
}

export interface ChangeSignal extends ChangeFeed {
  /** Tells all listeners, at most once in a tenth of a second. */
  changed(): void;
}

const shortestIntervalMs = 100;

export function createChangeSignal(): ChangeSignal {
  const listeners = new Set<() => void>();
  let isPending = false;
  const tell = () => {
    isPending = false;
    for (const listener of listeners) listener();
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    changed() {
      if (isPending) return;
      isPending = true;
      setTimeout(tell, shortestIntervalMs).unref();
    },
  };
}

/** A topic that gives the signal for each message that was published. */
export function telling(topic: Topic, changes: ChangeSignal): Topic {
  return {
    name: topic.name,
    async publish(message) {
      await topic.publish(message);
      changes.changed();
    },
  };
}

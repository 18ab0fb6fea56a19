import type { Logger } from '../ports/logger.ts';
import type { Topic } from '../ports/topic.ts';

/** A topic whose only subscriber is the log, for processes that have no other: subject and facts, never the message. */
export function logTopic(name: string, log: Logger): Topic {
  return {
    name,
    async publish({ subject, attributes }) {
      log.warn('notice', { topic: name, subject, ...attributes });
    },
  };
}

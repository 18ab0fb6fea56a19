import { randomUUID } from 'node:crypto';
import { type QueueName, subscriptions, type TopicName } from '../../../infra/topology.ts';
import type { Clock } from '../../ports/platform.ts';
import type { Topic, TopicMessage } from '../../ports/topic.ts';
import type { QueueWakeups } from './queue-wakeups.ts';
import { toSnsEnvelope, toSnsSubject } from './sns-envelope.ts';
import type { LocalDatabase } from './sqlite-host.ts';

/** A message that was published, as an operator reads it. */
export interface Notice {
  readonly id: string;
  readonly subject?: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly at: Date;
}

export interface LocalTopicParts {
  readonly database: LocalDatabase;
  readonly clock: Clock;
  readonly wakeups: Readonly<Record<QueueName, QueueWakeups>>;
}

/** Each topic remembers this many messages: weeks of parked mail, and some megabytes at most in practice. */
export const keptNoticeCount = 1_000;

/** SNS's limit; unit: bytes of UTF-8. */
const maxMessageBytes = 262_144;

/** A topic that gives each message to the queues that infra/topology.ts subscribes to it, and remembers the last ones. */
export function createTopic(name: TopicName, { database, clock, wakeups }: LocalTopicParts): Topic {
  const queues = subscriptions.filter(({ topic }) => topic === name).map(({ queue }) => queue);
  return {
    name,
    async publish(given) {
      const bytes = Buffer.byteLength(given.message);
      if (bytes > maxMessageBytes)
        throw new RangeError(`message has ${bytes} bytes: up to ${maxMessageBytes} are allowed`);
      const message = withCleanSubject(given);
      const id = randomUUID();
      const at = clock.now();
      await database.run('topic.publish', {
        topic: name,
        id,
        subject: message.subject ?? null,
        message: message.message,
        attributes: JSON.stringify(message.attributes ?? {}),
        at: at.getTime(),
        keep: keptNoticeCount,
        queues,
        body: toSnsEnvelope(message, { topicName: name, messageId: id, at }),
      });
      for (const queue of queues) wakeups[queue].wake();
    },
  };
}

/** Reads the last messages of a topic, newest first. */
export async function readNotices(
  database: LocalDatabase,
  topic: TopicName,
  limit: number,
): Promise<readonly Notice[]> {
  const rows = await database.run('topic.notices', { topic, limit });
  return rows.map(({ id, subject, message, attributes, at }) => {
    const notice = { id, message, attributes: JSON.parse(attributes), at: new Date(at) };
    return subject === null ? notice : { ...notice, subject };
  });
}

function withCleanSubject({ subject, ...rest }: TopicMessage): TopicMessage {
  const clean = subject === undefined ? undefined : toSnsSubject(subject);
  return clean === undefined ? rest : { ...rest, subject: clean };
}

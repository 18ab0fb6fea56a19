import type { EmailEventSink } from '../ports/email-event-sink.ts';
import type { Topic } from '../ports/topic.ts';

/** Publishes each event on a topic as JSON, with its type as an attribute, so that subscribers can filter. */
export function emailEventTopic(topic: Topic): EmailEventSink {
  return {
    publish: (event) =>
      topic.publish({
        subject: `Lightermail: email ${event.type}`,
        message: JSON.stringify(event),
        attributes: { type: event.type, status: event.status },
      }),
  };
}

import type { ProcessedMailSink } from '../ports/processed-mail-sink.ts';
import type { Topic } from '../ports/topic.ts';

/** Publishes each end on a topic as JSON, with state and route as attributes, so that subscribers can filter. */
export function processedMailTopic(topic: Topic): ProcessedMailSink {
  return {
    publish: (event) =>
      topic.publish({
        subject: `Lightermail: mail ${event.state}`,
        message: JSON.stringify(event),
        attributes: { state: event.state, route: event.route_id },
      }),
  };
}
